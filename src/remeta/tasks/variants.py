"""Models that differ in a few of their numbers, one for each task."""

# MuJoCo's compiled module has no types.
# pyright: reportAttributeAccessIssue=false

from copy import copy
from functools import lru_cache

import mujoco
import numpy as np
from jaxtyping import Float
from numpy import ndarray

KEPT = 1024  # models, those used last


class Variants:
    """Copies of a model whose arrays are multiplied by a task's factors.

    A task holds one factor for each number of the arrays, array after array. What the compiler
    had derived from these numbers stays as it was in the model. A model is built when its task is
    first met, and kept.
    """

    def __init__(self, model: mujoco.MjModel, arrays: tuple[str, ...]):
        self.model, self.arrays = model, arrays
        self._built = lru_cache(KEPT)(self._build)

    @property
    def sizes(self) -> list[int]:
        return [getattr(self.model, name).size for name in self.arrays]

    def of(self, tasks: Float[ndarray, "row factor"]) -> list[mujoco.MjModel]:
        """One model per row, the same one for the same task."""
        return [self._built(task.tobytes()) for task in np.asarray(tasks, dtype=float)]

    def _build(self, task: bytes) -> mujoco.MjModel:
        variant = copy(self.model)
        parts = np.split(np.frombuffer(task), np.cumsum(self.sizes)[:-1])
        for name, factors in zip(self.arrays, parts, strict=True):
            values = getattr(variant, name)
            values *= factors.reshape(values.shape)
        return variant
