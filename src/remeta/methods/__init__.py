"""One file per algorithm; none imports another. What a figure calls a method is found here."""

from typing import Any, Protocol

from remeta.core.weights import Weights
from remeta.experience.practice import Practice
from remeta.frozen import Advice, Frozen
from remeta.methods import imitation, maml, mri, random
from remeta.nets.policy import GaussianPolicy


class Method(Protocol):
    """Meta-learns a start; how a start is adapted and scored is the panel's protocol."""

    weights: Weights
    needs_demos: bool

    def meta_step(self, practice: Practice) -> dict[str, float]: ...


KINDS: dict[str, tuple[type[Frozen], type]] = {
    "imitation": (imitation.Params, imitation.Imitation),
    "maml": (maml.Params, maml.MAML),
    "mri": (mri.Params, mri.MRI),
    "random": (random.Params, random.Random),
}


def params_of(values: dict[str, Any], where: str) -> Frozen:
    """The parameters of the method that `kind` names, validated."""
    kind = values.get("kind")
    if kind not in KINDS:
        raise Advice(f"{where}.kind = {kind!r} is no method; choose among {', '.join(KINDS)}.")
    return KINDS[kind][0].read(values, where)


def build(params: Any, policy: GaussianPolicy) -> Method:
    return KINDS[params.kind][1](params, policy)


__all__ = ["KINDS", "Method", "build", "params_of"]
