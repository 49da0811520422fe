"""Behaviour cloning of one expert: supervised learning in the states the expert was in.

The policy never acts while it learns. Where its errors lead it away from the expert's states, it
has never seen what to do: the drift that GAIL is meant to cure.

Many tasks are cloned into one policy that does not see which it is in.
"""

from typing import ClassVar, Literal, Self

import torch
from pydantic import PositiveInt

from remeta.experience.practice import Practice
from remeta.frozen import Frozen
from remeta.learners import clone
from remeta.learners.offpolicy import averaged
from remeta.learners.settled import Settled
from remeta.nets.policy import Shape


class Params(Frozen):
    """What a run of it may choose."""

    kind: Literal["bc"]
    clone: clone.Params
    updates: PositiveInt  # in one iteration
    batch: PositiveInt  # transitions per task and update


class BC(Settled):
    """A policy cloned from an expert."""

    ACTOR: ClassVar = "clone.policy"
    needs: ClassVar = ("demos",)
    STATE_ATTRIBUTES: ClassVar = ("clone",)

    def __init__(self, params: Params, shape: Shape, generator: torch.Generator):
        self.params = params
        self.clone = clone.Clone(params.clone, shape.obs_size, shape.act_size, generator)

    @classmethod
    def build(cls, params: Params, shape: Shape, bare: object, generator: torch.Generator) -> Self:
        """Untrained."""
        return cls(params, shape, generator)

    def meta_step(self, practice: Practice) -> dict[str, float]:
        """Some updates on random transitions of the expert."""
        metrics = [
            self.clone.update(practice.transitions(practice.draw_tasks(), self.params.batch))
            for _ in range(self.params.updates)
        ]
        practice.counts.updates += len(metrics)
        return averaged(metrics)
