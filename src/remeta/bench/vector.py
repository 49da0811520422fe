"""Steps per second beside Gymnasium's vector environments with the same model and policy."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from functools import partial

import numpy as np
import torch
from gymnasium.vector import AsyncVectorEnv, SyncVectorEnv, VectorEnv

from remeta.bench.entry import Entry, Target, compared, over
from remeta.bench.ground import SEED, Ground
from remeta.bench.plain import PLAIN
from remeta.bench.sampling import sampler
from remeta.bench.timing import alternate
from remeta.nets.policy import GaussianPolicy

KINDS = {
    "sync": SyncVectorEnv,
    # Started afresh: a fork of a process with threads may hang.
    "async": partial(AsyncVectorEnv, context="spawn"),
}


@contextmanager
def vector_env(kind: str, family: str, count: int) -> Iterator[VectorEnv]:
    envs = KINDS[kind]([PLAIN[family]] * count)
    try:
        envs.reset(seed=SEED)
        yield envs
    finally:
        envs.close()


@torch.no_grad()
def step_all(
    envs: VectorEnv, policy: GaussianPolicy, horizon: int, resets: int, rng: np.random.Generator
) -> None:
    """`resets` times the first `horizon` steps of every environment."""
    shape = envs.action_space.shape
    for _ in range(resets):
        obs, _ = envs.reset()
        for _ in range(horizon):
            mean, log_std = policy(torch.from_numpy(obs).float())
            noise = torch.from_numpy(rng.standard_normal(shape, dtype=np.float32))
            obs, *_ = envs.step((mean + noise * log_std.exp()).numpy())


def against_gymnasium(
    ground: Ground, envs: int, resets: int, rounds: int, at_least: dict[str, float]
) -> list[Entry]:
    """Ours samples with weights per task and keeps the records; theirs only acts and steps."""
    family, horizon = ground.world.family.name, ground.sizes.horizon
    sample = sampler(ground)
    steps, their_steps = sample().steps, envs * horizon * resets
    with ExitStack() as stack:
        sides: dict[str, Callable[[], object]] = {"ours": sample}
        for kind in at_least:
            theirs = stack.enter_context(vector_env(kind, family, envs))
            sides[kind] = partial(step_all, theirs, ground.policy, horizon, resets, ground.rng())
        seconds = alternate(sides, rounds)
    ours = [steps / taken for taken in seconds["ours"]]
    return [
        _entry(family, kind, envs, ours, [their_steps / taken for taken in seconds[kind]], bound)
        for kind, bound in at_least.items()
    ]


def _entry(
    family: str, kind: str, envs: int, ours: list[float], other: list[float], bound: float
) -> Entry:
    return compared(
        f"vector_{kind}_{family}",
        f"sampling {family} against {kind.capitalize()}VectorEnv of {envs}; ratio: times as fast",
        "steps/s",
        ours,
        other,
        over(ours, other),
        Target("ratio", ">=", bound),
    )
