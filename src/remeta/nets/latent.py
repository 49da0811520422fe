"""A policy with a latent variable, drawn once per episode from a Gaussian that is its own."""

import torch
from torch import Tensor, nn

from remeta.core.weights import Weights
from remeta.nets.policy import GaussianPolicy, Shape

GAUSSIAN: tuple[str, ...] = ("latent_mean", "latent_log_std")
MIN_LOG_STD = -13.8  # log 1e-6


class LatentPolicy(GaussianPolicy):
    """Beside every observation stands the noise of its episode: z = mean + exp(log_std) noise.

    So that what it does is differentiable by the Gaussian, which at first is the prior N(0, 1).
    """

    def __init__(self, shape: Shape, size: int, generator: torch.Generator):
        inputs, rest = shape.obs_size + size, (shape.hidden, shape.min_log_std, generator)
        super().__init__(inputs, shape.act_size, *rest, shape.activation)
        self.latent_mean = nn.Parameter(torch.zeros(size))
        self.latent_log_std = nn.Parameter(torch.zeros(size))

    def forward(self, obs: Tensor) -> tuple[Tensor, Tensor]:
        """Mean and log-std in observations [..., obs], the last numbers of which are the noise."""
        size = self.latent_mean.shape[-1]
        mean, log_std = gaussian_of({name: getattr(self, name) for name in GAUSSIAN})
        if mean.ndim > 1:  # stacked, one for every task
            mean, log_std = mean.unsqueeze(-2), log_std.unsqueeze(-2)
        drawn = mean + obs[..., -size:] * log_std.exp()
        return super().forward(torch.cat([obs[..., :-size], drawn], -1))


def gaussian_of(weights: Weights) -> tuple[Tensor, Tensor]:
    """Mean and log-std of z."""
    mean, log_std = (weights[name] for name in GAUSSIAN)
    return mean, log_std.clamp_min(MIN_LOG_STD)
