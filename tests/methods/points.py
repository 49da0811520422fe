"""A point world of a few seconds, with an expert that walks straight to its goal."""

from collections.abc import Callable

import numpy as np
import torch

from remeta.core.episodes import Demos
from remeta.core.weights import Weights
from remeta.experience.adaptation import Adaptation, Schedule, adaptation_curve
from remeta.experience.gradients import by_policy_gradient
from remeta.experience.practice import Practice
from remeta.experience.world import World
from remeta.nets.biased import BiasedPolicy
from remeta.nets.policy import GaussianPolicy, Policy, Shape
from remeta.tasks.point import REACH, Point

WORLD = World(Point(), horizon=20)
TRAIN, UNSEEN = (Point().draw(np.random.default_rng(seed), 16) for seed in (0, 1))
EPISODES, RATE = 10, 0.3
SHAPE = Shape(2, 2, (32,), -4.0, "relu")


def policy() -> GaussianPolicy:
    return GaussianPolicy(2, 2, (32,), -4.0, torch.Generator().manual_seed(0))


def biased_policy(size: int = 2) -> BiasedPolicy:
    return BiasedPolicy(SHAPE, size, torch.Generator().manual_seed(0))


def practice(batch: int = 16) -> Practice:
    rng = np.random.default_rng(2)
    place = TRAIN[:, None] + rng.uniform(-0.5, 0.5, (len(TRAIN), 100, 2))
    act = np.clip((TRAIN[:, None] - place) / REACH, -1, 1)
    demos = Demos(torch.from_numpy(place).float(), torch.from_numpy(act).float())
    return Practice(WORLD, TRAIN, demos, batch, EPISODES, np.random.default_rng(3))


SCHEDULE = Schedule(1, EPISODES, discount=0.99, rates=[RATE])


def returns(
    net: Policy, start: Weights, adapting: Callable[[Schedule], Adaptation] | None = None
) -> list[np.ndarray]:
    """Of every unseen task, before and after one step of trial and error, or of another kind."""
    adaptation = adapting(SCHEDULE) if adapting else by_policy_gradient(net, SCHEDULE)
    rng = np.random.default_rng(4)
    curve = adaptation_curve(WORLD, adaptation, start, UNSEEN, SCHEDULE, rng)
    return [rollouts.mean_return().numpy() for _, rollouts in curve]
