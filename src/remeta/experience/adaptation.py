"""Learning a new task by trial and error: rollouts, one gradient step, rollouts, ..."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Protocol

import numpy as np
import torch
from jaxtyping import Float
from numpy import ndarray
from torch import Tensor
from torch.func import vmap

from remeta.core.adapt import gradient_step
from remeta.core.episodes import Batch, Episodes
from remeta.core.objectives import reinforce
from remeta.core.returns import with_advantages
from remeta.core.weights import Weights, stacked
from remeta.experience.collect import Actor, collect
from remeta.experience.world import World
from remeta.nets.policy import Policy


def policy_gradient_step(policy: Policy, weights: Weights, support: Batch, rate: float) -> Weights:
    """One policy-gradient step for every task, each from its own weights on its own trial."""

    def loss(moving: Weights, sampler: Weights, support: Batch) -> Tensor:
        log_prob = policy.log_prob(moving, support.obs, support.act)
        return reinforce(log_prob, support.advantage, support.mask)

    step = vmap(lambda w, support: gradient_step(loss, w, support, rate))
    with torch.no_grad():
        return step(weights, support)


class Adaptation(Protocol):
    """How a start becomes the policy of a task; weights are stacked, one set per task."""

    def actor(self, weights: Weights, step: int) -> Actor:
        """Who acts after so many steps of adaptation."""
        ...

    def learn(self, weights: Weights, rollouts: Episodes, rate: float) -> Weights:
        """One step, from the rollouts of who acted before it."""
        ...


@dataclass(frozen=True)
class GradientAdaptation:
    """The one policy acts before and after, and all its weights follow its policy gradient."""

    policy: Policy
    discount: float

    def actor(self, weights: Weights, step: int) -> Actor:
        return partial(self.policy.distribution, weights)

    def learn(self, weights: Weights, rollouts: Episodes, rate: float) -> Weights:
        return policy_gradient_step(
            self.policy, weights, with_advantages(rollouts, self.discount), rate
        )


def adaptation_curve(
    world: World,
    how: Adaptation,
    start: Weights,
    tasks: Float[ndarray, "task _"],
    *,
    episodes: int,
    rates: Sequence[float],
    rng: np.random.Generator,
    explore: bool = False,
) -> Iterator[Episodes]:
    """Rollouts of every task after 0, 1, ..., len(rates) steps of adaptation.

    The rollouts of a step are what the next one learns from, so nothing is sampled twice. With
    `explore`, rollouts before the first step take their modes; adapted policies never do.
    """
    weights = stacked(start, len(tasks))
    for step in range(len(rates) + 1):
        actor = how.actor(weights, step)
        rollouts = collect(world, tasks, actor, episodes, rng, explore=explore and step == 0)
        yield rollouts
        if step < len(rates):
            weights = how.learn(weights, rollouts, rates[step])
