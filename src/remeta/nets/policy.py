"""Gaussian policies whose weights may be shared by all tasks or stacked, one set per task."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import pairwise
from typing import Literal

import torch
import torch.nn.functional as F
from torch import Tensor, nn
from torch.func import functional_call

from remeta.core import gaussian
from remeta.core.weights import Weights

Activation = Literal["relu", "tanh", "identity"]
ACTIVATIONS = {"relu": F.relu, "tanh": torch.tanh, "identity": nn.Identity()}


@dataclass(frozen=True)
class Shape:
    """All that the architecture of a policy depends on."""

    obs_size: int
    act_size: int
    hidden: Sequence[int]
    min_log_std: float
    activation: Activation

    def gaussian(self, generator: torch.Generator, more_inputs: int = 0) -> "GaussianPolicy":
        """An untrained policy of this shape that sees `more_inputs` beside the observation."""
        inputs = self.obs_size + more_inputs
        rest = self.hidden, self.min_log_std, generator, self.activation
        return GaussianPolicy(inputs, self.act_size, *rest)


class Linear(nn.Linear):
    """An affine map; stacked weights [task, out, in] act on inputs [task, row, in]."""

    def forward(self, input: Tensor) -> Tensor:
        """Outputs [..., out] or, with stacked weights, [task, row, out]."""
        if self.weight.ndim == 2:
            return F.linear(input, self.weight, self.bias)
        return torch.baddbmm(self.bias.unsqueeze(-2), input, self.weight.mT)


class MLP(nn.Module):
    """Hidden layers and a linear output; Xavier-uniform weights, zero biases."""

    def __init__(
        self, sizes: Sequence[int], generator: torch.Generator, activation: Activation = "relu"
    ):
        super().__init__()
        self.activation = ACTIVATIONS[activation]
        self.layers = nn.ModuleList(Linear(a, b) for a, b in pairwise(sizes))
        for layer in self.layers:
            nn.init.xavier_uniform_(layer.weight, generator=generator)  # type: ignore[arg-type]
            nn.init.zeros_(layer.bias)  # type: ignore[arg-type]

    def forward(self, x: Tensor) -> Tensor:
        """Outputs [..., out] of inputs [..., in]."""
        *hidden, last = self.layers
        for layer in hidden:
            x = self.activation(layer(x))
        return last(x)


def joined(embedding: Tensor, *inputs: Tensor) -> Tensor:
    """Inputs of a net, the embedding last; one of each task for inputs [task, row, ...]."""
    own = embedding if embedding.ndim == 1 else embedding.unsqueeze(-2)
    return torch.cat([*inputs, own.expand(*inputs[0].shape[:-1], -1)], -1)


class Policy(nn.Module):
    """What acts by weights that are handed to it: states in, means and log-stds out."""

    @property
    def tuned(self) -> tuple[str, ...]:
        """Names of the weights that trial and error moves; none stands for all of them."""
        return ()

    def initial_weights(self) -> Weights:
        """The initial weights as a value."""
        return {name: value.detach().clone() for name, value in self.named_parameters()}

    def distribution(self, weights: Weights, obs: Tensor) -> tuple[Tensor, Tensor]:
        """Mean and log-std of its actions with these weights, in observations [..., obs]."""
        return functional_call(self, weights, (obs,))  # type: ignore[no-any-return]

    def actor(self, weights: Weights) -> Callable[[Tensor], tuple[Tensor, Tensor]]:
        """What acts with these weights, shared by all tasks or stacked."""
        return partial(self.distribution, weights)

    def log_prob(self, weights: Weights, obs: Tensor, act: Tensor) -> Tensor:
        """Log-density of actions [..., act] in observations [..., obs]."""
        mean, log_std = self.distribution(weights, obs)
        return gaussian.log_prob(act, mean, log_std)


class GaussianPolicy(Policy):
    """A mean from an MLP and a log standard deviation that does not depend on the state."""

    def __init__(
        self,
        obs_size: int,
        act_size: int,
        hidden: Sequence[int],
        min_log_std: float,
        generator: torch.Generator,
        activation: Activation = "relu",
    ) -> None:
        super().__init__()
        self.mean = MLP([obs_size, *hidden, act_size], generator, activation)
        self.log_std = nn.Parameter(torch.zeros(act_size))
        self.min_log_std = min_log_std

    @property
    def head(self) -> tuple[str, ...]:
        """Names of the weights that move where only a part of them adapts: the last layer."""
        last = f"mean.layers.{len(self.mean.layers) - 1}"
        return f"{last}.weight", f"{last}.bias"

    def forward(self, obs: Tensor) -> tuple[Tensor, Tensor]:
        """Mean [..., act] and log-std, [act] or with stacked weights [task, 1, act]."""
        log_std = self.log_std.clamp_min(self.min_log_std)
        return self.mean(obs), log_std if log_std.ndim == 1 else log_std.unsqueeze(-2)
