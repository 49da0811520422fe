"""Imitation as a start: behaviour cloning on the demonstrations of all tasks, then fine-tuning.

theta <- Adam on mean_i L_BC(theta), the outer loop of MRI without its inner step (alpha = 0),
which is how MRI's official code runs this baseline. No roll-outs are needed.
"""

from typing import Literal

import torch
from pydantic import NonNegativeInt, PositiveFloat, PositiveInt
from torch import Tensor

from remeta.core.adam import Moments, adam_step
from remeta.core.batching import mean_gradient
from remeta.core.episodes import Demos
from remeta.core.objectives import Imitation as Loss
from remeta.core.objectives import imitation
from remeta.core.weights import Weights
from remeta.experience.practice import Practice
from remeta.frozen import Frozen
from remeta.nets.policy import GaussianPolicy


class Params(Frozen):
    kind: Literal["imitation"]
    outer_rate: PositiveFloat
    imitation_steps: PositiveInt  # between draws of tasks, as many as MRI takes
    demo_samples: NonNegativeInt
    loss: Loss
    task_chunk: PositiveInt


class Imitation:
    needs_demos = True

    def __init__(self, params: Params, policy: GaussianPolicy):
        self.params, self.policy = params, policy
        self.weights = policy.start()
        self.moments = Moments.none(self.weights)

    def meta_step(self, practice: Practice) -> dict[str, float]:
        which = practice.draw()
        losses = []
        for _ in range(self.params.imitation_steps):
            demos = practice.shown(which, self.params.demo_samples)
            slope, loss = mean_gradient(
                self.imitate, self.weights, (demos,), self.params.task_chunk
            )
            self.weights, self.moments = adam_step(
                self.weights, slope, self.moments, self.params.outer_rate
            )
            losses.append(loss)
        practice.counts.updates += len(losses)
        std = float(torch.exp(self.weights["log_std"]).mean())
        return {"loss_first": float(losses[0]), "loss": float(losses[-1]), "std": std}

    def imitate(self, weights: Weights, demos: Demos) -> Tensor:
        mean, log_std = self.policy.at(weights, demos.obs)
        return imitation(self.params.loss, mean, log_std, demos.act)
