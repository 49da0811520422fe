"""Behaviour cloning: a policy does in an expert's states what the expert did there.

    L = E_s,a*[(tanh(mean(s)) - a*)^2]   or   -E_s,a*[log pi(a*|s)]

The squared error is of the action that is executed. SMILe's official code takes it of the mean
before tanh (`pre_tanh`), which teaches to do too little near the bounds. Either leaves the spread
untrained, and is for policies that act by their mean.
"""

from typing import Literal

import torch
from pydantic import NonNegativeFloat, PositiveFloat, PositiveInt
from torch import Tensor

from remeta.core import squashed
from remeta.frozen import Frozen
from remeta.learners.learner import Learner
from remeta.nets.policy import joined
from remeta.nets.squashed import SquashedPolicy


class Params(Frozen):
    """What a run of it may choose."""

    hidden: list[PositiveInt]
    rate: PositiveFloat  # Adam's
    momentum: NonNegativeFloat  # Adam's share of the old in its mean of gradients
    min_log_std: float
    loss: Literal["squared_error", "pre_tanh", "likelihood"]


class Clone(Learner):
    """A policy and its optimiser."""

    NETS = ("policy",)

    def __init__(self, params: Params, obs_size: int, act_size: int, generator: torch.Generator):
        """`obs_size` counts what stands beside the observations, too."""
        super().__init__(generator)
        self.params = params
        shape = obs_size, act_size, params.hidden, params.min_log_std
        self.policy = SquashedPolicy(*shape, generator)
        self._add_optimiser("policy", params.rate, params.momentum)

    def update(self, demos: dict[str, Tensor], context: Tensor | None = None) -> dict[str, Tensor]:
        """One step on `obs` and `act` [row, size] or, of many tasks, [task, row, size].

        The gradient by a `context` [task, size] that wants one is found at `context.grad`.
        """
        obs = demos["obs"] if context is None else joined(context, demos["obs"])
        mean, log_std = self.policy(obs)
        error = (torch.tanh(mean) - demos["act"]).square().mean()
        log_likelihood = squashed.log_prob(demos["act"], mean, log_std).mean()
        self._step("policy", self._loss(mean, demos["act"], error, log_likelihood))
        return {"squared_error": error.detach(), "log_likelihood": log_likelihood.detach()}

    def _loss(self, mean: Tensor, act: Tensor, error: Tensor, log_likelihood: Tensor) -> Tensor:
        match self.params.loss:
            case "squared_error":
                return error
            case "pre_tanh":
                return (mean - act).square().mean()
            case "likelihood":
                return -log_likelihood
