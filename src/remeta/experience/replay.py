"""A ring of transitions, written and drawn in batches."""

from typing import Any

import numpy as np
import torch
from torch import Tensor


class Replay:
    """Columns of float32; drawing is uniform with replacement."""

    def __init__(self, capacity: int, **sizes: int):
        self.columns = {name: torch.zeros(capacity, size) for name, size in sizes.items()}
        self.capacity, self.filled, self._next = capacity, 0, 0

    def add(self, **rows: np.ndarray) -> None:
        count = len(next(iter(rows.values())))
        places = (self._next + torch.arange(count)) % self.capacity
        for name, value in rows.items():
            self.columns[name][places] = torch.from_numpy(
                np.ascontiguousarray(value, dtype=np.float32)
            ).reshape(count, -1)
        self._next = (self._next + count) % self.capacity
        self.filled = min(self.filled + count, self.capacity)

    def state(self) -> dict[str, Any]:
        """What was written, and where the next row goes."""
        filled = {name: column[: self.filled] for name, column in self.columns.items()}
        return {"columns": filled, "next": self._next}

    def restore(self, state: dict[str, Any]) -> None:
        for name, filled in state["columns"].items():
            self.filled = len(filled)
            self.columns[name][: self.filled] = filled
        self._next = state["next"]

    def draw(self, rng: np.random.Generator, count: int) -> dict[str, Tensor]:
        rows = torch.from_numpy(rng.integers(self.filled, size=count))
        return {name: column[rows] for name, column in self.columns.items()}
