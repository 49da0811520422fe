"""A policy with a bias transformation: beside the observation it sees a few numbers of its own."""

import torch
from torch import Tensor, nn

from remeta.nets.policy import GaussianPolicy, Shape, joined


class BiasedPolicy(GaussianPolicy):
    """The numbers, z, are weights that start at one and are the same at all times.

    Of the first layer they are a second bias, whose gradient runs through weights that are learned:
    a step of adaptation can move the bias by more or less than its own gradient would.
    """

    def __init__(self, shape: Shape, size: int, generator: torch.Generator):
        inputs, rest = shape.obs_size + size, (shape.hidden, shape.min_log_std, generator)
        super().__init__(inputs, shape.act_size, *rest, shape.activation)
        self.bias = nn.Parameter(torch.ones(size))

    def forward(self, obs: Tensor) -> tuple[Tensor, Tensor]:
        return super().forward(joined(self.bias, obs))
