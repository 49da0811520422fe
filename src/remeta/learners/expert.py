"""Experts: analytic for the point, one goal-conditioned SAC for every simulated robot."""

from collections.abc import Callable, Iterator

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


def sac_expert(sac: SAC, tasks: Float[ndarray, "task _"]) -> Callable[[Tensor], Tensor]:
    """The learner's mean action; every row knows its task."""
    goals = torch.from_numpy(tasks).float().unsqueeze(1)

    def act(obs: Tensor) -> Tensor:
        return sac.mean_action(torch.cat([obs, goals.expand(*obs.shape[:-1], -1)], -1))

    return act


def train_expert(
    family: Family,
    tasks: Float[ndarray, "task _"],
    params: Params,
    horizon: int,
    env_steps: int,
    generator: torch.Generator,
    rng: np.random.Generator,
) -> Iterator[tuple[int, dict[str, Tensor], SAC]]:
    """Learn to solve any of `tasks`; yields steps taken, last losses and learner as it goes.

    Rows restart one by one on a new task, at times spread evenly over the horizon so that the
    replay is mixed from the start.
    """
    sac = SAC(params, family.obs_size + tasks.shape[1], family.act_size, generator)
    replay = Replay(
        min(REPLAY, env_steps + params.rows),
        obs=family.obs_size + tasks.shape[1],
        next_obs=family.obs_size + tasks.shape[1],
        act=family.act_size,
        reward=1,
        done=1,
    )
    rows = params.rows
    goals = tasks[rng.integers(len(tasks), size=rows)]
    state, age = family.start(rng, goals), np.arange(rows) * horizon // rows
    seen, losses = with_task(family.observe(state), goals), {}
    for taken in range(0, env_steps, rows):
        with single_threaded():
            act = _explore(sac, seen, rng, uniform=taken < params.warm_up)
            state, reward, done = family.advance(state, act, goals)
        after = with_task(family.observe(np.nan_to_num(state)), goals)
        reward = shaped(family, seen.numpy(), after.numpy(), goals, reward, params)
        replay.add(obs=seen.numpy(), next_obs=after.numpy(), act=act, reward=reward, done=done)
        age += 1
        over = np.flatnonzero(done | (age >= horizon))
        if len(over):
            goals[over] = tasks[rng.integers(len(tasks), size=len(over))]
            state[over], age[over] = family.start(rng, goals[over]), 0
            after = with_task(family.observe(state), goals)
        seen = after
        if taken >= params.warm_up:
            for _ in range(params.updates):
                losses = sac.update(replay.draw(rng, params.batch))
        yield taken + rows, losses, sac


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
