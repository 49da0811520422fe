"""NoRML and its relatives, and rotating points on which they learn in seconds."""

from typing import Any

import numpy as np
import torch

from remeta import methods
from remeta.core.weights import Weights
from remeta.experience.adaptation import Schedule, adaptation_curve
from remeta.experience.practice import Practice
from remeta.experience.world import World
from remeta.methods.norml import NoRML, Params, Steps
from remeta.nets.policy import Shape
from remeta.tasks.point_rotation import PointRotation
from tests.methods.samples import EPISODES, TASKS, TIME, drawn, near

WORLD = World(PointRotation(), 10)
TRAIN, UNSEEN = (PointRotation().draw(np.random.default_rng(seed), 60) for seed in (0, 1))
ROWS = 15

LEARNED = {"hidden": [50, 50], "activation": "tanh", "sees_after": True}
NORML = {
    "kind": "norml", "advantage": LEARNED, "offset": True, "inner_rate": 10.0,
    "learned_rate": False, "outer_rate": 6e-3, "decay_over": 1000, "log_std": -0.75,
    "standardise": "all", "discount": 0.9, "task_chunk": 10,
}  # fmt: skip
LATTICE: dict[str, dict[str, Any]] = {
    "norml": {},
    "maml-advantage": {"offset": False, "inner_rate": 0.7},
    "maml-offset": {"advantage": None, "inner_rate": 0.1, "learned_rate": True},
    "maml": {"advantage": None, "offset": False, "inner_rate": 0.02, "learned_rate": True},
    "dr": {"advantage": None, "offset": False, "inner_rate": 0.0},
}


def practice(batch: int = 8, world: World = WORLD, tasks=TRAIN) -> Practice:
    return Practice(world, tasks, None, batch, ROWS, np.random.default_rng(3))


def made(name: str = "norml", world: World = WORLD, hidden=(50, 50), **changes: Any) -> NoRML:
    params = Params.read(NORML | LATTICE[name] | changes, name)
    shape = Shape(world.obs_size, world.act_size, hidden, -13.8, "tanh")
    generator = torch.Generator().manual_seed(0)
    return NoRML.build(params, shape, lambda: practice(world=world), generator)


def curve(method: NoRML, weights: Weights, steps: int = 1, world: World = WORLD):
    """Rollouts of unseen tasks after so many steps of adaptation."""
    schedule = Schedule(steps, ROWS, row_steps=method.row_steps)
    adaptation = methods.adaptation_of(method, schedule)
    return [
        rollouts
        for _, rollouts in adaptation_curve(
            world, adaptation, weights, UNSEEN[:20], schedule, np.random.default_rng(4)
        )
    ]


class Small:
    """A method in double precision, at weights like nobody else's, with batches of any content."""

    def __init__(self, name: str, generator: torch.Generator, **changes: Any):
        world = World(PointRotation(), TIME)
        rate = 0.3 if name != "dr" else 0.0
        changes = {"inner_rate": rate, "log_std": 0.2} | changes
        self.method = made(name, world, (4, 3), **changes)
        self.method.policy.double()
        start = {name: w.double() for name, w in self.method.weights.items()}
        self.method.weights = near(start, generator)
        self.support, self.query = (self._steps(generator) for _ in range(2))

    def _steps(self, generator: torch.Generator) -> Steps:
        obs, act, after = (drawn(generator, TASKS, EPISODES, TIME, 2) for _ in range(3))
        own = {name: self.method.weights[name] for name in self.method.moving}
        last = torch.randint(TIME, (TASKS, EPISODES, 1), generator=generator)
        return Steps(
            obs=obs,
            act=act,
            advantage=drawn(generator, TASKS, EPISODES, TIME),
            mask=(torch.arange(TIME) <= last).double(),
            log_prob=self.method.policy.log_prob(own, obs, act),
            after=after,
        )


def rollouts_of(method, experience, indices=range(4)):
    actor = method.actor(method.weights)
    return experience.stretches(actor, np.array(indices), method.row_steps)


def learned(method, rollouts):
    """The weights of all tasks after one step of adaptation to these rollouts."""
    adaptation = method.adaptation(Schedule(1, 1))
    memory = adaptation.begin(method.weights, rollouts.mask.shape[:2], np.random.default_rng(0))
    return adaptation.learn(memory, rollouts, None)[0].weights


def early(rollouts, step):
    """Every row ends with this step."""
    last = torch.zeros_like(rollouts.last)
    last[..., step] = 1
    return last
