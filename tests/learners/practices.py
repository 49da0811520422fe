"""What methods learn from in these tests: a world, its tasks, what an expert did in each."""

import numpy as np
import torch
from numpy import ndarray

from remeta.core.episodes import Demonstrations
from remeta.experience.practice import Practice
from remeta.experience.world import World
from remeta.nets.policy import Shape
from remeta.tasks.point import REACH


def shape_of(world: World) -> Shape:
    return Shape(world.obs_size, world.act_size, (8,), -5.0, "tanh")


def practice(
    world: World, tasks: ndarray, seed: int = 0, demos: int = 0, episodes: int = 4
) -> Practice:
    """With as many whole demonstrations of every task, if any, of a point that walks straight."""
    rng = np.random.default_rng(seed)
    shown = walked(world, tasks, demos, rng) if demos else None
    return Practice(world, tasks, None, len(tasks), episodes, rng, shown)


def walked(world: World, tasks: ndarray, demos: int, rng: np.random.Generator) -> Demonstrations:
    goals, steps = np.repeat(tasks, demos, axis=0), []
    state = world.family.start(rng, goals)
    for _ in range(world.horizon):
        act = np.clip((goals - state) / REACH, -1, 1)
        steps.append((state, act, state + REACH * act))
        state = steps[-1][-1]
    obs, act, after = (
        torch.from_numpy(np.stack(part, 1)).float().unflatten(0, (len(tasks), demos))
        for part in zip(*steps, strict=True)
    )
    return Demonstrations(obs, act, after, torch.ones(obs.shape[:-1]))
