"""Experts: learnt once, and asked for actions by whoever records or scores them."""

from functools import partial
from time import monotonic

import numpy as np
import torch

from remeta.core.weights import Weights
from remeta.experience.collect import Actor
from remeta.frozen import Advice
from remeta.learners import sac
from remeta.learners.expert import Apprenticeship, point_expert, sac_expert
from remeta.pipeline import machine, places
from remeta.pipeline.models import read_model, write_model
from remeta.pipeline.resume import fingerprint
from remeta.pipeline.resume.checkpoint import Checkpoint
from remeta.pipeline.resume.progress import Progress
from remeta.pipeline.seeding import stream, torch_stream
from remeta.pipeline.settings.names import family_named
from remeta.pipeline.settings.params import Settings
from remeta.tasks import families
from remeta.tasks.tasksets import TaskSets

SEED = 0  # of experts and demonstrations, which all seeds of a panel share


def learn_expert(family: str) -> None:
    """Train a family's one goal-conditioned expert on the dense reward of its training tasks."""
    settings, name = Settings.load(), family_named(family)
    began, environment = monotonic(), machine.prepare()
    profile, params = settings.profile, _expert_params(settings, name)
    env_steps = profile.experts[name].env_steps
    learning = Apprenticeship(
        families.build(name),
        TaskSets.read(places.tasks(profile.name, name), name).train,
        params,
        settings.world_size(name).horizon,
        env_steps,
        torch_stream(SEED, "expert", name),
        stream(SEED, "expert", name),
    )
    progress = Progress(f"expert {name}", env_steps)
    checkpoint = Checkpoint(
        f"expert {name}",
        places.checkpoints(profile.name, f"expert_{name}"),
        fingerprint.of_expert(settings, name, params, environment),
        {"expert": (learning, learning.LIVING)},
        began,
    )
    if checkpoint.resume():
        progress.resume(learning.taken)
    while learning.taken < env_steps:
        checkpoint.keep()
        learning.step()
        losses = {key: float(value) for key, value in learning.losses.items()}
        progress.show(learning.taken, losses)
    if not all(np.isfinite(float(value)) for value in learning.losses.values()):
        raise Advice(f"the expert of {name} diverged; lower hp.experts.{name}.rate.")
    actor: Weights = dict(learning.sac.actor.named_parameters())
    write_model(places.expert(profile.name, name), actor, {"family": name})
    checkpoint.end()


def expert_actors(settings: Settings, name: str):
    """tasks, noise -> an actor that solves them."""
    if name == "point":
        solve = point_expert
    else:
        learner = _expert(settings, name)
        solve = partial(sac_expert, learner)

    def actor_for(tasks: np.ndarray, noise: float) -> Actor:
        act = solve(tasks)
        log_std = torch.tensor(noise).log()
        return lambda obs: (act(obs), log_std)

    return actor_for


def _expert(settings: Settings, name: str) -> sac.SAC:
    family = families.build(name)
    task_size = family.draw(np.random.default_rng(0), 1).shape[1]
    learner = sac.SAC(
        _expert_params(settings, name),
        family.obs_size + task_size,
        family.act_size,
        torch.Generator(),
    )
    like: Weights = dict(learner.actor.named_parameters())
    path = places.expert(settings.profile.name, name)
    weights = read_model(path, {"family": name}, like, f"run `dvc repro --force expert_{name}`")
    learner.actor.load_state_dict(weights)
    return learner


def _expert_params(settings: Settings, name: str) -> sac.Params:
    if name not in settings.hp.experts or name not in settings.profile.experts:
        raise Advice(
            f"params.yaml: hp.experts.{name} or profile.experts.{name} is missing; add it."
        )
    return sac.Params.read(settings.hp.experts[name], f"params.yaml: hp.experts.{name}")
