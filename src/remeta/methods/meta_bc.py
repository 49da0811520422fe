"""Meta-BC: behaviour cloning of many experts by contexts, the baseline of SMILe's paper.

    z ~ enc(some demonstrations of the task),   L = E_s,a*[(tanh(mean(s, z)) - a*)^2]

SMILe's encoder and policy, supervised: encoder and policy both follow the gradient of L, and
nothing is done in the world. The encoder always reads (s, a, s').

Differs from the official code in the loss, unless it is chosen to be `pre_tanh`: that code compares
the mean before tanh with the action and then executes tanh of it, which does too little wherever
the expert does much (`learners/clone.py`).
"""

from functools import partial
from typing import ClassVar, Literal

import torch
from pydantic import PositiveInt
from torch import Tensor

from remeta.experience.practice import Practice
from remeta.frozen import Frozen
from remeta.learners import clone, watching
from remeta.learners.offpolicy import averaged
from remeta.learners.onlooker import Onlooker
from remeta.nets.policy import Shape


class Params(Frozen):
    """What a run of it may choose."""

    kind: Literal["meta_bc"]
    watcher: watching.Params
    clone: clone.Params
    updates: PositiveInt  # in one iteration
    batch: PositiveInt  # transitions per task and update


class MetaBC(Onlooker):
    """A policy cloned from the experts of all tasks, by what was read of each."""

    ACTOR: ClassVar = "clone.policy"
    STATE_ATTRIBUTES: ClassVar = ("watcher", "clone")

    def __init__(
        self, params: Params, shape: Shape, practice: Practice, generator: torch.Generator
    ):
        super().__init__(params, shape, practice, generator)
        self.clone = clone.Clone(params.clone, self.sees, shape.act_size, generator)

    def meta_step(self, practice: Practice) -> dict[str, float]:
        """Some updates on random transitions of the experts."""
        self.watcher.fit(practice)
        metrics = [self._update(practice) for _ in range(self.params.updates)]
        practice.counts.updates += len(metrics)
        return averaged(metrics)

    def _update(self, practice: Practice) -> dict[str, Tensor]:
        indices = practice.draw_tasks()
        demos = self.watcher.scaled(practice.transitions(indices, self.params.batch))
        return self.watcher.teach(practice, indices, partial(self.clone.update, demos))
