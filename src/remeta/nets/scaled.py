"""Policies for random search: without spread, and of observations scaled by what was met before."""

from collections.abc import Sequence

import torch
from torch import Tensor, nn

from remeta.core.weights import Weights
from remeta.nets.policy import MLP, Activation, Policy

NO_LOG_STD = -20.0


class ScaledPolicy(Policy):
    """Linear without hidden layers; the last layer begins at zero, as if nothing were to be done.

    `shift` and `scale` of the observations are weights, too, since they decide what it does.
    """

    def __init__(
        self,
        obs_size: int,
        act_size: int,
        hidden: Sequence[int],
        activation: Activation,
        generator: torch.Generator,
    ):
        super().__init__()
        self.net = MLP([obs_size, *hidden, act_size], generator, activation)
        nn.init.zeros_(self.net.layers[-1].weight)  # type: ignore[arg-type]
        self.shift = nn.Parameter(torch.zeros(obs_size))
        self.scale = nn.Parameter(torch.ones(obs_size))

    def forward(self, obs: Tensor) -> tuple[Tensor, Tensor]:
        """Actions [..., act] in observations [..., obs], and a log-std [act] of next to nothing."""
        act = self.net((obs - self._own(self.shift)) * self._own(self.scale))
        return act, act.new_full((act.shape[-1],), NO_LOG_STD)

    @staticmethod
    def _own(value: Tensor) -> Tensor:
        """One for all rows, or with stacked weights one for those of each task."""
        return value if value.ndim == 1 else value.unsqueeze(-2)


def searched(weights: Weights) -> Weights:
    """The weights that are searched; the others follow what is observed."""
    return {name: value for name, value in weights.items() if name.startswith("net.")}
