"""One file per algorithm; none imports another. What a figure calls a method is found here."""

from typing import Any, Protocol

import torch
from torch import Tensor

from remeta.core.adam import Moments
from remeta.core.weights import Weights
from remeta.experience.adaptation import Adaptation, GradientAdaptation
from remeta.experience.practice import Practice
from remeta.frozen import Advice, Frozen
from remeta.methods import imitation, mame, maml, mri, promp, random
from remeta.nets.policy import Policy, Shape


class Method(Protocol):
    """Meta-learns a start; how a start is adapted and scored is the panel's protocol."""

    weights: Weights
    params: Any
    policy: Policy
    needs_demos: bool

    def meta_step(self, practice: Practice) -> dict[str, float]: ...


class Differentiable(Method, Protocol):
    """A method whose meta-gradient can be looked at without following it."""

    def meta_gradient(self, practice: Practice) -> tuple[Weights, dict[str, float]]: ...


LIVING = (dict, list, tuple, int, float, Tensor, Moments)

REGISTRY: dict[str, tuple[type[Frozen], type]] = {
    "e_maml": (maml.ExploringParams, maml.MAML),
    "imitation": (imitation.Params, imitation.Imitation),
    "maml": (maml.Params, maml.MAML),
    "mame": (mame.Params, mame.MAME),
    "mri": (mri.Params, mri.MRI),
    "promp": (promp.Params, promp.ProMP),
    "random": (random.Params, random.Random),
}


def params_of(values: dict[str, Any], where: str) -> Frozen:
    """The parameters of the method that `kind` names, validated."""
    kind = values.get("kind")
    if kind not in REGISTRY:
        raise Advice(f"{where}.kind = {kind!r} is no method; choose among {', '.join(REGISTRY)}.")
    return REGISTRY[kind][0].read(values, where)


def policy_of(params: Any, shape: Shape, generator: torch.Generator) -> Policy:
    """The untrained policy a method begins with: a Gaussian, unless it has nets of its own."""
    own = getattr(REGISTRY[params.kind][1], "policy_of", None)
    return own(params, shape, generator) if own else shape.gaussian(generator)


def build(params: Any, policy: Policy) -> Method:
    return REGISTRY[params.kind][1](params, policy)


def living(method: Method) -> list[str]:
    """The attributes that a meta-iteration may change: weights, moments and numbers.

    Parameters, nets and what else a method is made of stay as they are.
    """
    return [name for name, value in vars(method).items() if isinstance(value, LIVING)]


def adaptation_of(method: Method, discount: float) -> Adaptation:
    """How a method's start is adapted at test: by trial and error, unless it has its own way."""
    return getattr(method, "adaptation", None) or GradientAdaptation(method.policy, discount)


__all__ = [
    "REGISTRY",
    "Differentiable",
    "Method",
    "adaptation_of",
    "build",
    "living",
    "params_of",
    "policy_of",
]
