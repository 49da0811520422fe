"""Acting a while and learning a while, in turns: the rhythm of every off-policy method."""

from collections.abc import Callable, Sequence
from typing import Any, Protocol

import numpy as np
import torch
from jaxtyping import Float
from numpy import ndarray
from pydantic import NonNegativeInt, PositiveInt
from torch import Tensor

from remeta.experience.practice import Counts
from remeta.experience.replay import TaskReplay
from remeta.experience.stream import Act, Step, Stream
from remeta.experience.world import World
from remeta.frozen import Frozen

Told = dict[str, Tensor]  # of one update


class Experience(Protocol):
    """What single-task methods learn from: the tasks of a world, what an expert did in each."""

    rng: np.random.Generator

    @property
    def world(self) -> World: ...
    @property
    def tasks(self) -> Float[ndarray, "task _"]: ...
    @property
    def expert(self) -> TaskReplay:
        """Its `obs`, `act` and `next_obs`, in the order of the tasks."""
        ...

    @property
    def counts(self) -> Counts: ...


class Rhythm(Frozen):
    """`updates` for every `rows` x `steps` environment steps."""

    rows: PositiveInt  # environments stepped together
    steps: PositiveInt  # of all rows, between bursts of updates
    updates: PositiveInt  # in a burst
    warm_up: NonNegativeInt  # environment steps of uniform actions before the first update


class Interleaved:
    """Rows of a world that act by turns with a learner; both may do whatever they are told to."""

    def __init__(
        self,
        rhythm: Rhythm,
        world: World,
        tasks: Float[ndarray, "task _"],
        rng: np.random.Generator,
        together: bool = False,
    ):
        self.rhythm, self.taken = rhythm, 0
        self.stream = Stream(world, tasks, rhythm.rows, rng, together)

    def round(
        self,
        rng: np.random.Generator,
        act: Act,
        keep: Callable[[Step], None],
        update: Callable[[], Told],
    ) -> list[Told]:
        """Some steps, each kept, then the updates that go with them; none before it is warm."""
        warm = self.taken >= self.rhythm.warm_up
        for _ in range(self.rhythm.steps):
            keep(self.stream.step(rng, act if warm else self._anything(rng)))
            self.taken += self.rhythm.rows
        return [update() for _ in range(self.rhythm.updates if warm else 0)]

    def _anything(self, rng: np.random.Generator) -> Act:
        return lambda obs, which: rng.uniform(-1, 1, (len(obs), self.stream.world.act_size))

    def state(self) -> dict[str, Any]:
        return {"stream": self.stream, "taken": self.taken}

    def restore(self, state: dict[str, Any]) -> None:
        self.stream, self.taken = state["stream"], state["taken"]


def averaged(told: Sequence[Told]) -> dict[str, float]:
    """What the updates of a burst tell, on average."""
    names = told[0] if told else ()
    return {name: float(torch.stack([one[name] for one in told]).mean()) for name in names}
