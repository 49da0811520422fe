"""Demonstrations as a camera sees them: what was done is done again before it.

They hold no pictures, which would be a hundred times as large; their actions lead to the same
states, and these are drawn.
"""

import numpy as np
import torch
from jaxtyping import UInt8
from torch import Tensor

from remeta.core.episodes import LastStep, Pictured, PicturedDemos, Sight
from remeta.experience.acting import Agent
from remeta.experience.collect import collect
from remeta.experience.demos import DemoFile, pairs_of
from remeta.experience.world import World
from remeta.frozen import Advice

NEAR = 1e-3  # of what is observed: processors may round differently


def pictured_pairs(world: World, file: DemoFile) -> PicturedDemos:
    """State-actions of all demonstrations of a task together, with what was seen."""
    pairs, images = pairs_of(world, file), pictures_of(world, file).flatten(1, 2)
    return PicturedDemos(pairs.obs, pairs.act, images)


def pictures_of(
    world: World, file: DemoFile
) -> UInt8[Tensor, "task demo time height width colour"]:
    """Of every state; advice where the world does not come to those on file."""
    tasks, count, _ = file.mask.shape
    done = torch.from_numpy(file.act)

    def again(seen: Sight, last: LastStep, time: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        return done[:, :, int(time[0, 0])], torch.zeros(()), time + 1

    begin = Agent(again, torch.zeros(tasks, count, dtype=torch.long))
    rng = np.random.default_rng(0)
    rollouts = collect(world, file.tasks, begin, count, rng, deterministic=True)
    same = rollouts.obs.shape[:3] == file.mask.shape and np.allclose(
        rollouts.obs, file.obs, atol=NEAR
    )
    if not (same and file.mask.all() and isinstance(rollouts, Pictured)):
        raise Advice(
            f"the demonstrations of {file.family} do not come to the same states when they are "
            "repeated, so nobody can see them; record them anew (`dvc repro --force`)."
        )
    return rollouts.images
