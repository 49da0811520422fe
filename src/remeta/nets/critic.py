"""Twin action values for actor-critic learners, both in one batched product."""

from collections.abc import Sequence
from itertools import pairwise

import torch
import torch.nn.functional as F
from torch import Tensor, nn


class TwinCritic(nn.Module):
    """Two independent Q(s, a), weights stacked on the first axis: [2, row]."""

    def __init__(self, inputs: int, hidden: Sequence[int], generator: torch.Generator):
        super().__init__()
        self.weights, self.biases = nn.ParameterList(), nn.ParameterList()
        for fan_in, fan_out in pairwise([inputs, *hidden, 1]):
            bound = (6 / (fan_in + fan_out)) ** 0.5
            weight = torch.empty(2, fan_in, fan_out).uniform_(-bound, bound, generator=generator)
            self.weights.append(nn.Parameter(weight))
            self.biases.append(nn.Parameter(torch.zeros(2, 1, fan_out)))

    def forward(self, obs: Tensor, act: Tensor) -> Tensor:
        """Both values [2, row] of actions [row, act] in observations [row, obs]."""
        x = torch.cat([obs, act], -1).expand(2, -1, -1)
        *hidden, last = zip(self.biases, self.weights, strict=True)
        for bias, weight in hidden:
            x = F.relu(torch.baddbmm(bias, x, weight))
        return torch.baddbmm(last[0], x, last[1]).squeeze(-1)
