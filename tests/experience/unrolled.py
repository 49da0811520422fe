"""Trials step by step, each from the memory that the one before left."""

import torch
from torch import Tensor

from remeta.core.episodes import LastStep
from remeta.core.stretches import Stretches
from remeta.core.weights import Weights


def unroll(net, weights: Weights, trials: Stretches) -> tuple[Tensor, Tensor]:
    """Means and log-stds of every step of trials that began with an empty memory."""
    tasks, rows, steps = trials.reward.shape
    causes = trials.act, trials.reward.unsqueeze(-1), trials.last.unsqueeze(-1)
    before = LastStep(*(torch.zeros_like(part[:, :, 0]) for part in causes))
    memory, outputs = net.memory(weights, (tasks, rows)), []
    for t in range(steps):
        mean, log_std, memory = net.step(weights, trials.obs[:, :, t], before, memory)
        outputs.append((mean, log_std.expand_as(mean)))
        before = LastStep(*(part[:, :, t] for part in causes))
    means, log_stds = zip(*outputs, strict=True)
    return torch.stack(means, 2), torch.stack(log_stds, 2)
