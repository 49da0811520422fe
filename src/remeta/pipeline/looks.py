"""Panels that look at what others trained: the noise of meta-gradients, and where roll-outs go."""

from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass
from functools import cached_property
from typing import Any, cast

import numpy as np
from jaxtyping import Float
from numpy import ndarray
from torch import Tensor

from remeta import methods
from remeta.core.noise import noise
from remeta.core.weights import Weights, detached
from remeta.experience.practice import Practice
from remeta.experience.trials import learning_curve
from remeta.experience.world import World
from remeta.papers.panel import Panel
from remeta.papers.shelf import panel_named
from remeta.pipeline import machine, places
from remeta.pipeline.blocks import LookSize
from remeta.pipeline.curves import write_rows
from remeta.pipeline.panels import method_of, tasks_of, trained, world_of
from remeta.pipeline.progress import Progress
from remeta.pipeline.seeding import stream
from remeta.pipeline.settings import Settings
from remeta.records import NOISE_COLUMNS, PHASES, TRACE_COLUMNS, WEIGHTS, Run

Rows = Iterator[dict[str, Any]]


def gradients(panel_id: str, run: str, seed: int) -> None:
    """How much the meta-gradient differs between batches, at the untrained and trained weights."""
    look = Look.at(panel_id, run, seed)
    look.write("gradients", NOISE_COLUMNS, _noise(look))


def traces(panel_id: str, run: str, seed: int) -> None:
    """Where the trained run's roll-outs go, before and after its own step of adaptation."""
    look = Look.at(panel_id, run, seed)
    look.write("traces", TRACE_COLUMNS, _walks(look))


def _noise(look: "Look") -> Rows:
    method, batches = cast(methods.Differentiable, look.method), look.size.batches
    progress, done = Progress(look.title, 2 * batches), 0
    for name, weights in zip(WEIGHTS, (look.method.weights, look.trained), strict=True):
        method.weights, practice, slopes = weights, look.practice(), []
        for _ in range(batches):
            slopes.append(detached(method.meta_gradient(practice)[0]))
            done += 1
            progress.show(done, {})
        for module, sizes in noise(slopes).items():
            rounded = {measure: f"{size:.6g}" for measure, size in sizes.items()}
            yield {"weights": name, "module": module, "batches": batches} | rounded


def _walks(look: "Look") -> Rows:
    params: Any = look.method.params
    tasks = look.tasks[: look.size.batch]
    curve = learning_curve(
        look.world,
        methods.adaptation_of(look.method, params.discount),
        detached(look.trained),
        tasks,
        episodes=look.size.episodes,
        rates=[params.inner_rate],
        rng=look.rng("traces"),
    )
    columns = list(look.world.family.places.columns)
    for phase, found in zip(PHASES, curve, strict=True):
        for task, (x, y) in enumerate(tasks):
            where = {"task": task, "goal_x": x, "goal_y": y, "phase": phase}
            for row in _steps(found.obs[task][..., columns], found.mask[task]):
                yield where | row


def _steps(spots: Tensor, mask: Tensor) -> Rows:
    """A row for every step of every episode that was lived."""
    lengths = mask.sum(-1).int().tolist()
    for episode, (walk, length) in enumerate(zip(spots.tolist(), lengths, strict=True)):
        for step, (x, y) in enumerate(walk[:length]):
            yield {"episode": episode, "step": step, "x": f"{x:.3f}", "y": f"{y:.3f}"}


@dataclass(frozen=True)
class Look:
    """A run where it was trained, and what a panel that borrows it wants to see."""

    settings: Settings
    panel: Panel
    source: Panel
    run: str
    seed: int

    @classmethod
    def at(cls, panel_id: str, run: str, seed: int) -> "Look":
        settings, panel = Settings.load(), panel_named(panel_id)
        settings.refuse_unknown(panel, run)
        machine.prepare()
        return cls(settings, panel, panel_named(panel.lenders[run]), run, seed)

    @property
    def title(self) -> str:
        return f"{self.panel.id} {self.run}-{self.seed}"

    @property
    def size(self) -> LookSize:
        return self.settings.look_size(self.panel)

    @cached_property
    def world(self) -> World:
        return world_of(self.settings, self.source, self.run)

    @cached_property
    def tasks(self) -> Float[ndarray, "task _"]:
        return tasks_of(self.settings, self.source).train

    @cached_property
    def method(self) -> methods.Method:
        """With its untrained weights."""
        return method_of(self.settings, self.source, self.world, self.run, self.seed)

    @cached_property
    def trained(self) -> Weights:
        like = detached(self.method.weights)
        return trained(self.settings, self.source, self.run, self.seed, like)

    def practice(self) -> Practice:
        """The same tasks and noise whenever asked."""
        size, rng = self.size, self.rng("gradients")
        return Practice(self.world, self.tasks, None, size.batch, size.episodes, rng)

    def rng(self, purpose: str) -> np.random.Generator:
        return stream(self.seed, self.panel.id, self.run, purpose)

    def write(self, kind: str, columns: tuple[str, ...], rows: Iterable[dict[str, Any]]) -> None:
        profile, panel = self.settings.profile.name, self.panel
        identity = {"profile": profile, "paper": panel.paper, "panel": panel.name}
        identity |= asdict(Run.parse(self.run)) | {"seed": self.seed}
        path = places.result(profile, panel, kind, self.run, self.seed, "csv")
        write_rows(path, columns, [identity | row for row in rows])
