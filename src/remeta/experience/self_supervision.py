"""Adapting an embedding alone, by what another policy met: MAME's inner loop, in training and test.

    L(z) = E_t[ W_t l_t(z) ],  z' = z - alpha grad L(z)

l_t is the error of a prediction of the return to go, or of the reward; or a policy gradient's term.
"""

from dataclasses import dataclass
from functools import partial
from typing import Literal

import torch
from torch import Tensor
from torch.func import vmap

from remeta.core.adapt import gradient_step
from remeta.core.dice import episode_mean
from remeta.core.episodes import Episodes, record
from remeta.core.returns import discounted_sums, with_advantages
from remeta.core.weights import Weights
from remeta.experience.acting import Actor
from remeta.nets.exploring import ExploringPolicy

Inner = Literal["returns", "rewards", "policy_gradient", "weighted_policy_gradient"]


@record
class ExplorationBatch:
    """Rollouts of who explored; `signal` is what each step is compared with, or weighed by."""

    obs: Tensor
    act: Tensor
    mask: Tensor
    log_prob: Tensor
    signal: Tensor


@dataclass(frozen=True)
class SelfSupervision:
    """One step on the embedding; everything else stays as it was learned."""

    policy: ExploringPolicy
    kind: Inner
    target_scale: float  # what is predicted is divided by it
    discount: float

    def exploration_batch(self, rollouts: Episodes) -> ExplorationBatch:
        """Rollouts made ready to learn from, M-bar of every step beside them."""
        reward = rollouts.reward * rollouts.mask / self.target_scale
        match self.kind:
            case "returns":
                signal = discounted_sums(reward, self.discount)
            case "rewards":
                signal = reward
            case "policy_gradient" | "weighted_policy_gradient":
                signal = with_advantages(rollouts, self.discount).advantage
        return ExplorationBatch(
            rollouts.obs, rollouts.act, rollouts.mask, rollouts.log_prob, signal
        )

    def step_losses(self, weights: Weights, support: ExplorationBatch) -> Tensor:
        """l_t: (M(s, a, z) - M-bar)^2 or, importance weights being constants, -w log pi(a|s) A."""
        if self.kind in ("returns", "rewards"):
            prediction = self.policy.prediction(weights, support.obs, support.act)
            return (prediction - support.signal).square()
        log_prob = self.policy.log_prob(weights, support.obs, support.act)
        if self.kind == "policy_gradient":
            return -log_prob * support.signal
        return -torch.exp(log_prob.detach() - support.log_prob) * log_prob * support.signal

    def adapt(
        self, weights: Weights, support: ExplorationBatch, rate: float, weight: Tensor | float = 1.0
    ) -> Weights:
        """z' of one task beside all that did not move; `weight` stands for W_t."""

        def loss(moving: Weights, sampler: Weights, support: ExplorationBatch) -> Tensor:
            return episode_mean(weight * self.step_losses(moving, support), support.mask)

        return gradient_step(loss, weights, support, rate, only=("embedding",))

    def actor(self, weights: Weights, steps: int) -> Actor:
        """Who explores acts before the first step at test, who exploits after it."""
        if steps:
            return self.policy.actor(weights)
        return partial(self.policy.explore_distribution, weights)

    def update(self, weights: Weights, rollouts: Episodes, rate: float) -> Weights:
        """One step at test for every task, each from its own weights on its own rollouts."""
        with torch.no_grad():
            return vmap(lambda own, support: self.adapt(own, support, rate))(
                weights, self.exploration_batch(rollouts)
            )
