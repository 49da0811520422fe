"""Imitation as a start: behaviour cloning on the demonstrations of all tasks, then fine-tuning.

theta <- Adam on mean_i L_BC(theta), the outer loop of MRI without its inner step (alpha = 0),
which is how MRI's official code runs this baseline. No rollouts are needed.
"""

from typing import ClassVar, Literal

from pydantic import NonNegativeInt, PositiveFloat, PositiveInt
from torch import Tensor

from remeta.core.adam import Moments
from remeta.core.episodes import Demos
from remeta.core.objectives import ImitationLoss
from remeta.core.weights import Weights
from remeta.experience.practice import Practice
from remeta.frozen import Frozen
from remeta.learners.imitated import adam_steps, imitation_error, told
from remeta.nets.policy import GaussianPolicy


class Params(Frozen):
    """What a run of it may choose."""

    kind: Literal["imitation"]
    outer_rate: PositiveFloat
    imitation_steps: PositiveInt  # between draws of tasks, as many as MRI takes
    demo_samples: NonNegativeInt
    loss: ImitationLoss
    task_chunk: PositiveInt


class Imitation:
    """One policy for all tasks, cloned from their experts."""

    needs: ClassVar = ("demos",)

    def __init__(self, params: Params, policy: GaussianPolicy):
        self.params, self.policy = params, policy
        self.weights = policy.initial_weights()
        self.moments = Moments.zeros(self.weights)

    def meta_step(self, practice: Practice) -> dict[str, float]:
        """Some steps of Adam on demonstrations of one draw of tasks."""
        indices = practice.draw_tasks()
        batches = (
            (practice.pairs(indices, self.params.demo_samples),)
            for _ in range(self.params.imitation_steps)
        )
        self.weights, self.moments, losses = adam_steps(
            self.imitation_loss,
            (self.weights, self.moments),
            batches,
            self.params.outer_rate,
            self.params.task_chunk,
        )
        practice.counts.updates += len(losses)
        return told(losses, self.weights)

    def imitation_loss(self, weights: Weights, demos: Demos) -> Tensor:
        """L_BC of one task."""
        return imitation_error(self.policy, self.params.loss, weights, demos)
