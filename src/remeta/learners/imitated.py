"""What a start is led by where experts show the tasks: the losses and steps of guided methods."""

from collections.abc import Callable, Iterable
from typing import Any

import torch
from torch import Tensor

from remeta.core.adam import Moments, adam_step
from remeta.core.batching import mean_gradient
from remeta.core.episodes import Batch, Demos
from remeta.core.objectives import (
    Correction,
    ImitationLoss,
    imitation_loss,
    ratio_surrogate,
    reinforce,
    trajectory_surrogate,
)
from remeta.core.weights import Weights
from remeta.nets.policy import Policy


def imitation_error(policy: Policy, kind: ImitationLoss, weights: Weights, demos: Demos) -> Tensor:
    """L_BC of one task, its demonstrations [sample, ...]."""
    mean, log_std = policy.distribution(weights, demos.seen)
    return imitation_loss(kind, mean, log_std, demos.act)


def trial_loss(
    policy: Policy, correction: Correction, weights: Weights, sampler: Weights, support: Batch
) -> Tensor:
    """The inner loss of one task on rollouts of a start that may have moved on since then.

    All three forms have the same gradient and differ in their second.
    """
    log_prob = policy.log_prob(weights, support.seen, support.act)
    old, advantage, mask = support.log_prob, support.advantage, support.mask
    match correction:
        case "per_step":
            return ratio_surrogate(log_prob, old, advantage, mask)
        case "trajectory":
            drawn = policy.log_prob(sampler, support.seen, support.act)
            return trajectory_surrogate(log_prob, drawn, old, advantage, mask)
        case "none":
            return reinforce(log_prob, torch.exp(log_prob - old).detach() * advantage, mask)


def adam_steps(
    loss: Callable[..., Tensor],
    start: tuple[Weights, Moments],
    batches: Iterable[tuple[Any, ...]],
    rate: float,
    chunk: int,
) -> tuple[Weights, Moments, list[Tensor]]:
    """A step of Adam on each batch of records [task, ...]: loss(weights, *those of a task).

    With the loss before every step.
    """
    (weights, moments), losses = start, []
    for batch in batches:
        gradient, value = mean_gradient(loss, weights, batch, chunk)
        weights, moments = adam_step(weights, gradient, moments, rate)
        losses.append(value)
    return weights, moments, losses


def told(losses: list[Tensor], weights: Weights) -> dict[str, float]:
    """Metrics of such steps."""
    return {
        "loss_first": float(losses[0]),
        "loss": float(losses[-1]),
        "std": float(torch.exp(weights["log_std"]).mean()),
    }
