"""Random search alone, on a task's own reward: what RAIL becomes if its reward is not learned."""

from typing import Literal

import torch

from remeta.core.weights import Weights
from remeta.frozen import Frozen
from remeta.learners import search
from remeta.learners.offpolicy import Experience


class Params(Frozen):
    """What a run of it may choose."""

    kind: Literal["random_search"]
    search: search.Params


class RandomSearch:
    """A policy that climbs its returns."""

    needs_demos = False
    LIVING = ("search",)

    def __init__(self, params: Params, practice: Experience, generator: torch.Generator):
        self.params, self.search = params, search.Search(params.search, practice, generator)

    @property
    def weights(self) -> Weights:
        """Of the policy, with the scales of its observations."""
        return self.search.weights

    @weights.setter
    def weights(self, weights: Weights) -> None:
        self.search.weights = weights

    def meta_step(self, practice: Experience) -> dict[str, float]:
        """One step of the search."""
        directions, rollouts = self.search.rollouts(practice)
        practice.counts.updates += 1
        return self.search.step(directions, rollouts, rollouts.reward)
