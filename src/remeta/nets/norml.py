"""The nets of NoRML: a policy with one spread for all actions, and what it thinks of a step."""

from collections.abc import Sequence
from dataclasses import dataclass

import torch
from torch import Tensor, nn
from torch.func import functional_call

from remeta.core.weights import Weights, module_weights
from remeta.nets.policy import MLP, Activation, GaussianPolicy, Shape

SMALL = 0.1  # deviation of all weights at first; none is further away than two of them


def drawn_small(net: MLP, generator: torch.Generator) -> None:
    """Weights begin small instead of by the size of their layer."""
    for name, weight in net.named_parameters():
        if name.endswith("weight"):
            ends = -2 * SMALL, 2 * SMALL
            nn.init.trunc_normal_(weight, 0.0, SMALL, *ends, generator=generator)


@dataclass(frozen=True)
class Judge:
    """The shape of what judges steps."""

    hidden: Sequence[int]
    activation: Activation
    sees_after: bool  # what a step led to


class JudgingPolicy(GaussianPolicy):
    """`mean` and one `log_std` for all actions act; `advantage`, if there is one, judges."""

    def __init__(
        self,
        shape: Shape,
        log_std: float,
        generator: torch.Generator,
        judge: Judge | None,
    ):
        rest = shape.hidden, shape.min_log_std, generator, shape.activation
        super().__init__(shape.obs_size, shape.act_size, *rest)
        self.log_std = nn.Parameter(torch.full((1,), log_std))
        drawn_small(self.mean, generator)
        self.judge = judge
        if judge:
            inputs = shape.obs_size * (1 + judge.sees_after) + shape.act_size
            self.advantage = MLP([inputs, *judge.hidden, 1], generator, judge.activation)
            drawn_small(self.advantage, generator)

    def forward(self, obs: Tensor) -> tuple[Tensor, Tensor]:
        mean, log_std = super().forward(obs)
        return mean, log_std.expand(*log_std.shape[:-1], mean.shape[-1])

    def judged(self, weights: Weights, obs: Tensor, act: Tensor, after: Tensor) -> Tensor:
        """What `advantage` with these weights says of steps [..., size], a number for each."""
        assert self.judge
        seen = torch.cat([after, obs, act] if self.judge.sees_after else [obs, act], -1)
        own = module_weights(weights, "advantage")
        return functional_call(self.advantage, own, (seen,)).squeeze(-1)
