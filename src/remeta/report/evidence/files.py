"""Reading the files of a panel: each is checked, and what is wrong is said with its name."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from remeta.frozen import Advice
from remeta.papers.panel import Panel
from remeta.records import Run

_WORDS = ("profile", "paper", "panel", "method", "variant", "metric", "weights", "module", "phase")
_COUNTS = (
    "seed", "task", "adapt_step", "adapt_env_steps", "adapt_episodes", "iteration",
    "train_env_steps", "pre_episodes", "post_episodes", "updates", "expert_env_steps", "demos",
    "batches", "episode", "step",
)  # fmt: skip
# All others are real numbers.
_TYPES: dict[str, type] = {**dict.fromkeys(_WORDS, str), **dict.fromkeys(_COUNTS, int)}


@dataclass(frozen=True)
class Files:
    """The files of one panel in one profile; runs may lie in the folders of other panels."""

    panel: Panel
    profile: str
    seeds: tuple[int, ...]
    root: Path

    @property
    def runs(self) -> dict[str, str]:
        """What is compared, and in which panel's folder it lies; borrowed runs come last."""
        own = dict.fromkeys(self.panel.runs, self.panel.name)
        return own | {run: panel for panel, run in self.panel.borrowed}

    @property
    def all_runs(self) -> dict[str, str]:
        """Those, and what else has files here."""
        return self.runs

    def folder(self, panel: str = "") -> Path:
        return self.root / self.profile / self.panel.paper / (panel or self.panel.name)

    def path(self, kind: str, run: str, seed: int) -> Path:
        return self.folder(self.all_runs[run]) / kind / f"{run}-{seed}.csv"

    def exist(self, kind: str) -> bool:
        """Whether there are any of its own; then there must be all."""
        return any((self.folder() / kind).glob("*.csv"))

    def read(
        self, kind: str, run: str, seed: int, columns: tuple[str, ...], shared: bool = False
    ) -> pd.DataFrame:
        """The rows of one file with the `run` they belong to; a `shared` one serves all seeds."""
        path = self.path(kind, run, seed)
        try:
            text = path.read_text()
            types: Any = {name: _TYPES.get(name, float) for name in columns}
            frame = pd.read_csv(path, dtype=types, na_filter=False, index_col=False)
        except FileNotFoundError:
            raise self.advice(path, "is missing", run) from None
        except (ValueError, OSError) as broken:
            raise self.advice(path, f"cannot be read ({broken})", run) from broken
        if tuple(frame.columns) != columns:
            raise self.advice(path, f"has not the columns {', '.join(columns)}", run)
        numbers = frame[[name for name in columns if name not in _TYPES]]
        if frame.empty or not text.endswith("\n") or not np.isfinite(numbers).all(axis=None):
            raise self.advice(path, "is cut short or holds values that are no numbers", run)
        named = Run.parse(run)
        marks = (self.profile, self.panel.paper, self.all_runs[run], named.method, named.variant)
        strange = any(
            (frame[name] != mark).any() for name, mark in zip(_WORDS, marks, strict=False)
        )
        if strange or (not shared and set(frame.seed) != {seed}):
            raise self.advice(path, "holds rows of another run", run)
        return frame.assign(run=run, seed=seed)

    def advice(self, path: Path, fault: str, run: str) -> Advice:
        stage = f"{self.panel.paper}_{self.all_runs[run]}"
        return Advice(f"{path} {fault}; run `remeta repro {stage}`.")
