"""Gaussians that tanh squashes into (-1, 1), one per dimension of an action."""

import math

import torch
import torch.nn.functional as F
from jaxtyping import Float
from torch import Tensor

from remeta.core import gaussian
from remeta.core.gaussian import HALF_LOG_TAU

EDGE = 1 - 1e-6  # the largest action that a finite number is squashed to, for float32


def squash(
    raw: Float[Tensor, "*batch dim"],
) -> tuple[Float[Tensor, "*batch dim"], Float[Tensor, "*batch"]]:
    """tanh(raw), and the logarithm of how much it shrinks a volume there."""
    log_volume = log_derivative(raw).sum(-1)
    return torch.tanh(raw), log_volume


def sample(
    mean: Float[Tensor, "*batch dim"],
    log_std: Float[Tensor, "*#batch dim"],
    noise: Float[Tensor, "*batch dim"],
) -> tuple[Float[Tensor, "*batch dim"], Float[Tensor, "*batch"]]:
    """The action that standard normal noise leads to, and its log-probability."""
    raw = mean + noise * log_std.exp()
    log_prob = -(0.5 * noise * noise + log_std + HALF_LOG_TAU).sum(-1)
    act, log_volume = squash(raw)
    return act, log_prob - log_volume


def log_prob(
    act: Float[Tensor, "*batch dim"],
    mean: Float[Tensor, "*batch dim"],
    log_std: Float[Tensor, "*#batch dim"],
) -> Float[Tensor, "*batch"]:
    """log p(act) for act = tanh(raw), raw ~ N(mean, exp(log_std)^2)."""
    raw = torch.atanh(act.clamp(-EDGE, EDGE))
    return gaussian.log_prob(raw, mean, log_std) - log_derivative(raw).sum(-1)


def log_derivative(raw: Float[Tensor, "*batch"]) -> Float[Tensor, "*batch"]:
    """log(1 - tanh(raw)^2), without the difference of two numbers that are nearly equal."""
    return 2 * (math.log(2) - raw - F.softplus(-2 * raw))
