"""Acting and learning by turns: the loop of every off-policy method."""

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import torch
from jaxtyping import Float
from numpy import ndarray
from pydantic import NonNegativeInt, PositiveInt
from torch import Tensor

from remeta.experience.practice import Practice
from remeta.experience.stream import Act, Step, Stream
from remeta.experience.world import World
from remeta.frozen import Frozen

Metrics = dict[str, Tensor]  # of one update


class UpdateSchedule(Frozen):
    """`updates` for every `rows` x `steps` environment steps."""

    rows: PositiveInt  # environments stepped together
    steps: PositiveInt  # of all rows, between bursts of updates
    updates: PositiveInt  # in a burst
    warm_up: NonNegativeInt  # environment steps of uniform actions before the first update


class Interleaved:
    """Rows of a world that act, and a learner that updates, by turns."""

    def __init__(
        self,
        schedule: UpdateSchedule,
        world: World,
        tasks: Float[ndarray, "task _"],
        rng: np.random.Generator,
        together: bool = False,
    ):
        self.schedule, self.taken = schedule, 0
        self.stream = Stream(world, tasks, schedule.rows, rng, together)

    def round(
        self,
        rng: np.random.Generator,
        act: Act,
        store: Callable[[Step], None],
        update: Callable[[], Metrics],
    ) -> list[Metrics]:
        """Some steps, each stored, then their updates; none of these before the warm-up is over."""
        warm = self.taken >= self.schedule.warm_up
        for _ in range(self.schedule.steps):
            store(self.stream.step(rng, act if warm else self._uniform(rng)))
            self.taken += self.schedule.rows
        return [update() for _ in range(self.schedule.updates if warm else 0)]

    def learn(
        self,
        practice: Practice,
        act: Act,
        store: Callable[[Step], None],
        update: Callable[[], Metrics],
    ) -> dict[str, float]:
        """A round, of which everything is counted; its updates' metrics on average."""
        before = self.taken
        metrics = self.round(practice.rng, act, store, update)
        practice.counts.env_steps += self.taken - before
        practice.counts.updates += len(metrics)
        return averaged(metrics)

    def _uniform(self, rng: np.random.Generator) -> Act:
        return lambda obs, indices: rng.uniform(-1, 1, (len(obs), self.stream.world.act_size))

    def state(self) -> dict[str, Any]:
        """The rows, and how many environment steps they took."""
        return {"stream": self.stream, "taken": self.taken}

    def restore(self, state: dict[str, Any]) -> None:
        """Go on from there."""
        self.stream, self.taken = state["stream"], state["taken"]


def averaged(metrics: Sequence[Metrics]) -> dict[str, float]:
    """The metrics of a burst of updates, on average."""
    names = metrics[0] if metrics else ()
    return {name: float(torch.stack([one[name] for one in metrics]).mean()) for name in names}
