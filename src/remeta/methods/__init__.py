"""One file per algorithm; none imports another. What a figure calls a method is found here."""

from typing import Any, ClassVar, Literal, Protocol

import torch
from torch import Tensor

from remeta.core.adam import Moments
from remeta.core.weights import Weights
from remeta.experience.adaptation import Adaptation, Schedule
from remeta.experience.gradients import by_policy_gradient
from remeta.experience.practice import Bare, Practice
from remeta.frozen import Advice, Frozen
from remeta.methods import (
    adversarial,
    bc,
    gmps,
    imitation,
    maesn,
    mame,
    maml,
    meta_bc,
    meta_dagger,
    mri,
    multitask,
    norml,
    pearl,
    promp,
    rail,
    random,
    rl2,
    smile,
    sparse_sac,
)
from remeta.nets.policy import Policy, Shape

# Demonstrations of the training tasks; an expert of these that may be asked; demonstrations of the
# tasks that are adapted to.
Need = Literal["demos", "expert", "context"]


class Method(Protocol):
    """Meta-learns a start, a dict of tensors, which may be the weights of modules that it owns.

    `needs` says what it and its adaptation learn from beside rollouts. Four more attributes are
    read if it has them:

    * `build(params, shape, bare, generator)` makes it untrained, if not from a Gaussian policy;
    * `adaptation(schedule)` is how its start is adapted at test, if not by trial and error;
    * `row_steps`: its rollouts are rows of so many steps, one episode after the other;
    * `STATE_ATTRIBUTES` names what a meta-iteration changes, if that is more than weights and
      numbers: nets, optimisers, replays and whatever else has `state()` and `restore(state)`.
    """

    weights: Weights
    params: Any
    policy: Policy
    needs: ClassVar[tuple[Need, ...]]

    def meta_step(self, practice: Practice) -> dict[str, float]:
        """One meta-iteration; its metrics."""
        ...


class Differentiable(Method, Protocol):
    """A method whose meta-gradient can be looked at without following it."""

    def meta_gradient(self, practice: Practice) -> tuple[Weights, dict[str, float]]:
        """Gradient of the outer loss on fresh rollouts, and metrics of these."""
        ...


VALUES = (dict, list, tuple, int, float, Tensor, Moments)

REGISTRY: dict[str, tuple[type[Frozen], type]] = {
    "adversarial": (adversarial.Params, adversarial.Adversarial),
    "bc": (bc.Params, bc.BC),
    "e_maml": (maml.ExploringParams, maml.MAML),
    "gmps": (gmps.Params, gmps.GMPS),
    "imitation": (imitation.Params, imitation.Imitation),
    "maesn": (maesn.Params, maesn.MAESN),
    "maml": (maml.Params, maml.MAML),
    "maml_rates": (maml.RatesParams, maml.MAML),
    "mame": (mame.Params, mame.MAME),
    "meta_bc": (meta_bc.Params, meta_bc.MetaBC),
    "meta_dagger": (meta_dagger.Params, meta_dagger.MetaDAgger),
    "mri": (mri.Params, mri.MRI),
    "multitask": (multitask.Params, multitask.MultiTask),
    "norml": (norml.Params, norml.NoRML),
    "pearl": (pearl.Params, pearl.PEARL),
    "promp": (promp.Params, promp.ProMP),
    "rail": (rail.Params, rail.RAIL),
    "random": (random.Params, random.Random),
    "rl2": (rl2.Params, rl2.RL2),
    "smile": (smile.Params, smile.SMILe),
    "sparse_sac": (sparse_sac.Params, sparse_sac.SparseSAC),
}


def params_of(values: dict[str, Any], where: str) -> Frozen:
    """The parameters of the method that `kind` names, validated."""
    kind = values.get("kind")
    if kind not in REGISTRY:
        raise Advice(f"{where}.kind = {kind!r} is no method; choose among {', '.join(REGISTRY)}.")
    return REGISTRY[kind][0].read(values, where)


def build(params: Any, shape: Shape, bare: Bare, generator: torch.Generator) -> Method:
    """An untrained method: one seed, one policy for all whose nets are the same."""
    kind = REGISTRY[params.kind][1]
    if hasattr(kind, "build"):
        return kind.build(params, shape, bare, generator)
    return kind(params, shape.gaussian(generator))


def state_attributes(method: Method) -> list[str]:
    """The attributes that a meta-iteration may change, by which a killed run is resumed.

    Unless a method names them: weights, moments and numbers. Parameters, nets and what else it is
    made of stay as they are.
    """
    named = getattr(method, "STATE_ATTRIBUTES", None)
    if named is not None:
        return list(named)
    return [name for name, value in vars(method).items() if isinstance(value, VALUES)]


def row_steps(method: Method) -> int:
    """How many steps a row of its rollouts has; 0 if each is one episode."""
    return getattr(method, "row_steps", 0)


def adaptation_of(method: Method, schedule: Schedule) -> Adaptation:
    """How a method's start is adapted at test: by trial and error, unless it has its own way."""
    own = getattr(method, "adaptation", None)
    return own(schedule) if own else by_policy_gradient(method.policy, schedule)


__all__ = [
    "REGISTRY",
    "Differentiable",
    "Method",
    "adaptation_of",
    "build",
    "params_of",
    "row_steps",
    "state_attributes",
]
