"""A run where it was trained, for panels that analyse what others trained."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from jaxtyping import Float
from numpy import ndarray

from remeta import methods
from remeta.core.episodes import Episodes
from remeta.core.weights import Weights, detached
from remeta.experience.adaptation import Schedule, Spent, adaptation_curve
from remeta.experience.practice import Practice
from remeta.experience.world import World
from remeta.papers.panel import Panel
from remeta.papers.registry import panel_named
from remeta.pipeline import machine
from remeta.pipeline.curves import write_result
from remeta.pipeline.data import tasks_of
from remeta.pipeline.panels import method_of, trained_weights, world_of
from remeta.pipeline.seeding import stream
from remeta.pipeline.settings.blocks import AnalysisSize
from remeta.pipeline.settings.params import Settings

Rows = Iterator[dict[str, Any]]


@dataclass(frozen=True)
class TrainedRun:
    """A run where it was trained, and what a panel that borrows it wants to see."""

    settings: Settings
    panel: Panel
    source: Panel
    run: str
    seed: int

    @classmethod
    def load(cls, panel_id: str, run: str, seed: int) -> "TrainedRun":
        settings, panel = Settings.load(), panel_named(panel_id)
        settings.refuse_unknown(panel, run)
        machine.prepare()
        return cls(settings, panel, panel_named(panel.lenders[run]), run, seed)

    @property
    def title(self) -> str:
        return f"{self.panel.id} {self.run}-{self.seed}"

    @property
    def size(self) -> AnalysisSize:
        return self.settings.analysis_size(self.panel)

    @cached_property
    def world(self) -> World:
        return world_of(self.settings, self.source, self.run)

    @cached_property
    def tasks(self) -> Float[ndarray, "task _"]:
        return tasks_of(self.settings, self.source.data).train

    @cached_property
    def method(self) -> methods.Method:
        """With its untrained weights."""
        return method_of(self.settings, self.source, self.world, self.run, self.seed)

    @cached_property
    def weights(self) -> Weights:
        like = detached(self.method.weights)
        return trained_weights(self.settings, self.source, self.run, self.seed, like)

    def adapted(
        self,
        tasks: Float[ndarray, "task _"],
        schedule: Schedule,
        purpose: str,
        start: Weights | None = None,
    ) -> Iterator[tuple[Spent, Episodes]]:
        """Its rollouts before adaptation and after every update; from another start if told."""
        adaptation = methods.adaptation_of(self.method, schedule)
        start, rng = start or detached(self.weights), self.rng(purpose)
        return adaptation_curve(self.world, adaptation, start, tasks, schedule, rng)

    def practice(self) -> Practice:
        """The same tasks and noise whenever asked."""
        size, rng = self.size, self.rng("gradients")
        return Practice(self.world, self.tasks, None, size.batch, size.episodes, rng)

    def rng(self, purpose: str) -> np.random.Generator:
        return stream(self.seed, self.panel.id, self.run, purpose)

    def write(self, kind: str, columns: tuple[str, ...], rows: Iterable[dict[str, Any]]) -> None:
        profile = self.settings.profile.name
        write_result(kind, profile, self.panel, self.run, self.seed, (columns, rows))


def as_in_training(method: methods.Method, updates: int, episodes: int) -> Schedule:
    """By the method's own rate and discount, whatever a protocol of tests has."""
    params: Any = method.params
    rates = [params.inner_rate] * updates
    return Schedule(updates, episodes, methods.row_steps(method), params.discount, rates)
