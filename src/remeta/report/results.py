"""Reading results: every file is checked, and what is wrong with it is said with its name."""

from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from jaxtyping import Float
from numpy import ndarray

from remeta.frozen import Advice
from remeta.papers.panel import Panel
from remeta.records import CURVE_COLUMNS, SCORE_COLUMNS, Run

SCALE = ("random", "expert")  # the runs that mark 0 and 1 of the expert scale
TRAINED = "validation_return_1"
DIVERGED = "diverged"  # a curve's last word where the run lost its numbers
UNTRAINED = ("random", "expert")  # runs without a training curve
_WORDS = ("profile", "paper", "panel", "method", "variant", "metric")
_COUNTS = (
    "seed", "task", "adapt_step", "adapt_env_steps", "adapt_episodes", "iteration",
    "train_env_steps", "pre_episodes", "post_episodes", "updates", "expert_env_steps", "demos",
)  # fmt: skip
_TYPES: Any = dict.fromkeys(_WORDS, str) | dict.fromkeys(_COUNTS, int) | {"value": float}


def where(frame: pd.DataFrame, **equal: Any) -> pd.DataFrame:
    """The rows whose columns have these values."""
    hits = [frame[name].to_numpy() == value for name, value in equal.items()]
    return frame.take(np.flatnonzero(np.logical_and.reduce(hits)))


@dataclass(frozen=True)
class Results:
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
        """Those, and the two ends of the expert scale, which every panel scores itself."""
        return dict.fromkeys(SCALE, self.panel.name) | self.runs

    def path(self, kind: str, run: str, seed: int) -> Path:
        folder = self.root / self.profile / self.panel.paper / self.all_runs[run]
        return folder / kind / f"{run}-{seed}.csv"

    def score_paths(self) -> list[Path]:
        return [self.path("scores", run, seed) for run in self.all_runs for seed in self.seeds]

    def curve_paths(self) -> list[Path]:
        trained = [run for run in self.runs if run not in UNTRAINED]
        return [self.path("curves", run, seed) for run in trained for seed in self.seeds]

    @cached_property
    def scores(self) -> pd.DataFrame:
        """All rows of all runs, with the `run` they belong to; the same tasks in every file."""
        frames, tasks = [], None
        for run in self.all_runs:
            for seed in self.seeds:
                frame = self._read("scores", run, seed, SCORE_COLUMNS)
                tasks = tasks or tuple(sorted(frame.task.unique()))
                self._check_grid(frame, tasks, self.path("scores", run, seed), run)
                frames.append(frame)
        return pd.concat(frames, ignore_index=True)

    @cached_property
    def curves(self) -> pd.DataFrame:
        """All rows of all trained runs, validated at the same iterations for every seed.

        Only a seed that diverged ends before the others.
        """
        frames = []
        for run in self.runs:
            seeds = () if run in UNTRAINED else self.seeds
            found = {seed: self._read("curves", run, seed, CURVE_COLUMNS) for seed in seeds}
            points = {seed: _validated(frame) for seed, frame in found.items()}
            longest = max(points.values(), key=len, default=())
            for seed, at in points.items():
                whole = DIVERGED not in set(found[seed].metric)
                wanted = longest if whole else longest[: len(at)]
                if not at or at != wanted or at[0] != 0 or list(at) != sorted(set(at)):
                    where = self.path("curves", run, seed)
                    raise self._advice(where, f"lacks iterations of {TRAINED}", run)
            frames += found.values()
        return pd.concat(frames, ignore_index=True)

    @cached_property
    def _matrices(self) -> dict[tuple[str, int, str], ndarray]:
        keys = ["run", "adapt_step", "metric"]
        ordered = self.scores.sort_values([*keys, "seed", "task"])
        return {
            key: group.value.to_numpy().reshape(len(self.seeds), -1)
            for key, group in ordered.groupby(keys)
        }  # type: ignore[return-value]

    def matrix(self, run: str, step: int, metric: str = "return") -> Float[ndarray, "seed task"]:
        try:
            return self._matrices[run, step, metric]
        except KeyError:
            where = self.path("scores", run, self.seeds[0]).parent
            raise self._advice(where, f"has no {metric} of {run} at step {step}", run) from None

    def steps(self, run: str, metric: str = "return") -> list[int]:
        return sorted(k for name, k, what in self._matrices if (name, what) == (run, metric))

    @cached_property
    def scale(self) -> tuple[float, float]:
        """Returns that count as 0 and as 1: the random start's and the expert's, mean over all."""
        zero, one = (float(self.matrix(run, 0).mean()) for run in SCALE)
        return zero, one

    def on_scale(self, values: ndarray) -> ndarray:
        """NaN throughout if the expert is no better than random: then there is no scale."""
        zero, one = self.scale
        return (values - zero) / (one - zero) if one > zero else np.full_like(values, np.nan)

    def _read(self, kind: str, run: str, seed: int, columns: tuple[str, ...]) -> pd.DataFrame:
        path = self.path(kind, run, seed)
        try:
            text = path.read_text()
            frame = pd.read_csv(path, dtype=_TYPES, na_filter=False, index_col=False)
        except FileNotFoundError:
            raise self._advice(path, "is missing", run) from None
        except (ValueError, OSError) as broken:
            raise self._advice(path, f"cannot be read ({broken})", run) from broken
        if tuple(frame.columns) != columns:
            raise self._advice(path, f"has not the columns {', '.join(columns)}", run)
        if frame.empty or not text.endswith("\n") or not np.isfinite(frame.value).all():
            raise self._advice(path, "is cut short or holds values that are no numbers", run)
        named = Run.parse(run)
        marks = (self.profile, self.panel.paper, self.all_runs[run], named.method, named.variant)
        strange = any(
            (frame[name] != mark).any() for name, mark in zip(_WORDS, marks, strict=False)
        )
        another = run != "expert" and set(frame.seed) != {seed}  # one expert serves all seeds
        if strange or another:
            raise self._advice(path, "holds rows of another run", run)
        return frame.assign(run=run, seed=seed)

    def _check_grid(self, frame: pd.DataFrame, tasks: tuple, path: Path, run: str) -> None:
        if "return" not in set(frame.metric):
            raise self._advice(path, "has no returns", run)
        for metric, rows in frame.groupby("metric"):
            steps = range(rows.adapt_step.max() + 1)
            whole = pd.MultiIndex.from_product([steps, tasks])
            found = pd.MultiIndex.from_arrays([rows.adapt_step, rows.task])
            if len(found) != len(whole) or not found.sort_values().equals(whole):
                raise self._advice(path, f"lacks or repeats tasks or steps of {metric}", run)

    def _advice(self, path: Path, fault: str, run: str) -> Advice:
        stage = f"{self.panel.paper}_{self.all_runs[run]}"
        return Advice(f"{path} {fault}; run `dvc repro {stage}`.")


def _validated(frame: pd.DataFrame) -> tuple[int, ...]:
    return tuple(frame.iteration[frame.metric == TRAINED])
