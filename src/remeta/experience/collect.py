"""Rollouts: all tasks and episodes step together."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Protocol

import numpy as np
import torch
from jaxtyping import Float
from numpy import ndarray
from torch import Tensor

from remeta.core.episodes import Episodes
from remeta.core.gaussian import HALF_LOG_TAU
from remeta.experience.world import World


class Actor(Protocol):
    """Mean and log-std of the actions in a batch of observations [task, episode, obs]."""

    def __call__(self, obs: Tensor, /) -> tuple[Tensor, Tensor]: ...


@contextmanager
def single_threaded() -> Iterator[None]:
    """Torch on one thread: its idle threads spin for a while, on the cores that physics wants.

    Sampling was 1.4 times faster with it on two cores.
    """
    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    try:
        yield
    finally:
        torch.set_num_threads(threads)


@torch.no_grad()
@single_threaded()
def collect(
    world: World,
    tasks: Float[ndarray, "task _"],
    actor: Actor,
    episodes: int,
    rng: np.random.Generator,
    *,
    explore: bool = False,
    deterministic: bool = False,
) -> Episodes:
    """Exactly `episodes` rollouts of every task.

    An episode that ends early is masked from then on and its row no longer simulated. A
    deterministic actor takes its mean, and its log-probabilities are zero.
    """
    family, shape = world.family, (len(tasks), episodes)
    row_tasks = np.repeat(tasks, episodes, axis=0)
    obs, act, noise, reward, mask = buffers(world, world.horizon, len(row_tasks))
    modes = np.tile(world.mode_inputs(episodes, explore), (len(tasks), 1))
    obs[:, :, family.obs_size :] = modes
    if not deterministic:
        rng.standard_normal(dtype=np.float32, out=noise)
    state, alive, log_std = (
        family.start(rng, row_tasks),
        np.ones(len(row_tasks), bool),
        torch.zeros(()),
    )
    for t in range(world.horizon):
        seen = family.observe(state)
        # What ended may have ended in no number at all.
        obs[t, :, : family.obs_size] = seen if alive.all() else np.where(alive[:, None], seen, 0)
        act[t], log_std = acted(actor, obs[t], noise[t], shape)
        mask[t] = alive
        if alive.all():
            state, reward[t], done = family.advance(state, act[t], row_tasks)
            alive = ~done
        else:
            rows = np.flatnonzero(alive)
            state[rows], reward[t, rows], done = family.advance(
                state[rows], act[t, rows], row_tasks[rows]
            )
            alive[rows] = ~done
        if not alive.any():
            break
    return Episodes(
        obs=by_task(obs, shape),
        act=by_task(act, shape),
        reward=by_task(reward, shape),
        mask=by_task(mask, shape),
        log_prob=log_prob(by_task(noise, shape), log_std, deterministic),
    )


def buffers(world: World, steps: int, rows: int) -> tuple[ndarray, ...]:
    """Observations, actions, noise, and two numbers a step: [time, row, ...]"""
    sizes = (world.obs_size,), (world.act_size,), (world.act_size,), (), ()
    return tuple(np.zeros((steps, rows, *size), np.float32) for size in sizes)


def acted(
    actor: Actor, seen: ndarray, noise: ndarray, shape: tuple[int, int]
) -> tuple[ndarray, Tensor]:
    """Actions of all rows, and the log-std they were drawn with."""
    mean, log_std = actor(torch.from_numpy(seen).unflatten(0, shape))
    spread = torch.from_numpy(noise).unflatten(0, shape) * torch.exp(log_std)
    return (mean + spread).flatten(0, 1).numpy(), log_std


def by_task(value: ndarray, shape: tuple[int, int]) -> Tensor:
    """[time, row, ...] -> [task, episode, time, ...]"""
    return torch.from_numpy(value).transpose(0, 1).unflatten(0, shape).contiguous()


def log_prob(noise: Tensor, log_std: Tensor, deterministic: bool) -> Tensor:
    if deterministic:
        return noise.new_zeros(noise.shape[:-1])
    if log_std.ndim == 3:  # one spread per task: [task, 1, act] -> [task, 1, 1, act]
        log_std = log_std.unsqueeze(-2)
    return -(0.5 * noise * noise + log_std + HALF_LOG_TAU).sum(-1)
