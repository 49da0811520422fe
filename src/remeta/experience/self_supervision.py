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

from remeta.core.adapt import descend
from remeta.core.dice import episode_mean
from remeta.core.episodes import Episodes, record
from remeta.core.returns import discounted_sums, prepared
from remeta.core.weights import Weights
from remeta.experience.collect import Actor
from remeta.nets.exploring import ExploringPolicy

Inner = Literal["returns", "rewards", "policy_gradient", "weighted_policy_gradient"]


@record
class Explored:
    """Roll-outs of who explored; `signal` is what each step is compared with, or weighed by."""

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

    def explored(self, found: Episodes) -> Explored:
        """Roll-outs made ready to learn from, M-bar of every step beside them."""
        reward = found.reward * found.mask / self.target_scale
        match self.kind:
            case "returns":
                signal = discounted_sums(reward, self.discount)
            case "rewards":
                signal = reward
            case "policy_gradient" | "weighted_policy_gradient":
                signal = prepared(found, self.discount).advantage
        return Explored(found.obs, found.act, found.mask, found.log_prob, signal)

    def step_losses(self, weights: Weights, trial: Explored) -> Tensor:
        """l_t: (M(s, a, z) - M-bar)^2 or, importance weights being constants, -w log pi(a|s) A."""
        if self.kind in ("returns", "rewards"):
            guess = self.policy.prediction(weights, trial.obs, trial.act)
            return (guess - trial.signal).square()
        log_prob = self.policy.log_prob(weights, trial.obs, trial.act)
        if self.kind == "policy_gradient":
            return -log_prob * trial.signal
        return -torch.exp(log_prob.detach() - trial.log_prob) * log_prob * trial.signal

    def adapt(
        self, weights: Weights, trial: Explored, rate: float, weight: Tensor | float = 1.0
    ) -> Weights:
        """z' of one task beside all that did not move; `weight` stands for W_t."""

        def loss(moving: Weights, drew: Weights, trial: Explored) -> Tensor:
            return episode_mean(weight * self.step_losses(moving, trial), trial.mask)

        return descend(loss, weights, trial, rate, only=("embedding",))

    def actor(self, weights: Weights, step: int) -> Actor:
        """Who explores acts before the first step at test, who exploits after it."""
        return partial(self.policy.at if step else self.policy.exploration, weights)

    def learn(self, weights: Weights, found: Episodes, rate: float) -> Weights:
        """One step at test for every task, each from its own weights on its own roll-outs."""
        with torch.no_grad():
            return vmap(lambda own, trial: self.adapt(own, trial, rate))(
                weights, self.explored(found)
            )
