"""What methods have in common whose policy acts by demonstrations that it was shown."""

from operator import attrgetter
from typing import Any, ClassVar, Self

import torch
from jaxtyping import Int
from numpy import ndarray
from torch import Tensor

from remeta.core.weights import Weights
from remeta.experience.adaptation import Schedule
from remeta.experience.contexts import DemonstrationAdaptation
from remeta.experience.practice import Bare, Indices, Practice
from remeta.learners.watching import ReadKind, Watcher
from remeta.nets.policy import Shape
from remeta.nets.squashed import SquashedPolicy


class Onlooker:
    """Its `watcher` reads, the policy that `ACTOR` names acts; both together are its weights."""

    ACTOR: ClassVar[str]
    needs: ClassVar = ("demos", "context")
    watcher: Watcher

    def __init__(
        self,
        params: Any,
        shape: Shape,
        practice: Practice,
        _: torch.Generator,
        reads: ReadKind = "state_action",
    ):
        self.params, self.sizes = params, {"obs": shape.obs_size, "act": shape.act_size}
        self.sees = shape.obs_size + params.watcher.context  # how many numbers who acts sees
        apart = practice.rng.spawn(1)[0]
        self.watcher = Watcher(params.watcher, reads, self.sizes, apart)
        self.contexts = torch.zeros(0, params.watcher.context)  # of every row, for its episode

    @classmethod
    def build(cls, params: Any, shape: Shape, bare: Bare, generator: torch.Generator) -> Self:
        """Untrained, its rows, if it has any, at the start of their first episodes."""
        return cls(params, shape, bare(), generator)

    @property
    def policy(self) -> SquashedPolicy:
        """Who acts, by observations and a context beside them."""
        return attrgetter(self.ACTOR)(self)

    @property
    def weights(self) -> Weights:
        """Of policy and encoder, and the scale of what they see."""
        return self.watcher.weights(self.policy)

    @weights.setter
    def weights(self, weights: Weights) -> None:
        self.watcher.load(weights, self.policy)

    def adaptation(self, schedule: Schedule) -> DemonstrationAdaptation:
        """By watching: a step shows more demonstrations, and takes none in the world."""
        return self.watcher.adaptation(self.policy, schedule)

    def seen(
        self, practice: Practice, obs: Tensor, indices: Indices, age: Int[ndarray, "row"]
    ) -> Tensor:
        """What rows act by; one whose episode begins draws a context."""
        beginning = age == 0
        if not len(self.contexts):  # the first actions of its own, in episodes under way
            self.contexts = torch.zeros(len(indices), self.watcher.params.context)
            beginning[:] = True
        if beginning.any():
            self.contexts[beginning] = self.watcher.context(practice, indices[beginning])
        return torch.cat([self.watcher.scale(obs), self.contexts], -1)
