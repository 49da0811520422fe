"""Random search alone, on a task's own reward: what RAIL becomes if its reward is not learned."""

from typing import ClassVar, Literal, Self

import torch

from remeta.core.weights import Weights
from remeta.experience.adaptation import Schedule
from remeta.experience.practice import Practice
from remeta.experience.unadapted import Unadapted
from remeta.frozen import Frozen
from remeta.learners import search
from remeta.nets.policy import Shape
from remeta.nets.scaled import ScaledPolicy


class Params(Frozen):
    """What a run of it may choose."""

    kind: Literal["random_search"]
    search: search.Params


class RandomSearch:
    """A policy that climbs its returns."""

    needs: ClassVar = ()
    STATE_ATTRIBUTES: ClassVar = ("search",)

    def __init__(self, params: Params, shape: Shape, generator: torch.Generator):
        self.params, self.search = params, search.Search(params.search, shape, generator)

    @classmethod
    def build(cls, params: Params, shape: Shape, bare: object, generator: torch.Generator) -> Self:
        """Untrained."""
        return cls(params, shape, generator)

    @property
    def policy(self) -> ScaledPolicy:
        """Who is searched."""
        return self.search.policy

    @property
    def weights(self) -> Weights:
        """Of the policy, with the scales of its observations."""
        return self.search.weights

    @weights.setter
    def weights(self, weights: Weights) -> None:
        self.search.weights = weights

    def adaptation(self, schedule: Schedule) -> Unadapted:
        """It acts as it has learned."""
        return Unadapted(self.policy.actor)

    def meta_step(self, practice: Practice) -> dict[str, float]:
        """One step of the search."""
        directions, rollouts = self.search.rollouts(practice, practice.draw_tasks())
        practice.counts.updates += 1
        return self.search.step(directions, rollouts, rollouts.reward)
