"""Experts: analytic for the point, one goal-conditioned SAC for every simulated robot."""

from collections.abc import Callable

import numpy as np
import torch
from jaxtyping import Float
from numpy import ndarray
from torch import Tensor

from remeta.experience.collect import single_threaded
from remeta.experience.replay import Replay
from remeta.learners.sac import SAC, Params, with_task
from remeta.tasks.family import Family
from remeta.tasks.point import REACH, distance

REPLAY = 1_000_000


def point_expert(tasks: Float[ndarray, "task 2"]) -> Callable[[Tensor], Tensor]:
    """Straight to the goal as fast as allowed: clip(goal - s, ±0.1) / 0.1."""
    goals = torch.from_numpy(tasks).float().unsqueeze(1)
    return lambda obs: ((goals - obs[..., :2]) / REACH).clamp(-1, 1)


ANALYTIC = {"point": point_expert}  # by family


def sac_expert(sac: SAC, tasks: Float[ndarray, "task _"]) -> Callable[[Tensor], Tensor]:
    """The learner's mean action; every row knows its task."""
    goals = torch.from_numpy(tasks).float().unsqueeze(1)

    def act(obs: Tensor) -> Tensor:
        return sac.mean_action(torch.cat([obs, goals.expand(*obs.shape[:-1], -1)], -1))

    return act


class Apprenticeship:
    """Learns to solve any of `tasks`, all rows of a world at once, step by step.

    Rows restart one by one on a new task, at times spread evenly over the horizon so that the
    replay is mixed from the start.
    """

    LIVING = ("sac", "replay", "rng", "goals", "state", "age", "seen", "taken", "losses")

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
        self.family, self.tasks, self.params, self.horizon = family, tasks, params, horizon
        self.rng, rows, seen = rng, params.rows, family.obs_size + tasks.shape[1]
        self.sac = SAC(params, seen, family.act_size, generator)
        self.replay = Replay(
            min(REPLAY, env_steps + rows),
            obs=seen,
            next_obs=seen,
            act=family.act_size,
            reward=1,
            done=1,
        )
        self.goals = tasks[rng.integers(len(tasks), size=rows)]
        self.state, self.age = family.start(rng, self.goals), np.arange(rows) * horizon // rows
        self.seen = with_task(family.observe(self.state), self.goals)
        self.taken, self.losses = 0, {}

    def step(self) -> None:
        """One step of every row, and the updates that go with it."""
        family, params, rng, goals = self.family, self.params, self.rng, self.goals
        warm = self.taken >= params.warm_up
        with single_threaded():
            act = _explore(self.sac, self.seen, rng, uniform=not warm)
            self.state, reward, done = family.advance(self.state, act, goals)
        seen, after = self.seen, with_task(family.observe(np.nan_to_num(self.state)), goals)
        reward = shaped(family, seen.numpy(), after.numpy(), goals, reward, params)
        self.replay.add(obs=seen.numpy(), next_obs=after.numpy(), act=act, reward=reward, done=done)
        self.age += 1
        over = np.flatnonzero(done | (self.age >= self.horizon))
        if len(over):
            goals[over] = self.tasks[rng.integers(len(self.tasks), size=len(over))]
            self.state[over], self.age[over] = family.start(rng, goals[over]), 0
            after = with_task(family.observe(self.state), goals)
        self.seen = after
        if warm:
            for _ in range(params.updates):
                self.losses = self.sac.update(self.replay.draw(rng, params.batch))
        self.taken += params.rows


@torch.no_grad()
def _explore(sac: SAC, seen: Tensor, rng: np.random.Generator, uniform: bool) -> ndarray:
    if uniform:
        return rng.uniform(-1, 1, (len(seen), sac.act_size))
    return sac.sample(seen)[0].numpy()


def shaped(
    family: Family, seen: ndarray, after: ndarray, goals: ndarray, reward: ndarray, params: Params
) -> ndarray:
    """Progress towards the goal plus closeness to it; without `progress`, the task's own reward."""
    if not params.progress:
        return reward
    columns, flat = list(family.places.columns), goals[:, :2]
    before_gap, after_gap = (distance(o[:, columns], flat) for o in (seen, after))
    return params.progress * (before_gap - after_gap) - params.closeness * after_gap
