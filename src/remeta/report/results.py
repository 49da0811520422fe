"""Scores and validation curves of a panel of adaptation, and the expert scale they are put on."""

import math
from collections.abc import Mapping
from functools import cached_property
from pathlib import Path

import numpy as np
import pandas as pd
from jaxtyping import Float
from numpy import ndarray

from remeta.records import CURVE_COLUMNS, SCORE_COLUMNS
from remeta.report.faults import DIVERGED
from remeta.report.files import Files
from remeta.report.outcome import Outcome

SCALE = ("random", "expert")  # the runs that mark 0 and 1 of the expert scale
TRAINED = "validation_return_1"
UNTRAINED = ("random", "expert")  # runs without a training curve


class Results(Files):
    evidence = "scores"

    @property
    def all_runs(self) -> dict[str, str]:
        """Those compared, and the ends of the expert scale, which every panel scores itself."""
        return dict.fromkeys(SCALE, self.panel.name) | self.runs

    @property
    def tasks(self) -> int:
        return self.scores.task.nunique()

    def inputs(self) -> list[Path]:
        """All files there must be."""
        return [*self.score_paths(), *self.curve_paths()]

    def score_paths(self) -> list[Path]:
        return [self.path("scores", run, seed) for run in self.all_runs for seed in self.seeds]

    def curve_paths(self) -> list[Path]:
        trained = [run for run in self.runs if run not in UNTRAINED]
        return [self.path("curves", run, seed) for run in trained for seed in self.seeds]

    def cautions(self, outcome: Outcome) -> Mapping[str, bool]:
        """What a reader of an outcome should know, if it holds."""
        zero, one = self.scale
        seeds = len(self.seeds)
        return {
            "the expert is no better than a random start, so there is no scale to compare on": (
                outcome.unit == "s" and one <= zero
            ),
            "a run never got there, or the reference was still improving": (
                outcome.unit == "times" and math.isinf(outcome.high) and seeds > 1
            ),
            "one seed: the interval covers held-out tasks, not another training": seeds == 1,
        }

    @cached_property
    def scores(self) -> pd.DataFrame:
        """All rows of all runs, with the `run` they belong to; the same tasks in every file."""
        frames, tasks = [], None
        for run in self.all_runs:
            for seed in self.seeds:
                shared = run == "expert"  # one serves all seeds
                frame = self.read("scores", run, seed, SCORE_COLUMNS, shared)
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
            found = {seed: self.read("curves", run, seed, CURVE_COLUMNS) for seed in seeds}
            points = {seed: _validated(frame) for seed, frame in found.items()}
            longest = max(points.values(), key=len, default=())
            for seed, at in points.items():
                whole = DIVERGED not in set(found[seed].metric)
                wanted = longest if whole else longest[: len(at)]
                if not at or at != wanted or at[0] != 0 or list(at) != sorted(set(at)):
                    where = self.path("curves", run, seed)
                    raise self.advice(where, f"lacks iterations of {TRAINED}", run)
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
            raise self.advice(where, f"has no {metric} of {run} at step {step}", run) from None

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

    def _check_grid(self, frame: pd.DataFrame, tasks: tuple, path: Path, run: str) -> None:
        if "return" not in set(frame.metric):
            raise self.advice(path, "has no returns", run)
        for metric, rows in frame.groupby("metric"):
            steps = range(rows.adapt_step.max() + 1)
            whole = pd.MultiIndex.from_product([steps, tasks])
            found = pd.MultiIndex.from_arrays([rows.adapt_step, rows.task])
            if len(found) != len(whole) or not found.sort_values().equals(whole):
                raise self.advice(path, f"lacks or repeats tasks or steps of {metric}", run)


def _validated(frame: pd.DataFrame) -> tuple[int, ...]:
    return tuple(frame.iteration[frame.metric == TRAINED])
