"""Scores of one run on held-out tasks, by the panel's protocol."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from numpy import ndarray

from remeta import methods
from remeta.core.episodes import Episodes
from remeta.core.weights import Weights
from remeta.experience.adaptation import Adaptation, Schedule, Spent, adaptation_curve
from remeta.experience.collect import collect
from remeta.experience.gradients import by_policy_gradient
from remeta.experience.world import World
from remeta.frozen import Advice
from remeta.papers.panel import Panel
from remeta.papers.registry import panel_named
from remeta.pipeline import machine
from remeta.pipeline.curves import write_result
from remeta.pipeline.data import family_of, tasks_of
from remeta.pipeline.experts import expert_actors
from remeta.pipeline.panels import (
    method_of,
    schedule_of,
    trained_weights,
    untrained_policy,
    world_of,
)
from remeta.pipeline.seeding import stream
from remeta.pipeline.settings.params import Settings
from remeta.pipeline.teaching import context_demos_of
from remeta.pipeline.tuning import as_chosen
from remeta.records import SCORE_COLUMNS
from remeta.tasks.family import in_turn

SOLVING = ("expert", "base")  # whoever has learnt in sight of tasks and is scored beside


def evaluate(panel_id: str, run: str, seed: int) -> None:
    """Write the scores of a run of a panel."""
    panel = panel_named(panel_id)
    settings = as_chosen(Settings.load(), panel, run)
    settings.refuse_unknown(panel, run)
    machine.prepare()
    world, tasks = world_of(settings, panel, run), tasks_of(settings, panel.tested).test
    evaluation = Evaluation(settings, panel, world, tasks, run, seed)
    rows = [
        row
        for spent, rollouts in evaluation.scored()
        for row in scores_of(world, tasks, spent, rollouts)
    ]
    write_result("scores", settings.profile.name, panel, run, seed, (SCORE_COLUMNS, rows))


@dataclass(frozen=True)
class Evaluation:
    """Rollouts on held-out tasks, and what was spent on a task before them."""

    settings: Settings
    panel: Panel
    world: World
    tasks: ndarray
    run: str
    seed: int

    def scored(self) -> Iterator[tuple[Spent, Episodes]]:
        """What the run is judged by."""
        return self.solved() if self.run in SOLVING else self.curve()

    def curve(self) -> Iterator[tuple[Spent, Episodes]]:
        """Of a trained start, or of the one where training begins, as it adapts."""
        start, adaptation, schedule = self._trained() if self._trains else self._untrained()
        start = with_std(start, self.settings.protocol(self.panel).std)
        return adaptation_curve(self.world, adaptation, start, self.tasks, schedule, self._rng)

    def solved(self) -> Iterator[tuple[Spent, Episodes]]:
        """Of the expert, on the panel's own reward: the top of the scale.

        Or of the base policy, which takes every task for the one that it knows.
        """
        whose, tasks = self.panel.tested, self.tasks
        if self.run == "base":
            assert self.panel.base
            whose = self.panel.base
            tasks = in_turn(np.asarray(family_of(whose).choices), len(tasks))
        actor = expert_actors(self.settings, whose)(tasks, 0.0)
        plain = World(self.world.family, self.world.horizon)
        rollouts = collect(plain, self.tasks, actor, 1, self._rng, deterministic=True)
        yield Spent.nothing(len(self.tasks)), rollouts

    @property
    def _trains(self) -> bool:
        return self.run in self.settings.cells(self.panel).train

    @property
    def _rng(self) -> np.random.Generator:
        return stream(self.seed, self.panel.id, self.run, "test")

    def _trained(self) -> tuple[Weights, Adaptation, Schedule]:
        settings, panel, tested = self.settings, self.panel, self.panel.tested
        method = method_of(settings, panel, self.world, self.run, self.seed)
        known = tested, "test", len(self.tasks), method.needs, settings.shown(panel, self.run)
        demos = context_demos_of(settings, self.world, *known)
        schedule = schedule_of(settings, panel, tested, settings.rates(panel, self.run), demos)
        start = trained_weights(settings, panel, self.run, self.seed, method.weights)
        return start, methods.adaptation_of(method, schedule), schedule

    def _untrained(self) -> tuple[Weights, Adaptation, Schedule]:
        settings, panel = self.settings, self.panel
        policy = untrained_policy(settings, panel, self.world, self.run, self.seed)
        rates = settings.rates(panel, self.run)
        schedule = schedule_of(settings, panel, panel.tested, rates)
        return policy.initial_weights(), by_policy_gradient(policy, schedule), schedule


def with_std(start: Weights, std: str) -> Weights:
    """With the spread of actions that it has learned, or reset to `one`."""
    return start | {"log_std": torch.zeros_like(start["log_std"])} if std == "one" else start


def scores_of(
    world: World, tasks: ndarray, spent: Spent, rollouts: Episodes
) -> list[dict[str, Any]]:
    """A score of every task, and what adaptation to it had taken by then.

    A family may have measures of its own, of every episode.
    """
    metrics = {"return": rollouts.mean_return().numpy()}
    if measured := getattr(world.family, "measured", None):
        parts = rollouts.obs, rollouts.act, rollouts.reward, rollouts.mask
        found = measured(*(part.numpy() for part in parts), tasks)
        metrics |= {name: of.mean(-1) for name, of in found.items()}
    if spent.steps == 0:
        metrics |= {"coverage": coverage(world, rollouts), "seen": seen_reward(rollouts)}
    return rows_of(spent, metrics)


def rows_of(spent: Spent, metrics: dict[str, ndarray]) -> list[dict[str, Any]]:
    """A row for every metric and task."""
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
    places = world.family.places
    visited = rollouts.obs[..., list(places.columns)].numpy()
    cells = np.floor(visited / places.cell).astype(int)
    taken = rollouts.mask.numpy().astype(bool)
    return np.array(
        [len(np.unique(cell[keep], axis=0)) for cell, keep in zip(cells, taken, strict=True)], float
    )


def seen_reward(rollouts: Episodes) -> ndarray:
    """1 where any rollout of a task met a reward clearly above its first step's, 0 elsewhere.

    Under sparse reward this is a visit to the goal: an ant's effort moves the reward by less than
    0.05, entering the goal region by more than 0.8.
    """
    rewarded = rollouts.reward > rollouts.reward[:, :1, :1] + 0.1
    return (rewarded & (rollouts.mask > 0)).flatten(1).any(1).float().numpy()
