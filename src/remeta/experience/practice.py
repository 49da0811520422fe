"""The training side of a panel: its tasks, its demonstrations, and a count of what was used."""

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
from typing import ClassVar

import numpy as np
import torch
from jaxtyping import Float, Int
from numpy import ndarray

from remeta.core.episodes import Demos, Episodes
from remeta.core.weights import Weights
from remeta.experience.collect import collect
from remeta.experience.world import World
from remeta.nets.policy import Policy


@dataclass
class Counts:
    """Rollouts and environment steps, before and after the update of the inner loop."""

    pre_episodes: int = 0
    post_episodes: int = 0
    env_steps: int = 0
    updates: int = 0


@dataclass
class Practice:
    """What a method may learn from; the tasks are those of the training set and no others."""

    world: World
    tasks: Float[ndarray, "task _"]
    demos: Demos | None  # of the same tasks, in the same order
    batch: int  # tasks per meta-iteration
    episodes: int  # rollouts per task
    rng: np.random.Generator
    counts: Counts = field(default_factory=Counts)

    LIVING: ClassVar = ("rng", "counts")  # what learning from it changes

    def draw_tasks(self) -> Int[ndarray, "batch"]:
        """Indices of the tasks of one meta-iteration."""
        return self.rng.choice(len(self.tasks), min(self.batch, len(self.tasks)), replace=False)

    def before(self, policy: Policy, weights: Weights, indices: ndarray) -> Episodes:
        """Rollouts from which the inner loop learns, all tasks under the same weights."""
        rollouts = self._collect(partial(policy.distribution, weights), indices, explore=True)
        self.counts.pre_episodes += len(indices) * self.episodes
        return rollouts

    def after(self, policy: Policy, weights: Weights, indices: ndarray) -> Episodes:
        """Rollouts of adapted policies, one set of weights per task."""
        rollouts = self._collect(partial(policy.distribution, weights), indices, explore=False)
        self.counts.post_episodes += len(indices) * self.episodes
        return rollouts

    def demonstrations(self, indices: ndarray, samples: int) -> Demos:
        """Demonstrations of these tasks; `samples` random state-actions each, or 0 for all."""
        assert self.demos is not None
        rows = torch.from_numpy(indices)[:, None]
        if samples:
            pick = self.rng.integers(self.demos.obs.shape[1], size=(len(indices), samples))
            return Demos(*(part[rows, torch.from_numpy(pick)] for part in self._pairs()))
        return Demos(*(part[rows[:, 0]] for part in self._pairs()))

    def _pairs(self) -> tuple[torch.Tensor, torch.Tensor]:
        assert self.demos is not None
        return self.demos.obs, self.demos.act

    def _collect(self, actor: Callable, indices: ndarray, explore: bool) -> Episodes:
        rollouts = collect(
            self.world, self.tasks[indices], actor, self.episodes, self.rng, explore=explore
        )
        self.counts.env_steps += rollouts.steps
        return rollouts
