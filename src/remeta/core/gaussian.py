"""Diagonal Gaussians given by a mean and a log standard deviation per dimension."""

import math

import torch
from jaxtyping import Float
from torch import Tensor

HALF_LOG_TAU = 0.5 * math.log(2 * math.pi)


def log_prob(
    x: Float[Tensor, "*batch dim"],
    mean: Float[Tensor, "*batch dim"],
    log_std: Float[Tensor, "*#batch dim"],
) -> Float[Tensor, "*batch"]:
    """log N(x; mean, exp(log_std)^2), summed over dimensions."""
    z = (x - mean) * torch.exp(-log_std)
    return -(0.5 * z * z + log_std + HALF_LOG_TAU).sum(-1)


def kl_divergence(
    mean: Float[Tensor, "*batch dim"],
    log_std: Float[Tensor, "*#batch dim"],
    other_mean: Float[Tensor, "*batch dim"],
    other_log_std: Float[Tensor, "*#batch dim"],
) -> Float[Tensor, "*batch"]:
    """KL(N(mean, std) || N(other_mean, other_std))."""
    variance, other_variance = torch.exp(2 * log_std), torch.exp(2 * other_log_std)
    spread = (variance + (mean - other_mean) ** 2) / (2 * other_variance)
    return (other_log_std - log_std + spread - 0.5).sum(-1)


def divergence_from_prior(
    mean: Float[Tensor, "*batch dim"], log_std: Float[Tensor, "*batch dim"]
) -> Float[Tensor, "*batch"]:
    """KL(N(mean, std) || N(0, 1)), for latent variables of which nothing else is known."""
    none = torch.zeros_like(mean)
    return kl_divergence(mean, log_std, none, none)


def product(
    mean: Float[Tensor, "*batch factor dim"],
    variance: Float[Tensor, "*batch factor dim"],
    mask: Float[Tensor, "*batch factor"],
) -> tuple[Float[Tensor, "*batch dim"], Float[Tensor, "*batch dim"]]:
    """Mean and log-std of the Gaussian that the factors multiply to: their precisions add up.

    Factors of mask 0 are left out; of none at all it is N(0, 1).
    """
    precision = mask.unsqueeze(-1) / variance
    total = precision.sum(-2)
    total = torch.where(total > 0, total, torch.ones_like(total))
    return (precision * mean).sum(-2) / total, -0.5 * torch.log(total)
