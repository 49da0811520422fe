"""PEARL, RL2 and MAESN at sizes that learn in seconds, on a half circle of goals."""

from typing import Any

import numpy as np
import torch

from remeta import methods
from remeta.experience.adaptation import Schedule, adaptation_curve
from remeta.experience.practice import Practice
from remeta.experience.world import World
from remeta.nets.policy import Shape
from remeta.tasks.point_arc import PointArc
from tests.experience import payoff
from tests.methods.imitators import LEARNER

WORLD = World(PointArc("dense"), 8)
TRAIN, UNSEEN = (PointArc().draw(np.random.default_rng(seed), 12) for seed in (0, 1))
PAYOFF = World(payoff.Payoff(), 3)  # learned in seconds
EPISODES = 6

INFERRER = {
    "reading": [32, 32], "context": 3, "rate": 3e-3, "momentum": 0.9, "divergence": 0.01, "of": 8,
    "mode": True,
}  # fmt: skip
REGION = {"radius": 0.02, "iterations": 10, "damping": 1e-5, "shrink": 0.8, "tries": 15}
RIVALS: dict[str, dict[str, Any]] = {
    "pearl": {
        "kind": "pearl", "inferrer": INFERRER, "sac": LEARNER, "paid": "world", "replay": 1000,
        "initial": 4, "prior": 2, "posterior": 1, "extra": 1, "adapting": 1, "updates": 30,
        "tasks": 8, "seen": 16, "batch": 32,
    },
    "rl2": {
        "kind": "rl2", "memory": 16, "trial": 2, "rate": 3e-3, "epochs": 4, "clip": 0.2,
        "discount": 0.95, "trace": 0.9,
    },
    "maesn": {
        "kind": "maesn", "latent": 2, "inner_rate": 0.5, "divergence": 0.1, "discount": 0.95,
        "task_chunk": 12, "curvature_subsample": 1, "trust_region": REGION,
    },
}  # fmt: skip
FEW: dict[str, dict[str, Any]] = {"pearl": {"updates": 2}, "rl2": {"epochs": 2}, "maesn": {}}


def a_practice(world: World = WORLD, batch: int = 4, episodes: int = EPISODES) -> Practice:
    tasks = TRAIN if world is not PAYOFF else payoff.Payoff().draw(np.random.default_rng(1), 12)
    return Practice(world, tasks, None, batch, episodes, np.random.default_rng(1))


def made(name: str, experience: Practice, seed: int = 0, **changes: Any) -> Any:
    params, world = methods.params_of(RIVALS[name] | changes, name), experience.world
    shape = Shape(world.obs_size, world.act_size, (32, 32), -4.0, "relu")
    generator = torch.Generator().manual_seed(seed)
    return methods.build(params, shape, lambda: experience, generator)


def stepped(
    name: str, experience: Practice, steps: int = 3, **changes: Any
) -> tuple[list[dict[str, float]], Any]:
    method = made(name, experience, **changes)
    return [method.meta_step(experience) for _ in range(steps)], method


def returns(method: Any, world: World = WORLD) -> list[np.ndarray]:
    """Of every unseen task, before and after a step of its own way to adapt."""
    tasks = UNSEEN if world is not PAYOFF else payoff.TASKS
    schedule, rng = Schedule(1, 20, discount=0.95, rates=[1.0]), np.random.default_rng(9)
    adaptation = methods.adaptation_of(method, schedule)
    curve = adaptation_curve(world, adaptation, method.weights, tasks, schedule, rng)
    return [rollouts.mean_return().numpy() for _, rollouts in curve]
