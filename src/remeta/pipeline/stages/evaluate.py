"""Scores of one run on held-out tasks, by the panel's protocol."""

from collections.abc import Iterator
from typing import Any

import numpy as np
import torch
from numpy import ndarray

from remeta import methods
from remeta.core.episodes import Episodes
from remeta.experience.adaptation import Spent, adaptation_curve
from remeta.experience.collect import collect
from remeta.experience.gradients import by_policy_gradient
from remeta.experience.world import World
from remeta.frozen import Advice
from remeta.papers.panel import Panel
from remeta.papers.registry import panel_named
from remeta.pipeline import machine
from remeta.pipeline.curves import write_result
from remeta.pipeline.data import tasks_of
from remeta.pipeline.panels import (
    method_of,
    schedule_of,
    seen_of,
    trained,
    untrained,
    world_of,
)
from remeta.pipeline.seeding import stream
from remeta.pipeline.settings.params import Settings
from remeta.pipeline.stages.expert import expert_actors
from remeta.records import SCORE_COLUMNS


def evaluate(panel_id: str, run: str, seed: int) -> None:
    settings, panel = Settings.load(), panel_named(panel_id)
    settings.refuse_unknown(panel, run)
    machine.prepare()
    world, tasks = world_of(settings, panel, run), tasks_of(settings, panel.tested).test
    rng = stream(seed, panel.id, run, "test")
    curve = _expert if run == "expert" else _curve
    rows = [
        row
        for spent, rollouts in curve(settings, panel, world, tasks, run, seed, rng)
        for row in _rows(world, spent, rollouts)
    ]
    write_result("scores", settings.profile.name, panel, run, seed, (SCORE_COLUMNS, rows))


def _curve(
    settings: Settings,
    panel: Panel,
    world: World,
    tasks: ndarray,
    run: str,
    seed: int,
    rng: np.random.Generator,
) -> Iterator[tuple[Spent, Episodes]]:
    """A trained start, or the one where training begins, as it adapts to the tasks."""
    test = settings.protocol(panel)
    rates = settings.rates(panel, run)
    if run in settings.cells(panel).train:
        method = method_of(settings, panel, world, run, seed)
        seen = seen_of(settings, world, panel.tested, "test", len(tasks), method.needs)
        schedule = schedule_of(settings, panel, panel.tested, rates, seen)
        start = trained(settings, panel, run, seed, method.weights)
        adaptation = methods.adaptation_of(method, schedule)
    else:
        policy = untrained(settings, panel, world, run, seed)
        schedule = schedule_of(settings, panel, panel.tested, rates)
        start, adaptation = policy.initial_weights(), by_policy_gradient(policy, schedule)
    if test.std == "one":
        start = start | {"log_std": torch.zeros_like(start["log_std"])}
    return adaptation_curve(world, adaptation, start, tasks, schedule, rng)


def _expert(
    settings: Settings,
    panel: Panel,
    world: World,
    tasks: ndarray,
    run: str,
    seed: int,
    rng: np.random.Generator,
) -> Iterator[tuple[Spent, Episodes]]:
    """The expert on the same tasks and the panel's own reward: the top of the scale."""
    actor = expert_actors(settings, panel.tested)(tasks, 0.0)
    plain = World(world.family, world.horizon)
    yield Spent.nothing(len(tasks)), collect(plain, tasks, actor, 1, rng, deterministic=True)


def _rows(world: World, spent: Spent, rollouts: Episodes) -> list[dict[str, Any]]:
    """A score of every task, and what adaptation to it had taken by then."""
    metrics = {"return": rollouts.mean_return().numpy()}
    if spent.steps == 0:
        metrics |= {"coverage": coverage(world, rollouts), "seen": seen_reward(rollouts)}
    if not all(np.isfinite(values).all() for values in metrics.values()):
        step = spent.steps
        raise Advice(f"scores of adaptation step {step} are not finite; lower the test rates.")
    return [
        {
            "task": task,
            "adapt_step": spent.steps,
            "adapt_env_steps": f"{spent.env_steps[task]:.10g}",
            "adapt_episodes": f"{spent.episodes[task]:.10g}",
            "metric": name,
            "value": f"{values[task]:.6g}",
        }
        for name, values in metrics.items()
        for task in range(len(values))
    ]


def coverage(world: World, rollouts: Episodes) -> ndarray:
    """Cells visited by all rollouts of a task together, per task."""
    places_ = world.family.places
    visited = rollouts.obs[..., list(places_.columns)].numpy()
    cells = np.floor(visited / places_.cell).astype(int)
    kept = rollouts.mask.numpy().astype(bool)
    return np.array(
        [len(np.unique(cell[keep], axis=0)) for cell, keep in zip(cells, kept, strict=True)], float
    )


def seen_reward(rollouts: Episodes) -> ndarray:
    """1 where any rollout of a task met a reward clearly above its first step's, 0 elsewhere.

    Under sparse reward this is a visit to the goal: an ant's effort moves the reward by less than
    0.05, entering the goal region by more than 0.8.
    """
    above = rollouts.reward > rollouts.reward[:, :1, :1] + 0.1
    return (above & (rollouts.mask > 0)).flatten(1).any(1).float().numpy()
