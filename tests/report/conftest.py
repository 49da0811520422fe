"""Results as other stages would write them, with a truth that tests can choose."""

import zlib
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import pytest

from remeta.papers import gmps
from remeta.papers.mri import PANELS
from remeta.papers.panel import TUNED
from remeta.records import IDENTITY, SCORE_COLUMNS, Run, folded, written
from remeta.report.kinds.adaptation.results import Results

PROFILE = "tiny"
BY_NAME = {panel.name: panel for panel in PANELS}
OF_GMPS = {panel.name: panel for panel in gmps.PANELS}
RETURNS = {  # on the expert scale, after 0 to 5 updates
    "mri": (0.3, 0.8, 0.85, 0.9, 0.92, 0.93),
    "maml": (0.2, 0.75, 0.82, 0.86, 0.88, 0.9),
    "imitation": (0.25, 0.62, 0.72, 0.78, 0.82, 0.84),
    "random": (0.0, 0.08, 0.14, 0.2, 0.25, 0.3),
}
COVERAGE = {"mri": 9.0, "mri-uncorrected": 5.0, "mri-trajectory": 8.0}
SPEED = {"mri": 1.5, "maml": 14.0}  # iterations to 63 % of the gain


@dataclass
class World:
    """A results folder under construction; `zero` and `one` are the ends of the expert scale."""

    root: Path
    seeds: tuple[int, ...] = (0, 1, 2, 3, 4)
    tasks: int = 12
    zero: float = -70.0
    one: float = -12.0
    spread: float = 0.02
    returns: dict = field(default_factory=lambda: dict(RETURNS))
    speed: dict = field(default_factory=lambda: dict(SPEED))
    iterations: int = 60
    paper: str = "mri"

    def panel(self, name: str) -> None:
        """Write all files of one panel, its expert among them."""
        panels = BY_NAME if self.paper == "mri" else OF_GMPS
        runs = panels[name.removesuffix(TUNED)].runs
        for run in dict.fromkeys((*runs, "random", "expert")):
            for seed in self.seeds:
                self.scores(name, run, seed)
                if run not in ("random", "expert"):
                    self.curve(name, run, seed)

    def path(self, panel: str, kind: str, run: str, seed: int) -> Path:
        return self.root / PROFILE / self.paper / panel / kind / f"{run}-{seed}.csv"

    def scores(self, panel: str, run: str, seed: int) -> None:
        rng = np.random.default_rng(zlib.crc32(f"{panel}{run}{seed}".encode()))
        hard = np.linspace(-0.04, 0.04, self.tasks)  # the same tasks for all
        curve = (1.0,) if run == "expert" else self.curve_of(run)
        shift = 0 if run == "expert" else rng.normal(0, self.spread)
        rows = []
        for step, level in enumerate(curve):
            s = level + hard + shift + rng.normal(0, self.spread, self.tasks)
            rows += self._rows(step, "return", self.zero + s * (self.one - self.zero))
        if run != "expert":
            wide = COVERAGE.get(run, 4.0) + rng.normal(0, 0.4) + rng.normal(0, 0.4, self.tasks)
            rows += self._rows(0, "coverage", wide) + self._rows(0, "seen", 0 * wide + 1)
        self._write("scores", panel, run, seed, (SCORE_COLUMNS, rows))

    def curve_of(self, run: str) -> tuple[float, ...]:
        return self.returns.get(run, self.returns[Run.parse(run).method])

    def _rows(self, step: int, metric: str, values: np.ndarray) -> list[dict]:
        spent = {"adapt_step": step, "adapt_env_steps": 2000 * step}
        spent |= {"adapt_episodes": 20 * step, "metric": metric}
        return [spent | {"task": task, "value": value} for task, value in enumerate(values)]

    def curve(self, panel: str, run: str, seed: int) -> None:
        rng = np.random.default_rng(zlib.crc32(f"{panel}{run}{seed}curve".encode()))
        method, _, variant = run.partition("-")
        steps = int(variant.removeprefix("steps")) if variant.startswith("steps") else 200
        slow = self.speed.get(run, 1.5 * (200 / steps) ** 0.5 if method == "mri" else 5.0)
        rows = []
        for k in sorted({0, 1, 2, 3, 4, 5, 7, *range(10, self.iterations + 1, 5)}):
            s = 0.1 + (self.curve_of(run)[1] - 0.1) * (1 - np.exp(-k / slow))
            spent = self._spent(method, k, steps)
            value = self.zero + (s + rng.normal(0, 0.008)) * (self.one - self.zero)
            rows.append(spent | {"metric": "validation_return_1", "value": value})
            rows.append(spent | {"metric": "loss", "value": 1 / (1 + k)})
        shown = method != "maml"
        known = {"expert_env_steps": 50_000 * shown, "demos": 8000 * shown}
        self._write("curves", panel, run, seed, folded(rows), **known)

    def _spent(self, method: str, k: int, steps: int) -> dict:
        before, after = (800 * k * (method != "imitation"), 800 * k * (method == "maml"))
        counts = {"iteration": k, "pre_episodes": before, "post_episodes": after}
        return counts | {"train_env_steps": 100 * (before + after), "updates": steps * k}

    def _write(self, kind: str, panel: str, run: str, seed: int, table, **known) -> None:
        whose = dict(zip(IDENTITY, (PROFILE, self.paper, panel, run, seed), strict=True))
        path = self.path(panel, kind, run, seed)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(written(*table, whose | known))


@pytest.fixture(scope="session")
def world_at() -> type[World]:
    return World


@pytest.fixture
def world(tmp_path: Path) -> Callable[..., World]:
    """`world(seeds=..., returns=...)`; files appear when its panels are written."""
    return lambda **truth: World(tmp_path / "results", **truth)


@pytest.fixture
def results_of(world) -> Callable[..., Results]:
    """The results of one panel in a world of which some truth is given."""

    def make(panel: str, **truth) -> Results:
        made = world(**truth)
        made.panel(panel)
        return Results(BY_NAME[panel], PROFILE, made.seeds, made.root)

    return make
