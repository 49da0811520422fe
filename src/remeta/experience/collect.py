"""Rollouts: all tasks and episodes step together."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import wraps
from typing import ParamSpec, TypeVar

import numpy as np
import torch
from jaxtyping import Float
from numpy import ndarray
from torch import Tensor

from remeta.core.episodes import Episodes, Pictured
from remeta.experience.acting import Actor, Rows
from remeta.experience.world import Camera, World

P = ParamSpec("P")
R = TypeVar("R", bound=Episodes)


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
def collect_and_remember(
    world: World,
    tasks: Float[ndarray, "task _"],
    actor: Actor,
    episodes: int,
    rng: np.random.Generator,
    *,
    explore: bool = False,
    deterministic: bool = False,
) -> tuple[Episodes, Actor]:
    """Exactly `episodes` rollouts of every task, each in a row of its own.

    An episode that ends early is masked from then on and its row no longer simulated. A
    deterministic actor takes its mean, and its log-probabilities are zero.

    With them comes the actor as it was at their ends: who collects on with it goes on with what
    its rows remember, as in a trial of several episodes.
    """
    family, shape = world.family, (len(tasks), episodes)
    row_tasks = np.repeat(tasks, episodes, axis=0)
    obs, act, noise, reward, mask = buffers(world, world.horizon, len(row_tasks))
    obs[:, :, family.obs_size :] = np.tile(world.mode_inputs(episodes, explore), (len(tasks), 1))
    if not deterministic:
        rng.standard_normal(dtype=np.float32, out=noise)
    state, alive = family.start(rng, row_tasks), np.ones(len(row_tasks), bool)
    rows, images = Rows(actor, shape, world.act_size), []
    for t in range(world.horizon):
        seen = family.observe(state)
        # What ended may have ended in no number at all.
        obs[t, :, : family.obs_size] = seen if alive.all() else np.where(alive[:, None], seen, 0)
        images += [_seen(world.camera, state, alive)] if world.camera else []
        act[t] = rows.act(obs[t], noise[t], *images[t:])
        mask[t] = alive
        if alive.all():
            state, reward[t], done = family.advance(state, act[t], row_tasks)
            still_alive = ~done
        else:
            still_alive, active = alive.copy(), np.flatnonzero(alive)
            state[active], reward[t, active], done = family.advance(
                state[active], act[t, active], row_tasks[active]
            )
            still_alive[active] = ~done
        rows.remember(act[t], reward[t], ~still_alive | (t == world.horizon - 1), alive)
        alive = still_alive
        if not alive.any():
            break
    parts = {
        "obs": by_task(obs, shape),
        "act": by_task(act, shape),
        "reward": by_task(reward, shape),
        "mask": by_task(mask, shape),
        "log_prob": rows.log_prob(by_task(noise, shape), deterministic),
    }
    if not images:
        return Episodes(**parts), rows.actor
    images += [np.zeros_like(images[0])] * (world.horizon - len(images))
    return Pictured(**parts, images=by_task(np.stack(images), shape)), rows.actor


def _seen(camera: Camera, state: ndarray, alive: ndarray) -> ndarray:
    """Pictures of all rows, black where nothing goes on any more."""
    shots = camera(state[alive])
    images = np.zeros((len(state), *shots.shape[1:]), np.uint8)
    images[alive] = shots
    return images


def rollouts_of(collecting: Callable[P, tuple[R, Actor]]) -> Callable[P, R]:
    """The same without the actor, for those who need only what was collected."""

    @wraps(collecting)
    def collect(*args: P.args, **kwargs: P.kwargs) -> R:
        return collecting(*args, **kwargs)[0]

    return collect


collect = rollouts_of(collect_and_remember)


def buffers(world: World, steps: int, rows: int) -> tuple[ndarray, ...]:
    """Observations, actions, noise, and two numbers a step: [time, row, ...]"""
    sizes = (world.obs_size,), (world.act_size,), (world.act_size,), (), ()
    return tuple(np.zeros((steps, rows, *size), np.float32) for size in sizes)


def by_task(value: ndarray, shape: tuple[int, int]) -> Tensor:
    """[time, row, ...] -> [task, episode, time, ...]"""
    return torch.from_numpy(value).transpose(0, 1).unflatten(0, shape).contiguous()
