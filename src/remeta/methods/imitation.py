"""Imitation as a start: behaviour cloning on the demonstrations of all tasks, then fine-tuning.

theta <- Adam on mean_i L_BC(theta), the outer loop of MRI without its inner step (alpha = 0),
which is how MRI's official code runs this baseline. No rollouts are needed.
"""

from typing import ClassVar, Literal

import torch
from pydantic import NonNegativeInt, PositiveFloat, PositiveInt
from torch import Tensor

from remeta.core.adam import Moments, adam_step
from remeta.core.batching import mean_gradient
from remeta.core.episodes import Demos
from remeta.core.objectives import ImitationLoss, imitation_loss
from remeta.core.weights import Weights
from remeta.experience.practice import Practice
from remeta.frozen import Frozen
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
        losses = []
        for _ in range(self.params.imitation_steps):
            demos = practice.pairs(indices, self.params.demo_samples)
            gradient, loss = mean_gradient(
                self.imitation_loss, self.weights, (demos,), self.params.task_chunk
            )
            self.weights, self.moments = adam_step(
                self.weights, gradient, self.moments, self.params.outer_rate
            )
            losses.append(loss)
        practice.counts.updates += len(losses)
        std = float(torch.exp(self.weights["log_std"]).mean())
        return {"loss_first": float(losses[0]), "loss": float(losses[-1]), "std": std}

    def imitation_loss(self, weights: Weights, demos: Demos) -> Tensor:
        """L_BC of one task."""
        mean, log_std = self.policy.distribution(weights, demos.obs)
        return imitation_loss(self.params.loss, mean, log_std, demos.act)
