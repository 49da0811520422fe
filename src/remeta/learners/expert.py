"""Experts that learn: one goal-conditioned SAC for all tasks of a simulated robot.

The policy sees the observation and the task; all rows of a world step together. One learner
replaces the papers' experts: TRPO with 40,000 steps per iteration, or one TRPO run per goal.
"""

from collections.abc import Callable
from functools import partial
from typing import Any

import numpy as np
import torch
from jaxtyping import Float
from numpy import ndarray
from pydantic import NonNegativeFloat, PositiveFloat, PositiveInt
from torch import Tensor

from remeta.experience.replay import TaskReplay
from remeta.experience.stream import Step
from remeta.experience.world import World
from remeta.frozen import Frozen
from remeta.learners import sac
from remeta.learners.offpolicy import Interleaved, UpdateSchedule
from remeta.learners.sac import SAC
from remeta.tasks.family import Family
from remeta.tasks.point import distance

REPLAY = 1_000_000
# What experts are not tuned by: Adam's usual decay, and a temperature that finds its own scale.
ALWAYS: dict[str, Any] = {
    "momentum": 0.9, "reward_scale": 1.0, "temperature": 0.1, "min_log_std": -5.0,
    "regularisation": 0.0,
}  # fmt: skip


class Params(Frozen):
    """What a run of it may choose."""

    hidden: list[PositiveInt]
    rate: PositiveFloat  # Adam's, for actor, critics and temperature
    discount: PositiveFloat
    polyak: PositiveFloat  # share of the new critic in its slow copy, per update
    batch: PositiveInt
    rows: PositiveInt  # environments stepped together
    updates: PositiveInt  # per step of all rows
    warm_up: PositiveInt  # environment steps of uniform actions before the first update
    target_entropy: float  # per action dimension
    progress: NonNegativeFloat  # reward per metre gained; 0 trains on the task's own reward
    closeness: NonNegativeFloat  # reward per metre of distance, beside `progress`

    def learner(self, family: Family, task_size: int, generator: torch.Generator) -> SAC:
        """Untrained; it sees a task of so many numbers beside the observation."""
        shared = self.model_dump(include=set(sac.Params.model_fields))
        obs_size = family.obs_size + task_size
        return SAC(sac.Params(**shared, **ALWAYS), obs_size, family.act_size, generator)


def sac_expert(
    sac: SAC, obs_size: int, tasks: Float[ndarray, "task _"]
) -> Callable[[Tensor], Tensor]:
    """The learner's mean action; every row knows its task, and sees so many numbers as there."""
    goals = torch.from_numpy(tasks).float().unsqueeze(1)

    def act(obs: Tensor) -> Tensor:
        told = goals.expand(*obs.shape[:-1], -1)
        return sac.mean_action(torch.cat([obs[..., :obs_size], told], -1))

    return act


def scripted_expert(
    sac: SAC, script: Callable[[ndarray, ndarray], ndarray], tasks: Float[ndarray, "task _"]
) -> Callable[[Tensor], Tensor]:
    """The mean action of a learner of other tasks; a script says what every row has it see."""

    def act(obs: Tensor) -> Tensor:
        return sac.mean_action(torch.from_numpy(script(obs.numpy(), tasks)).float())

    return act


class ExpertTraining:
    """Learns to solve any of `tasks`, a round of one step of every row at a time.

    All tasks share one replay, where the task stands beside every observation.
    """

    STATE_ATTRIBUTES = ("sac", "replay", "rng", "loop", "losses")

    def __init__(
        self,
        family: Family,
        tasks: Float[ndarray, "task _"],
        params: Params,
        horizon: int,
        env_steps: int,
        generator: torch.Generator,
        rng: np.random.Generator,
    ):
        self.family, self.tasks, self.params, self.rng = family, tasks, params, rng
        self.sac = params.learner(family, tasks.shape[1], generator)
        obs_size = family.obs_size + tasks.shape[1]
        self.replay = TaskReplay(
            1,
            min(REPLAY, env_steps + params.rows),
            obs=obs_size,
            next_obs=obs_size,
            act=family.act_size,
            reward=1,
            done=1,
        )
        schedule = UpdateSchedule(
            rows=params.rows, steps=1, updates=params.updates, warm_up=params.warm_up
        )
        self.loop = Interleaved(schedule, World(family, horizon), tasks, rng)
        self.losses: dict[str, Tensor] = {}

    @property
    def taken(self) -> int:
        """Environment steps so far."""
        return self.loop.taken

    def step(self) -> None:
        """One step of every row, and the updates that go with it."""
        metrics = self.loop.round(self.rng, self._explore, self._store, self._update)
        self.losses = metrics[-1] if metrics else self.losses

    @torch.no_grad()
    def _explore(self, obs: Tensor, indices: ndarray) -> ndarray:
        return self.sac.sample(torch.from_numpy(self._with_task(obs.numpy(), indices)))[0].numpy()

    def _store(self, step: Step) -> None:
        obs, after, indices = step["obs"], step["next_obs"], step["indices"]
        goals = self.tasks[indices]
        self.replay.add(
            np.zeros_like(indices),
            obs=self._with_task(obs, indices),
            next_obs=self._with_task(after, indices),
            act=step["act"],
            reward=shaped(self.family, obs, after, goals, step["reward"], self.params),
            done=step["done"],
        )

    def _update(self) -> dict[str, Tensor]:
        return self.sac.update(self.replay.draw(self.rng, np.zeros(1, int), self.params.batch))

    def _with_task(self, obs: ndarray, indices: ndarray) -> ndarray:
        return np.concatenate([obs, self.tasks[indices].astype(np.float32)], -1)


def shaped(
    family: Family, obs: ndarray, after: ndarray, goals: ndarray, reward: ndarray, params: Params
) -> ndarray:
    """Progress towards the goal plus closeness to it; without `progress`, the task's own reward."""
    if not params.progress:
        return reward
    before_gap, after_gap = (remaining(family, seen, goals) for seen in (obs, after))
    return params.progress * (before_gap - after_gap) - params.closeness * after_gap


def remaining(family: Family, obs: ndarray, goals: ndarray) -> ndarray:
    """How much is left to be done: as a family says itself, or else the place's distance."""
    return getattr(family, "remaining", partial(distance_left, family))(obs, goals)


def distance_left(family: Family, obs: ndarray, goals: ndarray) -> ndarray:
    """From the place that is seen to a goal in the plane."""
    return distance(obs[:, list(family.places.columns)], goals[:, :2])
