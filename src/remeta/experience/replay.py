"""Rings of transitions, one for every task, written and drawn in batches."""

from collections.abc import Mapping
from typing import Any

import numpy as np
import torch
from jaxtyping import Int
from numpy import ndarray
from torch import Tensor

from remeta.frozen import Advice

Indices = Int[ndarray, "row"]  # indices of tasks


class TaskReplay:
    """Columns of float32, [task, place, step, size]; all draws are of the tasks asked for.

    A place holds `span` steps in a row: one transition, or a whole episode of that many. `capacity`
    places of a task are kept, the last ones.
    """

    def __init__(self, tasks: int, capacity: int, span: int = 1, **sizes: int):
        # NumPy's noughts take no memory before something is written in their place.
        self.columns = {
            name: torch.from_numpy(np.zeros((tasks, capacity, span, n), dtype=np.float32))
            for name, n in sizes.items()
        }
        self.capacity, self.span = capacity, span
        self.filled, self._next = np.zeros((2, tasks), dtype=np.int64)

    def add(self, indices: Indices, **rows: ndarray) -> None:
        """One more place, in the ring of its task, for every row [size] or [step, size]."""
        task, place = torch.from_numpy(indices), torch.from_numpy(self._claimed(indices))
        for name, value in rows.items():
            written = torch.from_numpy(np.ascontiguousarray(value, dtype=np.float32))
            column = self.columns[name]
            column[task, place] = written.reshape(len(indices), self.span, column.shape[-1])

    def record(self, step: Mapping[str, ndarray]) -> None:
        """Of a step of some rows, the columns that are kept."""
        self.add(step["indices"], **{name: step[name] for name in self.columns})

    def known_tasks(self, rng: np.random.Generator, count: int) -> Indices:
        """So many random ones of which anything is kept, or all, none twice."""
        known = np.flatnonzero(self.filled)
        return rng.choice(known, min(count, len(known)), replace=False)

    def _claimed(self, indices: Indices) -> Indices:
        """The next places, one after the other for rows of the same task."""
        counts = np.bincount(indices, minlength=len(self.filled))
        if counts.max() > self.capacity:
            raise Advice(
                f"a replay of {self.capacity} places a task cannot take {counts.max()} at once; "
                "raise its capacity or lower the number of rows."
            )
        order = np.argsort(indices, kind="stable")
        turn = np.empty_like(indices)
        turn[order] = np.arange(len(indices)) - (np.cumsum(counts) - counts)[indices[order]]
        places = (self._next[indices] + turn) % self.capacity
        self._next = (self._next + counts) % self.capacity
        self.filled = np.minimum(self.filled + counts, self.capacity)
        return places

    def forget(self, indices: Indices) -> None:
        """Empty the rings of these tasks."""
        self.filled[indices] = self._next[indices] = 0

    def draw(
        self, rng: np.random.Generator, indices: Indices, count: int, recent: int | None = None
    ) -> dict[str, Tensor]:
        """Transitions [task, count, size], uniform with replacement.

        Of all that is kept, or of the `recent` last places of each task.
        """
        kept = self.filled[indices] if recent is None else np.minimum(self.filled[indices], recent)
        position = rng.integers(kept[:, None] * self.span, size=(len(indices), count))
        slot, step = np.divmod(position, self.span)
        if recent is not None:
            slot = (self._next[indices][:, None] - 1 - slot) % self.capacity
        return self._gathered(indices[:, None], slot, step)

    def episodes(
        self, rng: np.random.Generator, indices: Indices, count: int, steps: int | None = None
    ) -> dict[str, Tensor]:
        """Places of each task, [task, count, step, size], as many different ones as there are.

        All their steps in order, or as many random ones of each as `steps` says.
        """
        largest = int(self.filled[indices].max())
        keys = rng.random((len(indices), largest))
        keys[np.arange(largest) >= self.filled[indices][:, None]] = 1  # beyond all that are drawn
        rank = np.arange(count) % self.filled[indices][:, None]
        slot = np.take_along_axis(np.argsort(keys, 1), rank, 1)[..., None]
        every = np.arange(self.span)
        step = every if steps is None else rng.integers(self.span, size=(*slot.shape[:2], steps))
        return self._gathered(indices[:, None, None], slot, step)

    def _gathered(self, task: ndarray, slot: ndarray, step: ndarray) -> dict[str, Tensor]:
        index = torch.from_numpy((task * self.capacity + slot) * self.span + step)
        return {name: column.flatten(0, 2)[index] for name, column in self.columns.items()}

    def state(self) -> dict[str, Any]:
        """What was written, and where the next rows go."""
        largest = int(self.filled.max())
        columns = {name: column[:, :largest] for name, column in self.columns.items()}
        return {"columns": columns, "filled": self.filled, "next": self._next}

    def restore(self, state: dict[str, Any]) -> None:
        """Go on from there."""
        for name, kept in state["columns"].items():
            self.columns[name][:, : kept.shape[1]] = kept
        self.filled, self._next = state["filled"], state["next"]
