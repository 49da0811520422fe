"""Behaviour cloning of one expert: supervised learning in the states the expert was in.

The policy never acts while it learns. Where its errors lead it away from the expert's states, it
has never seen what to do: the drift that GAIL is meant to cure.

Many tasks are cloned into one policy that does not see which it is in.
"""

from typing import ClassVar, Literal, Self

import torch
from pydantic import PositiveInt

from remeta.core.weights import Weights
from remeta.experience.adaptation import Schedule
from remeta.experience.practice import Practice
from remeta.experience.unadapted import Unadapted, squashed_actor
from remeta.frozen import Frozen
from remeta.learners import clone
from remeta.learners.offpolicy import averaged
from remeta.nets.policy import Shape
from remeta.nets.squashed import SquashedPolicy


class Params(Frozen):
    """What a run of it may choose."""

    kind: Literal["bc"]
    clone: clone.Params
    updates: PositiveInt  # in one iteration
    batch: PositiveInt  # transitions per task and update


class BC:
    """A policy cloned from an expert."""

    needs: ClassVar = ("demos",)
    STATE_ATTRIBUTES: ClassVar = ("clone",)

    def __init__(self, params: Params, shape: Shape, generator: torch.Generator):
        self.params = params
        self.clone = clone.Clone(params.clone, shape.obs_size, shape.act_size, generator)

    @classmethod
    def build(cls, params: Params, shape: Shape, bare: object, generator: torch.Generator) -> Self:
        """Untrained."""
        return cls(params, shape, generator)

    @property
    def policy(self) -> SquashedPolicy:
        """Who is cloned into."""
        return self.clone.policy

    @property
    def weights(self) -> Weights:
        """Of the policy."""
        return self.policy.initial_weights()

    @weights.setter
    def weights(self, weights: Weights) -> None:
        self.policy.load_state_dict(weights)

    def adaptation(self, schedule: Schedule) -> Unadapted:
        """It acts as it has learned."""
        return Unadapted(lambda weights: squashed_actor(self.policy, weights))

    def meta_step(self, practice: Practice) -> dict[str, float]:
        """Some updates on random transitions of the expert."""
        metrics = [
            self.clone.update(practice.transitions(practice.draw_tasks(), self.params.batch))
            for _ in range(self.params.updates)
        ]
        practice.counts.updates += len(metrics)
        return averaged(metrics)
