"""Methods that act by what they were shown, at sizes that learn in seconds."""

from typing import Any

import numpy as np
import torch

from remeta import methods
from remeta.experience.adaptation import Schedule, adaptation_curve
from remeta.experience.practice import Practice
from remeta.methods import meta_bc, meta_dagger, smile
from remeta.tasks.point import REACH
from tests.learners.practices import practice, shape_of, walked
from tests.learners.samples import CLONE
from tests.methods.imitators import DISCRIMINATOR, LEARNER, NET, WORLD

CIRCLE = np.linspace(0, 2 * np.pi, 8, endpoint=False)
GOALS = 0.5 * np.stack([np.cos(CIRCLE), np.sin(CIRCLE)], -1)
HELD_OUT = 0.5 * np.stack([np.cos(CIRCLE + 0.4), np.sin(CIRCLE + 0.4)], -1)

WATCHER = {
    "reading": [32, 16], "merging": [16], "context": 4, "rate": 3e-3, "momentum": 0.9, "shown": 3,
    "contexts": 2, "sampled": False,
}  # fmt: skip
SMILE = {
    "kind": "smile", "sees": "state_action", "watcher": WATCHER, "sac": LEARNER,
    "discriminator": DISCRIMINATOR,
    "rhythm": {"rows": 12, "steps": 6, "updates": 18, "warm_up": 144},
    "replay": 2000, "discriminator_batch": 16, "batch": 16,
}  # fmt: skip
DAGGER = {
    "kind": "meta_dagger", "watcher": WATCHER, "clone": CLONE | NET, "noisy": False,
    "rhythm": {"rows": 12, "steps": 6, "updates": 50, "warm_up": 0}, "replay": 400, "batch": 16,
}  # fmt: skip
BC = {"kind": "meta_bc", "watcher": WATCHER, "clone": CLONE | NET, "updates": 50, "batch": 16}

WATCHERS: dict[str, tuple[Any, Any, dict[str, Any], int]] = {
    "smile": (smile.Params, smile.SMILe, SMILE, 40),
    "smile-states": (smile.Params, smile.SMILe, SMILE | {"sees": "states"}, 40),
    "meta_bc": (meta_bc.Params, meta_bc.MetaBC, BC, 6),
    "meta_dagger": (meta_dagger.Params, meta_dagger.MetaDAgger, DAGGER, 6),
    "meta_dagger-noisy": (
        meta_dagger.Params, meta_dagger.MetaDAgger, DAGGER | {"noisy": True}, 6,
    ),
    "meta_bc-pre_tanh": (
        meta_bc.Params, meta_bc.MetaBC, BC | {"clone": CLONE | NET | {"loss": "pre_tanh"}}, 6,
    ),
}  # fmt: skip
QUICK = {  # of SMILe, to learn in few updates
    "watcher": WATCHER | {"rate": 1e-2}, "sac": LEARNER | {"rate": 6e-3, "reward_scale": 3.0},
    "discriminator": DISCRIMINATOR | {"rate": 3e-3},
}  # fmt: skip


def a_practice(seed: int = 1) -> Practice:
    experience = practice(WORLD, GOALS, seed, demos=4)
    experience.teacher = straight
    return experience


def straight(tasks: np.ndarray) -> Any:
    """Who demonstrates, asked."""
    goals = torch.from_numpy(tasks).float().unsqueeze(1)
    return lambda obs: (((goals - obs) / REACH).clamp(-1, 1), torch.tensor(-9.0))


def made(name: str, experience: Practice, seed: int = 0, **changes: Any) -> Any:
    params, kind, values, _ = WATCHERS[name]
    shape, generator = shape_of(WORLD), torch.Generator().manual_seed(seed)
    return kind.build(params.read(values | changes, name), shape, lambda: experience, generator)


def stepped(
    name: str, experience: Practice, steps: int = 3, **changes: Any
) -> tuple[list[dict[str, float]], Any]:
    method = made(name, experience, **changes)
    return [method.meta_step(experience) for _ in range(steps)], method


def returns(method: Any) -> list[np.ndarray]:
    """In tasks that it never met: after none, one and two of the task's demonstrations."""
    rng = np.random.default_rng(99)
    demos = walked(WORLD, HELD_OUT, 3, rng)
    schedule = Schedule(2, 8, demos=demos, shown=(1, 2), deterministic=True)
    adaptation = methods.adaptation_of(method, schedule)
    curve = adaptation_curve(WORLD, adaptation, method.weights, HELD_OUT, schedule, rng)
    return [rollouts.mean_return().numpy() for _, rollouts in curve]
