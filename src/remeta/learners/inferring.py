"""Inferring a context from what was met: a belief about what tells the tasks apart.

    q(z | c) ~ prod_n N(z; mean_n, variance_n),   each factor read from one transition (s, a, r)
    L        = L_of_who_is_handed_z + divergence sum_i^of sum_d KL(q(z_i,d | c_i) || N(0, 1))

The prior N(0, 1) is no factor of the product. The encoder follows the gradient that contexts come
back with, and the divergence: a sum over the tasks of an update, as in PEARL's official code,
beside losses that are means. Where an update has other than `of` tasks, for which the weight was
found, their mean is taken as often.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from pydantic import NonNegativeFloat, PositiveFloat, PositiveInt
from torch import Tensor
from torch.func import functional_call

from remeta.core import gaussian
from remeta.core.episodes import Episodes, LastStep
from remeta.core.squashed import squash
from remeta.core.weights import Weights, module_weights
from remeta.experience.acting import Agent
from remeta.experience.contexts import Belief, sample_context
from remeta.frozen import Frozen
from remeta.learners.learner import Learner
from remeta.nets.encoder import PosteriorEncoder
from remeta.nets.scaled import NO_LOG_STD
from remeta.nets.squashed import SquashedPolicy

READ = ("obs", "act", "reward")  # of a transition


class Params(Frozen):
    """What a run of it may choose."""

    reading: list[PositiveInt]  # hidden sizes of what reads a transition
    context: PositiveInt  # numbers
    rate: PositiveFloat  # Adam's
    momentum: NonNegativeFloat  # Adam's share of the old in its mean of gradients
    divergence: NonNegativeFloat  # weight of what beliefs differ from the prior by
    of: PositiveInt  # tasks that it is summed over
    mode: bool  # whether tests take the mode of every action


@dataclass(frozen=True)
class Inferring:
    """A policy that acts by contexts, and what it believes after some rollouts."""

    encoder: PosteriorEncoder
    policy: SquashedPolicy
    context_size: int
    mode: bool

    def actor(self, weights: Weights, context: Tensor) -> Agent:
        """Who acts in these contexts [task, row, context]."""
        own = module_weights(weights, "policy")

        def act(obs: Tensor, _: Any, memory: Any) -> tuple[Tensor, Tensor, Any]:
            mean, log_std = self.policy.distribution(own, torch.cat([obs, context], -1))
            return mean, torch.full_like(log_std, NO_LOG_STD) if self.mode else log_std, memory

        return Agent(act, squash=squash)

    @torch.no_grad()
    def infer(self, weights: Weights, rollouts: Episodes) -> Belief:
        """Of every row [task, row], from all the transitions that it has met."""
        parts = rollouts.obs, rollouts.act, rollouts.reward.unsqueeze(-1)
        read = torch.cat(parts, -1).flatten(0, 1), rollouts.mask.flatten(0, 1)
        belief = functional_call(self.encoder, module_weights(weights, "encoder"), read)
        mean, log_std = (part.unflatten(0, rollouts.mask.shape[:2]) for part in belief)
        return mean, log_std


class Inferrer(Learner):
    """An encoder and its optimiser."""

    NETS = ("encoder",)

    def __init__(self, params: Params, sizes: Mapping[str, int], generator: torch.Generator):
        """`sizes` are those of `obs` and `act`."""
        super().__init__(generator)
        self.params = params
        inputs = sizes["obs"] + sizes["act"] + 1
        self.encoder = PosteriorEncoder(inputs, params.reading, params.context, generator)
        self._add_optimiser("encoder", params.rate, params.momentum)

    def believe(self, met: Mapping[str, Tensor]) -> Belief:
        """After transitions of each task, [task, sample, size]."""
        read = torch.cat([met[name] for name in READ], -1)
        return self.encoder(read, torch.ones(read.shape[:-1]))

    def draw(self, belief: Belief) -> Tensor:
        """A context for every belief, through which a gradient finds the encoder."""
        mean, log_std = belief
        return mean + torch.randn(mean.shape, generator=self.generator) * log_std.exp()

    def follow(self, belief: Belief, context: Tensor, gradient: Tensor | None) -> Tensor:
        """A step by the gradient of a loss by the contexts that were drawn, and the divergence.

        Returned is the divergence of a task, on average.
        """
        assert gradient is not None
        divergence = gaussian.divergence_from_prior(*belief)
        pull = (context * gradient).sum()
        far = self.params.of * divergence.mean()
        self._step("encoder", pull + self.params.divergence * far)
        return divergence.detach().mean()


def in_drawn_contexts(policy: SquashedPolicy, belief: Belief, rng: np.random.Generator) -> Agent:
    """Who explores, every row in a context that it draws for each of its episodes."""

    def act(obs: Tensor, last: LastStep, context: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        context = torch.where(last.done > 0, sample_context(belief, rng), context)
        return *policy(torch.cat([obs, context], -1)), context

    return Agent(act, sample_context(belief, rng), squash=squash)
