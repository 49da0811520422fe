"""A family in which a task is what an action pays: a single trial of it tells everything."""

from dataclasses import dataclass

import numpy as np
import torch

from remeta.experience.world import World
from remeta.tasks.family import Places


@dataclass(frozen=True)
class Payoff:
    """The reward of an action a is a g - a^2 / 2 in task g, so that g is the best action.

    There is nothing to be seen but how long the episode has lasted.
    """

    name = "payoff"
    obs_size = 1
    act_size = 1
    act_bound = 10.0
    horizon = 3
    choices = None
    places = Places(columns=(), cell=1.0)

    def draw(self, rng, count):
        return rng.choice([-1.0, 1.0], size=(count, 1)) * rng.uniform(1, 2, size=(count, 1))

    def start(self, rng, tasks):
        return np.zeros((len(tasks), 1))

    def observe(self, state):
        return state

    def advance(self, state, action, tasks):
        reward = (action * tasks - action**2 / 2).sum(-1)
        return state + 1, reward, np.zeros(len(state), bool)


WORLD = World(Payoff(), horizon=3)
TASKS = Payoff().draw(np.random.default_rng(0), 12)
GOALS = torch.from_numpy(TASKS).float().unsqueeze(1)  # [task, 1, 1]
