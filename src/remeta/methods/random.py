"""A random start: the untrained policy, adapted at test time like every other method."""

from typing import ClassVar, Literal

from remeta.experience.practice import Practice
from remeta.frozen import Frozen
from remeta.nets.policy import GaussianPolicy


class Params(Frozen):
    """What a run of it may choose."""

    kind: Literal["random"]


class Random:
    """Weights that are never learned."""

    needs: ClassVar = ()

    def __init__(self, params: Params, policy: GaussianPolicy):
        self.params, self.policy = params, policy
        self.weights = policy.initial_weights()

    def meta_step(self, practice: Practice) -> dict[str, float]:
        """Nothing happens."""
        return {}
