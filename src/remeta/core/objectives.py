"""Losses of policies on what was collected, each a scalar for one task."""

from typing import Literal

import torch
from jaxtyping import Float
from torch import Tensor

from remeta.core import gaussian
from remeta.core.episodes import masked_mean

Correction = Literal["none", "per_step", "trajectory"]
ImitationLoss = Literal["nll", "mse_std", "mse"]


def reinforce(
    log_prob: Float[Tensor, "*batch"],
    advantage: Float[Tensor, "*batch"],
    mask: Float[Tensor, "*batch"],
) -> Float[Tensor, ""]:
    """-E[log pi(a|s) A]: its gradient is the policy gradient."""
    return -masked_mean(log_prob * advantage, mask)


def ratio_surrogate(
    log_prob: Float[Tensor, "*batch"],
    old_log_prob: Float[Tensor, "*batch"],
    advantage: Float[Tensor, "*batch"],
    mask: Float[Tensor, "*batch"],
) -> Float[Tensor, ""]:
    """-E[pi / pi_old A].

    Its gradient is the importance-weighted policy gradient, and since the ratio is not detached,
    its second derivative holds grad log pi (grad log pi)^T A beside the Hessian of log pi:
    the dependence of each step's density on the weights.
    """
    return -masked_mean(torch.exp(log_prob - old_log_prob) * advantage, mask)


def trajectory_surrogate(
    log_prob: Float[Tensor, "*episode time"],
    sampler_log_prob: Float[Tensor, "*episode time"],
    old_log_prob: Float[Tensor, "*episode time"],
    advantage: Float[Tensor, "*episode time"],
    mask: Float[Tensor, "*episode time"],
) -> Float[Tensor, ""]:
    """-E[p(tau) w log pi A], p the density of the whole rollout under the weights that drew it.

    p is one in value; its derivative is the sum of grad log pi over the episode. The importance
    weights w, one per step, are constants.
    """
    drawn = (sampler_log_prob * mask).sum(-1, keepdim=True)
    density = torch.exp(drawn - drawn.detach())
    weight = torch.exp(log_prob.detach() - old_log_prob)
    return reinforce(log_prob, density * weight * advantage, mask)


def imitation_loss(
    kind: ImitationLoss,
    mean: Float[Tensor, "*batch dim"],
    log_std: Float[Tensor, "*#batch dim"],
    act: Float[Tensor, "*batch dim"],
) -> Float[Tensor, ""]:
    """How far a policy is from demonstrated actions, in one of three measures."""
    match kind:
        case "nll":
            return negative_log_likelihood(mean, log_std, act)
        case "mse_std":
            return expected_square_error(mean, log_std, act)
        case "mse":  # of the mean action, whatever the spread
            return (mean - act).square().mean()


def negative_log_likelihood(
    mean: Float[Tensor, "*batch dim"],
    log_std: Float[Tensor, "*#batch dim"],
    act: Float[Tensor, "*batch dim"],
) -> Float[Tensor, ""]:
    """-E[log pi(a*|s)]: imitation as maximum likelihood."""
    return -gaussian.log_prob(act, mean, log_std).mean()


def expected_square_error(
    mean: Float[Tensor, "*batch dim"],
    log_std: Float[Tensor, "*#batch dim"],
    act: Float[Tensor, "*batch dim"],
) -> Float[Tensor, ""]:
    """E[(a - a*)^2] for a ~ pi: the squared error of the mean plus the variance."""
    return (mean - act).square().mean() + torch.exp(2 * log_std).mean()


def clipped_surrogate(
    log_prob: Float[Tensor, "*batch"],
    old_log_prob: Float[Tensor, "*batch"],
    advantage: Float[Tensor, "*batch"],
    mask: Float[Tensor, "*batch"],
    clip: float,
) -> Float[Tensor, ""]:
    """-E[min(rho A, clip(rho, 1 - c, 1 + c) A)]: of two gains the one that promises less."""
    ratio = torch.exp(log_prob - old_log_prob)
    kept = ratio.clamp(1 - clip, 1 + clip)
    return -masked_mean(torch.minimum(ratio * advantage, kept * advantage), mask)
