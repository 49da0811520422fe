"""Adaptation of weights by gradient steps: rollouts, one step, rollouts, ..."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import numpy as np
import torch
from torch import Tensor
from torch.func import vmap

from remeta.core.adapt import gradient_step
from remeta.core.episodes import Batch, Episodes
from remeta.core.objectives import reinforce
from remeta.core.returns import with_advantages
from remeta.core.weights import Weights, stacked
from remeta.experience.acting import Actor
from remeta.experience.adaptation import Schedule, Spent
from remeta.nets.policy import Policy


@dataclass(frozen=True)
class Adapted:
    """Weights, one set for every task, after so many steps."""

    weights: Weights
    steps: int = 0


@dataclass(frozen=True)
class GradientAdaptation:
    """The memory is the weights; each step is one of `update`, at its own rate.

    `update` maps the weights of all tasks, their rollouts and a rate to new weights; `actor_with`
    tells who acts with the weights of all tasks after so many steps.
    """

    actor_with: Callable[[Weights, int], Actor]
    update: Callable[[Weights, Episodes, float], Weights]
    rates: Sequence[float]

    def begin(self, start: Weights, shape: tuple[int, int], rng: np.random.Generator) -> Adapted:
        """The start, for every task."""
        return Adapted(stacked(start, shape[0]))

    def actor(self, memory: Adapted, rng: np.random.Generator) -> Actor:
        """The same in all rows of a task."""
        return self.actor_with(memory.weights, memory.steps)

    def learn(self, memory: Adapted, rollouts: Episodes, actor: Actor) -> tuple[Adapted, Spent]:
        """One step of every task, from its own weights on its own rollouts."""
        weights = self.update(memory.weights, rollouts, self.rates[memory.steps])
        return replace(memory, weights=weights, steps=memory.steps + 1), Spent.on(rollouts)


def by_policy_gradient(policy: Policy, schedule: Schedule) -> GradientAdaptation:
    """Trial and error: one policy acts before and after, its weights follow its gradient."""

    def update(weights: Weights, rollouts: Episodes, rate: float) -> Weights:
        batch = with_advantages(rollouts, schedule.discount)
        return policy_gradient_step(policy, weights, batch, rate)

    return GradientAdaptation(lambda weights, _: policy.actor(weights), update, schedule.rates)


def policy_gradient_step(policy: Policy, weights: Weights, batch: Batch, rate: float) -> Weights:
    """One step for every task, each from its own weights on its own batch [task, ...]."""

    def loss(moving: Weights, sampler: Weights, batch: Batch) -> Tensor:
        log_prob = policy.log_prob(moving, batch.seen, batch.act)
        return reinforce(log_prob, batch.advantage, batch.mask)

    step = vmap(lambda w, batch: gradient_step(loss, w, batch, rate, policy.tuned))
    with torch.no_grad():
        return step(weights, batch)
