"""Learning a new task by trial and error: roll-outs, one gradient step, roll-outs, ..."""

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

from remeta.core.adapt import descend
from remeta.core.episodes import Episodes, Trial
from remeta.core.objectives import reinforce
from remeta.core.returns import prepared
from remeta.core.weights import Weights, stacked
from remeta.experience.collect import Actor, collect
from remeta.experience.world import World
from remeta.nets.policy import Policy


def trial_and_error(policy: Policy, weights: Weights, trials: Trial, rate: float) -> Weights:
    """One policy-gradient step for every task, each from its own weights on its own trial."""

    def loss(moving: Weights, drew: Weights, trial: Trial) -> Tensor:
        log_prob = policy.log_prob(moving, trial.obs, trial.act)
        return reinforce(log_prob, trial.advantage, trial.mask)

    step = vmap(lambda w, trial: descend(loss, w, trial, rate))
    with torch.no_grad():
        return step(weights, trials)


class Adaptation(Protocol):
    """How a start becomes the policy of a task; weights are stacked, one set per task."""

    def actor(self, weights: Weights, step: int) -> Actor:
        """Who acts after so many steps of adaptation."""
        ...

    def learn(self, weights: Weights, found: Episodes, rate: float) -> Weights:
        """One step, from the roll-outs of who acted before it."""
        ...


@dataclass(frozen=True)
class TrialAndError:
    """The one policy acts before and after, and all its weights follow its policy gradient."""

    policy: Policy
    discount: float

    def actor(self, weights: Weights, step: int) -> Actor:
        return partial(self.policy.at, weights)

    def learn(self, weights: Weights, found: Episodes, rate: float) -> Weights:
        return trial_and_error(self.policy, weights, prepared(found, self.discount), rate)


def learning_curve(
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
    """Roll-outs of every task after 0, 1, ..., len(rates) steps of adaptation.

    The roll-outs of a step are what the next one learns from, so nothing is sampled twice. With
    `explore`, roll-outs before the first step take their modes; adapted policies never do.
    """
    weights = stacked(start, len(tasks))
    for step in range(len(rates) + 1):
        actor = how.actor(weights, step)
        found = collect(world, tasks, actor, episodes, rng, explore=explore and step == 0)
        yield found
        if step < len(rates):
            weights = how.learn(weights, found, rates[step])
