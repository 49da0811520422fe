"""Rollouts by a budget of steps: where an episode ends, the row starts another."""

import numpy as np
import torch
from jaxtyping import Float
from numpy import ndarray

from remeta.core.stretches import Stretches, finished
from remeta.experience.acting import Actor, Rows
from remeta.experience.collect import buffers, by_task, rollouts_of, single_threaded
from remeta.experience.world import World


@torch.no_grad()
@single_threaded()
def stretch_and_remember(
    world: World,
    tasks: Float[ndarray, "task _"],
    actor: Actor,
    rows: int,
    steps: int,
    rng: np.random.Generator,
    *,
    explore: bool = False,
    deterministic: bool = False,
) -> tuple[Stretches, Actor]:
    """`rows` times `steps` steps of every task, as NoRML's official code collects them.

    An episode ends where its world says so or at the horizon, and the row starts another on the
    next step; what is under way at the end of the budget does not count. Where the budget is no
    multiple of the lengths, short episodes are therefore counted more often than they happen: to
    count the first episode of every row and no other, use `collect`.

    With them comes the actor as it was at their ends.
    """
    if steps < world.horizon:
        raise ValueError(f"{steps} steps may hold no episode of {world.horizon}; give as many.")
    family, shape = world.family, (len(tasks), rows)
    row_tasks, size = np.repeat(tasks, rows, axis=0), family.obs_size
    obs, act, noise, reward, last = buffers(world, steps, len(row_tasks))
    obs[:, :, size:] = np.tile(world.mode_inputs(rows, explore), (len(tasks), 1))
    if not deterministic:
        rng.standard_normal(dtype=np.float32, out=noise)
    state, age = family.start(rng, row_tasks), np.zeros(len(row_tasks), int)
    acting, everyone = Rows(actor, shape, world.act_size), np.ones(len(row_tasks), bool)
    seen, after = family.observe(state), obs.copy()
    for t in range(steps):
        obs[t, :, :size] = seen
        act[t] = acting.act(obs[t], noise[t])
        state, reward[t], done = family.advance(state, act[t], row_tasks)
        after[t, :, :size] = seen = family.observe(state)
        age += 1
        last[t] = ended = done | (age == world.horizon)
        acting.remember(act[t], reward[t], ended, everyone)
        if ended.any():
            restarted = np.flatnonzero(ended)
            state[restarted], age[restarted] = family.start(rng, row_tasks[restarted]), 0
            seen[restarted] = family.observe(state[restarted])
    # What ended may have ended in no number at all.
    after[last == 1] = np.nan_to_num(after[last == 1], posinf=0.0, neginf=0.0)
    ends = by_task(last, shape)
    stretches = Stretches(
        obs=by_task(obs, shape),
        act=by_task(act, shape),
        reward=by_task(reward, shape),
        mask=finished(ends),
        log_prob=acting.log_prob(by_task(noise, shape), deterministic),
        after=by_task(after, shape),
        last=ends,
    )
    return stretches, acting.actor


collect_stretches = rollouts_of(stretch_and_remember)
