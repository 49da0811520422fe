"""What methods learn from in these tests: a world, its tasks, what an expert did in each."""

from dataclasses import dataclass, field

import numpy as np
from numpy import ndarray

from remeta.experience.practice import Counts
from remeta.experience.replay import TaskReplay
from remeta.experience.world import World
from remeta.tasks.point import REACH


@dataclass
class Experience:
    world: World
    tasks: ndarray
    expert: TaskReplay
    rng: np.random.Generator
    counts: Counts = field(default_factory=Counts)

    LIVING = ("rng", "counts")


def practice(world: World, tasks: ndarray, seed: int = 0, demos: int = 0) -> Experience:
    """With as many whole demonstrations of every task, if any, of a point that walks straight."""
    rng, indices = np.random.default_rng(seed), np.repeat(np.arange(len(tasks)), demos)
    sizes = {"obs": world.family.obs_size, "act": world.act_size}
    sizes["next_obs"] = sizes["obs"]
    expert = TaskReplay(len(tasks), max(demos, 1), world.horizon, **sizes)
    if demos:
        goals, steps = tasks[indices], []
        state = world.family.start(rng, goals)
        for _ in range(world.horizon):
            act = np.clip((goals - state) / REACH, -1, 1)
            steps.append((state, act, state + REACH * act))
            state = steps[-1][-1]
        obs, act, after = (np.stack(part, 1) for part in zip(*steps, strict=True))
        expert.add(indices, obs=obs, act=act, next_obs=after)
    return Experience(world, tasks, expert, rng)
