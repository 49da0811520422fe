"""Rollouts, demonstrations and methods of a size at which everything can be written out."""

import torch
from torch.utils import _pytree as pytree

from remeta.core.episodes import Batch, Demos
from remeta.core.trust_region import TrustRegion
from remeta.core.weights import Weights
from remeta.methods import gmps, imitation, maml, mri, multitask, promp
from remeta.nets.biased import BiasedPolicy
from remeta.nets.policy import GaussianPolicy, Shape
from tests.core.differences import noise_like

OBS, ACT, TASKS, EPISODES, TIME, SAMPLES = 3, 2, 3, 4, 5, 6


def drawn(generator: torch.Generator, *shape: int) -> torch.Tensor:
    return torch.randn(shape, generator=generator, dtype=torch.float64)


def tiny_policy() -> GaussianPolicy:
    maker = torch.Generator().manual_seed(0)
    return GaussianPolicy(OBS, ACT, (4, 3), -9.0, maker).double()


def near(weights: Weights, generator: torch.Generator, size: float = 0.3) -> Weights:
    """Weights about as far from these as `size`, biases and spread included."""
    noise = noise_like(weights, generator)
    return {name: value + size * noise[name] for name, value in weights.items()}


def drawn_batch(net: GaussianPolicy, sampler: Weights, generator: torch.Generator) -> Batch:
    """Rollouts of `drew` for every task, of different lengths, with any advantages."""
    obs = drawn(generator, TASKS, EPISODES, TIME, OBS)
    mean, log_std = net.distribution(sampler, obs)
    act = mean + log_std.exp() * drawn(generator, *mean.shape)
    last = torch.randint(TIME, (TASKS, EPISODES, 1), generator=generator)
    return Batch(
        obs=obs,
        act=act,
        advantage=drawn(generator, TASKS, EPISODES, TIME),
        mask=(torch.arange(TIME) <= last).double(),
        log_prob=net.log_prob(sampler, obs, act),
    )


def demonstrations(generator: torch.Generator) -> Demos:
    obs, act = drawn(generator, TASKS, SAMPLES, OBS), drawn(generator, TASKS, SAMPLES, ACT)
    return Demos(obs=obs, act=act)


def of_task(record, task: int):
    return pytree.tree_map(lambda leaf: leaf[task], record)


def an_mri(net: GaussianPolicy, **changes) -> mri.MRI:
    values = {
        "kind": "mri",
        "inner_rate": 0.4,
        "outer_rate": 1e-3,
        "imitation_steps": 1,
        "demo_samples": 0,
        "correction": "per_step",
        "loss": "mse_std",
        "discount": 0.99,
        "task_chunk": 2,
    }
    return mri.MRI(mri.Params(**values | changes), net)


def an_imitation(net: GaussianPolicy, **changes) -> imitation.Imitation:
    values = {
        "kind": "imitation",
        "outer_rate": 1e-3,
        "imitation_steps": 1,
        "demo_samples": 0,
        "loss": "mse_std",
        "task_chunk": 2,
    }
    return imitation.Imitation(imitation.Params(**values | changes), net)


def a_promp(net: GaussianPolicy, **changes) -> promp.ProMP:
    values = {
        "kind": "promp",
        "inner_rate": 0.4,
        "outer_rate": 1e-3,
        "outer_steps": 5,
        "clip": 0.3,
        "penalty": 5e-4,
        "target": 0.0,
        "discount": 0.99,
        "task_chunk": 2,
    }
    return promp.ProMP(promp.Params(**values | changes), net)


def an_e_maml(net: GaussianPolicy, **changes) -> maml.MAML:
    own = {"kind": "e_maml", "exploration": 1.0, "epsilon": 1e-8, "max_norm": 1e6}
    return maml.MAML(maml.ExploringParams(**maml_values() | own | changes), net)


def a_maml(
    net: GaussianPolicy, radius: float = 0.01, curvature_subsample: int = 1, **changes
) -> maml.MAML:
    values = maml_values(radius, curvature_subsample) | {"kind": "maml"}
    return maml.MAML(maml.Params(**values | changes), net)


def maml_values(radius: float = 0.01, curvature_subsample: int = 1) -> dict:
    region = TrustRegion(
        radius=radius,
        iterations=10,
        damping=1e-5,
        shrink=0.8,
        tries=15,
    )
    return {
        "inner_rate": 0.4,
        "outer": "trust_region",
        "outer_rate": 1e-3,
        "trust_region": region,
        "curvature_subsample": curvature_subsample,
        "discount": 0.99,
        "task_chunk": 2,
    }


INNER = {"inner_rate": 0.4, "rates": "learned", "bias": 2, "adapted": "all"}


def a_gmps(net: GaussianPolicy, **changes) -> gmps.GMPS:
    values = INNER | {
        "kind": "gmps",
        "outer_rate": 1e-3,
        "imitation_steps": 1,
        "demo_samples": 0,
        "aggregate_every": 0,
        "correction": "per_step",
        "loss": "mse_std",
        "discount": 0.99,
        "task_chunk": 2,
    }
    return gmps.GMPS(gmps.Params(**values | changes), net)


def a_maml_with_rates(net: GaussianPolicy, **changes) -> maml.MAML:
    values = maml_values() | INNER | {"kind": "maml_rates"}
    return maml.MAML(maml.RatesParams(**values | changes), net)


def a_multitask(net: GaussianPolicy, **changes) -> multitask.MultiTask:
    shared = {n: v for n, v in maml_values().items() if n in multitask.Params.model_fields}
    return multitask.MultiTask(multitask.Params(**shared | {"kind": "multitask"} | changes), net)


def biased_policy(size: int = 2) -> BiasedPolicy:
    maker = torch.Generator().manual_seed(0)
    return BiasedPolicy(Shape(OBS, ACT, (4, 3), -9.0, "tanh"), size, maker).double()
