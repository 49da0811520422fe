"""Rollouts without end: rows of a world that step together and restart one by one."""

from collections.abc import Callable
from typing import Any

import numpy as np
import torch
from jaxtyping import Float
from numpy import ndarray
from torch import Tensor

from remeta.experience.collect import single_threaded
from remeta.experience.world import World

Act = Callable[[Tensor, ndarray], ndarray]  # observations and tasks of all rows to their actions
Step = dict[str, ndarray]


class Stream:
    """Every row plays a task of its own and, when its episode ends, another.

    Rows begin at ages spread evenly over the horizon, so that what they meet is mixed from the
    start. With `together` all begin at zero: if nothing ends early, every `horizon` steps are as
    many whole episodes as there are rows.
    """

    def __init__(
        self,
        world: World,
        tasks: Float[ndarray, "task _"],
        rows: int,
        rng: np.random.Generator,
        together: bool = False,
    ):
        self.world, self.tasks = world, tasks
        self.indices = rng.integers(len(tasks), size=rows)
        self._state = world.family.start(rng, tasks[self.indices])
        self.age = np.arange(rows) * (0 if together else world.horizon) // rows
        self.obs = self._observed(self._state)

    def step(self, rng: np.random.Generator, act: Act) -> Step:
        """One step of every row; `indices` of what is returned tells their tasks."""
        family, tasks = self.world.family, self.tasks[self.indices]
        obs, indices = self.obs, self.indices.copy()
        with single_threaded():
            action = act(torch.from_numpy(obs), indices)
            self._state, reward, done = family.advance(self._state, action, tasks)
        # What ended may have ended in no number at all.
        after = self._observed(np.nan_to_num(self._state))
        self.age += 1
        ended = np.flatnonzero(done | (self.age >= self.world.horizon))
        self.obs = self._restarted(rng, ended) if len(ended) else after
        return {
            "indices": indices, "obs": obs, "act": action, "next_obs": after, "reward": reward,
            "done": done,
        }  # fmt: skip

    def _restarted(self, rng: np.random.Generator, ended: ndarray) -> ndarray:
        self.indices[ended] = rng.integers(len(self.tasks), size=len(ended))
        self._state[ended] = self.world.family.start(rng, self.tasks[self.indices[ended]])
        self.age[ended] = 0
        return self._observed(self._state)

    def _observed(self, state: ndarray) -> Float[ndarray, "row obs"]:
        obs = np.zeros((len(state), self.world.obs_size), np.float32)
        obs[:, : self.world.family.obs_size] = self.world.family.observe(state)
        return obs

    def state(self) -> dict[str, Any]:
        """Where every row is, in which task."""
        return {"indices": self.indices, "state": self._state, "age": self.age, "obs": self.obs}

    def restore(self, state: dict[str, Any]) -> None:
        """Go on from there."""
        self.indices, self._state = state["indices"], state["state"]
        self.age, self.obs = state["age"], state["obs"]
