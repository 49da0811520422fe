"""Reading the files of a panel: each is checked, and what is wrong is said with its name."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from io import StringIO
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from remeta.frozen import Advice
from remeta.papers.panel import Panel
from remeta.records import COSTS, IDENTITY, SPENT, shared

_WORDS = ("metric", "weights", "module", "phase", "visited")
_COUNTS = (
    "task", "adapt_step", "adapt_env_steps", "adapt_episodes", *SPENT, "batches", "episode", "step",
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
        """What is compared, and in which panel's folder it lies; borrowed runs come last.

        Where borrowed runs are looked at anew, what was seen lies in the panel's own.
        """
        own = dict.fromkeys(self.panel.runs, self.panel.name)
        lent = {run: self.panel.name if self.panel.looks else at for at, run in self.panel.borrowed}
        return own | lent

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

    def read(self, kind: str, run: str, seed: int, columns: tuple[str, ...]) -> pd.DataFrame:
        """The rows of one file, with the `run` and the `seed` they belong to."""
        path = self.path(kind, run, seed)
        try:
            text = path.read_text()
            marks, table = shared(text)
            frame = (_unfolded if kind == "curves" else _table)(table, columns)
            costs = {name: int(marks[name]) for name in COSTS if name in marks}
        except FileNotFoundError:
            raise self.advice(path, "is missing", run) from None
        except (ValueError, OSError) as broken:
            raise self.advice(path, f"cannot be read ({broken})", run) from broken
        if tuple(frame.columns) != columns:
            raise self.advice(path, f"has not the columns {', '.join(columns)}", run)
        numbers = frame[[name for name in columns if name not in _TYPES]]
        if frame.empty or not text.endswith("\n") or not np.isfinite(numbers).all(axis=None):
            raise self.advice(path, "is cut short or holds values that are no numbers", run)
        whose = (self.profile, self.panel.paper, self.all_runs[run], run, str(seed))
        if whose != tuple(marks.get(name) for name in IDENTITY):
            raise self.advice(path, "holds rows of another run", run)
        return frame.assign(run=run, seed=seed, **costs)

    def advice(self, path: Path, fault: str, run: str) -> Advice:
        stage = f"{self.panel.paper}_{self.all_runs[run]}"
        return Advice(f"{path} {fault}; run `remeta repro {stage}`.")


def _table(text: str, columns: Sequence[str]) -> pd.DataFrame:
    types = {name: _TYPES.get(name, float) for name in columns}
    return _parsed(text, types)


def _unfolded(text: str, columns: Sequence[str]) -> pd.DataFrame:
    """Of a curve: a row for each metric that an iteration has, as `columns` say."""
    wide = _parsed(text, defaultdict(lambda: str, dict.fromkeys(SPENT, int)))
    if tuple(wide.columns[: len(SPENT)]) != SPENT:
        return wide
    frame = wide.melt([*SPENT], var_name="metric")
    frame = frame.take(np.flatnonzero(frame.value != "")).astype({"value": float})
    return frame.sort_values("iteration", kind="stable", ignore_index=True)


def _parsed(text: str, types: Any) -> pd.DataFrame:
    return pd.read_csv(StringIO(text), dtype=types, na_filter=False, index_col=False)
