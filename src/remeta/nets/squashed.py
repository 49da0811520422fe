"""Gaussian policies squashed by tanh, whose spread depends on the state, too."""

from collections.abc import Sequence

import torch
from torch import Tensor

from remeta.core import squashed
from remeta.core.weights import Weights
from remeta.nets.policy import MLP, Policy

MAX_LOG_STD = 2.0


class SquashedPolicy(Policy):
    """One net for both halves; what acts is tanh(raw) with raw ~ N(mean, exp(log_std)^2)."""

    def __init__(
        self,
        inputs: int,
        act_size: int,
        hidden: Sequence[int],
        min_log_std: float,
        generator: torch.Generator,
    ):
        super().__init__()
        self.net = MLP([inputs, *hidden, 2 * act_size], generator)
        self.min_log_std = min_log_std

    def forward(self, obs: Tensor) -> tuple[Tensor, Tensor]:
        """Mean and log-std [..., act] of what is squashed."""
        mean, log_std = self.net(obs).chunk(2, -1)
        return mean, log_std.clamp(self.min_log_std, MAX_LOG_STD)

    def sample(self, obs: Tensor, generator: torch.Generator) -> tuple[Tensor, Tensor]:
        """A random action and its log-probability."""
        mean, log_std = self(obs)
        return sample_action(mean, log_std, generator)

    @torch.no_grad()
    def mean_action(self, obs: Tensor) -> Tensor:
        """What it does when it does not explore."""
        return torch.tanh(self(obs)[0])

    def log_prob(self, weights: Weights, obs: Tensor, act: Tensor) -> Tensor:
        """Log-density of squashed actions [..., act] in observations [..., obs]."""
        return squashed.log_prob(act, *self.distribution(weights, obs))


def sample_action(
    mean: Tensor, log_std: Tensor, generator: torch.Generator
) -> tuple[Tensor, Tensor]:
    """A random action [..., act] of such a policy, given its outputs, and its log-density [...]."""
    noise = torch.randn(mean.shape, generator=generator, dtype=mean.dtype)
    return squashed.sample(mean, log_std, noise)
