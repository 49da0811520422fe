"""Methods that imitate one expert, or search by themselves, at sizes that learn in seconds."""

from typing import Any

import numpy as np
import torch

from remeta import methods
from remeta.experience.adaptation import Schedule, adaptation_curve
from remeta.experience.practice import Practice
from remeta.experience.world import World
from remeta.methods import adversarial, bc, rail, random_search
from remeta.tasks.point import Point
from tests.learners.practices import practice, shape_of
from tests.learners.samples import ADVERSARY, CLONE, SAC

WORLD = World(Point(scattered=True), 12)
GOAL = np.array([[0.4, -0.3]])
GOALS = np.array([[0.4, -0.3], [-0.2, 0.1], [0.0, 0.5]])

NET = {"hidden": [32, 32]}
LEARNER = SAC | NET | {
    "rate": 3e-3, "polyak": 0.02, "reward_scale": 1.0, "temperature": 0.1, "target_entropy": -1.0,
}  # fmt: skip
DISCRIMINATOR = ADVERSARY | NET | {"rate": 1e-3, "momentum": 0.0, "penalty": 1.0}
SQUARES = DISCRIMINATOR | {
    "rate": 3e-3, "penalty": 0.0, "loss": "least_squares", "reward": "minus_log_policy",
}  # fmt: skip
SEARCH = {
    "hidden": [], "activation": "tanh", "directions": 8, "kept": 4, "noise": 0.1, "rate": 0.1,
    "scaled": True,
}  # fmt: skip

IMITATORS: dict[str, tuple[Any, Any, dict[str, Any], int]] = {
    "bc": (
        bc.Params, bc.BC,
        {"kind": "bc", "clone": CLONE | NET, "updates": 50, "batch": 32}, 3,
    ),
    "bc-likelihood": (
        bc.Params, bc.BC,
        {"kind": "bc", "clone": CLONE | NET | {"loss": "likelihood"}, "updates": 50, "batch": 32},
        3,
    ),
    "gail": (
        adversarial.Params, adversarial.Adversarial,
        {
            "kind": "adversarial", "sees": "state_action", "sac": LEARNER,
            "discriminator": DISCRIMINATOR | {"reward": "minus_log_policy"},
            "rhythm": {"rows": 12, "steps": 6, "updates": 18, "warm_up": 144},
            "replay": 5000, "discriminator_batch": 64, "batch": 64,
        },
        30,
    ),
    "rail": (
        rail.Params, rail.RAIL,
        {
            "kind": "rail", "search": SEARCH, "discriminator": SQUARES, "updates": 10,
            "discriminator_batch": 64,
        },
        30,
    ),
}  # fmt: skip
gail = IMITATORS["gail"]
IMITATORS["airl"] = (*gail[:2], gail[2] | {"discriminator": DISCRIMINATOR}, gail[3])
IMITATORS["airl-states"] = (*gail[:2], IMITATORS["airl"][2] | {"sees": "states"}, gail[3])
ALONE = (random_search.Params, random_search.RandomSearch)
METHODS = IMITATORS | {"random_search": (*ALONE, {"kind": "random_search", "search": SEARCH}, 15)}


def a_practice(tasks=GOAL, seed: int = 1) -> Practice:
    return practice(WORLD, tasks, seed, demos=4)


def made(name: str, experience: Practice, seed: int = 0, **changes: Any) -> Any:
    params, kind, values, _ = METHODS[name]
    shape, generator = shape_of(WORLD), torch.Generator().manual_seed(seed)
    return kind.build(params.read(values | changes, name), shape, lambda: experience, generator)


def trained(name: str, **changes: Any) -> tuple[Any, Practice]:
    experience = a_practice()
    method = made(name, experience, **changes)
    for _ in range(METHODS[name][-1]):
        method.meta_step(experience)
    return method, experience


def returns(method: Any) -> np.ndarray:
    """Of episodes from other starts than any it has met, the same for everybody."""
    schedule = Schedule(steps=0, episodes=24, deterministic=True)
    rng = np.random.default_rng(99)
    adaptation = methods.adaptation_of(method, schedule)
    ((_, rollouts),) = adaptation_curve(WORLD, adaptation, method.weights, GOAL, schedule, rng)
    return rollouts.reward.sum(-1)[0].numpy()
