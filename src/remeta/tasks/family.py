"""What a family of tasks offers: pure functions on rows, one row per episode."""

from dataclasses import dataclass
from typing import Protocol

import numpy as np
from jaxtyping import Bool, Float, Int
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
    def act_bound(self) -> float:
        """How far an action counts, per component: more is as good as this much."""
        ...

    @property
    def places(self) -> "Places": ...

    @property
    def choices(self) -> Float[ndarray, "choice task"] | None:
        """All tasks, where there are only so many; None where they are drawn from a continuum."""
        ...

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
        """Next states, rewards, and which rows have ended; actions are clipped to `act_bound`."""
        ...


@dataclass(frozen=True)
class Places:
    """Where in an observation the robot's place stands, and how coarsely places are told apart.

    No column where the observation does not tell: all its places are one, then.
    """

    columns: tuple[int, ...]
    cell: float


def clipped(action: Rows, bound: float = 1.0) -> Rows:
    return np.clip(np.asarray(action, dtype=float), -bound, bound)


DIRECTIONS = np.array([[-1.0], [1.0]])  # backwards, forwards: a family of two tasks


def any_of(choices: Rows, rng: np.random.Generator, count: int) -> Float[ndarray, "count task"]:
    """Each of the tasks as likely as any other, every time."""
    return choices[rng.integers(len(choices), size=count)]


def in_turn(choices: Rows, count: int) -> Float[ndarray, "count task"]:
    """One task after the other, and again from the first."""
    return np.resize(choices, (count, choices.shape[1]))


def spread(count: int) -> Int[ndarray, "count"]:
    """All indices below `count`: the first, the half, the quarters, so that any few are spread."""
    order = np.zeros(1, dtype=int)
    while len(order) < count:
        order = np.concatenate([2 * order, 2 * order + 1])
    return order[order < count]
