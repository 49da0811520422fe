"""Meta-BC: behaviour cloning of many experts by contexts, the baseline of SMILe's paper.

    z ~ enc(some demonstrations of the task),   L = E_s,a*[(tanh(mean(s, z)) - a*)^2]

SMILe's encoder and policy, supervised: encoder and policy both follow the gradient of L, and
nothing is done in the world. The encoder always reads (s, a, s').

Differs from the official code in the loss, unless it is chosen to be `pre_tanh`: that code compares
the mean before tanh with the action and then executes tanh of it, which does too little wherever
the expert does much (`learners/clone.py`).
"""

from typing import ClassVar, Literal, Self

import torch
from pydantic import PositiveInt
from torch import Tensor

from remeta.core.weights import Weights
from remeta.experience.adaptation import Schedule
from remeta.experience.contexts import DemonstrationAdaptation
from remeta.experience.practice import Bare, Practice
from remeta.frozen import Frozen
from remeta.learners import clone, watching
from remeta.learners.offpolicy import averaged
from remeta.nets.policy import Shape
from remeta.nets.squashed import SquashedPolicy


class Params(Frozen):
    """What a run of it may choose."""

    kind: Literal["meta_bc"]
    watcher: watching.Params
    clone: clone.Params
    updates: PositiveInt  # in one iteration
    batch: PositiveInt  # transitions per task and update


class MetaBC:
    """A policy cloned from the experts of all tasks, by what was read of each."""

    needs: ClassVar = ("demos", "context")
    STATE_ATTRIBUTES: ClassVar = ("watcher", "clone")

    def __init__(
        self, params: Params, shape: Shape, practice: Practice, generator: torch.Generator
    ):
        self.params, context = params, params.watcher.context
        sizes = {"obs": shape.obs_size, "act": shape.act_size}
        cloned = params.clone, shape.obs_size + context, shape.act_size
        self.clone = clone.Clone(*cloned, generator)
        apart = practice.rng.spawn(1)[0]
        self.watcher = watching.Watcher(params.watcher, "state_action", sizes, apart)

    @classmethod
    def build(cls, params: Params, shape: Shape, bare: Bare, generator: torch.Generator) -> Self:
        """Untrained."""
        return cls(params, shape, bare(), generator)

    @property
    def policy(self) -> SquashedPolicy:
        """Who is cloned into."""
        return self.clone.policy

    @property
    def weights(self) -> Weights:
        """Of policy and encoder, and the scale of what they see."""
        return self.watcher.weights(self.policy)

    @weights.setter
    def weights(self, weights: Weights) -> None:
        self.watcher.load(weights, self.policy)

    def adaptation(self, schedule: Schedule) -> DemonstrationAdaptation:
        """By watching, as SMILe."""
        return self.watcher.adaptation(self.policy, schedule)

    def meta_step(self, practice: Practice) -> dict[str, float]:
        """Some updates on random transitions of the experts."""
        self.watcher.fit(practice)
        metrics = [self._update(practice) for _ in range(self.params.updates)]
        practice.counts.updates += len(metrics)
        return averaged(metrics)

    def _update(self, practice: Practice) -> dict[str, Tensor]:
        indices = practice.draw_tasks()
        demos = self.watcher.scaled(practice.transitions(indices, self.params.batch))
        context = self.watcher.context(practice, indices, learning=True)
        handed = context.detach().requires_grad_()
        metrics = self.clone.update(demos, handed)
        self.watcher.follow(context, handed.grad)
        return metrics
