"""What a family of tasks offers: pure functions on rows, one row per episode."""

from dataclasses import dataclass
from typing import Protocol

import numpy as np
from jaxtyping import Bool, Float
from numpy import ndarray

Rows = Float[ndarray, "row _"]


class Family(Protocol):
    """All worlds that differ only in the task; states and tasks are rows of numbers."""

    @property
    def name(self) -> str: ...
    @property
    def obs_size(self) -> int: ...
    @property
    def act_size(self) -> int: ...
    @property
    def horizon(self) -> int:
        """The horizon of the papers' official code."""
        ...

    @property
    def places(self) -> "Places": ...

    def draw(self, rng: np.random.Generator, count: int) -> Float[ndarray, "count task"]:
        """Tasks as the paper draws them."""
        ...

    def start(self, rng: np.random.Generator, tasks: Rows) -> Rows:
        """First states, one per row."""
        ...

    def observe(self, state: Rows) -> Float[ndarray, "row obs"]: ...

    def advance(
        self, state: Rows, action: Rows, tasks: Rows
    ) -> tuple[Rows, Float[ndarray, "row"], Bool[ndarray, "row"]]:
        """Next states, rewards, and which rows have ended; actions in [-1, 1] are clipped."""
        ...


@dataclass(frozen=True)
class Places:
    """Where in an observation the robot's place stands, and how coarsely places are told apart."""

    columns: tuple[int, int]
    cell: float


def clipped(action: Rows) -> Rows:
    return np.clip(np.asarray(action, dtype=float), -1.0, 1.0)
