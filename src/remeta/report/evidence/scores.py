"""Scores of runs on held-out tasks, and the expert scale they are put on."""

from collections.abc import Mapping
from functools import cached_property
from pathlib import Path

import numpy as np
import pandas as pd
from jaxtyping import Float
from numpy import ndarray

from remeta.papers.claim import Race
from remeta.records import SCORE_COLUMNS
from remeta.report.claims.outcome import Outcome
from remeta.report.evidence.files import Files
from remeta.report.statistics.redraws import LEVEL

SCALE = ("random", "expert")  # the runs that mark 0 and 1 of the expert scale
ON_SCALE = "s"  # the return on it, in the names of measures
LESS_IS_BETTER = {"delta", "closest", "no_op"}  # metrics
AREA = "area"  # in the place of a number of updates: the mean after each of them


class Scores(Files):
    """A measure is `metric_k`, after k updates, or `metric_area`, the mean over all of them: each a
    number of every seed and held-out task."""

    evidence, columns = "scores", SCORE_COLUMNS
    tail = (1 - LEVEL) / 2

    @property
    def all_runs(self) -> dict[str, str]:
        """Those compared, and the ends of the expert scale, which every panel scores itself."""
        return dict.fromkeys(SCALE, self.panel.name) | self.runs

    @property
    def tasks(self) -> int:
        return self.scores.task.nunique()

    def inputs(self) -> list[Path]:
        """All files there must be."""
        return [self.path(self.evidence, run, seed) for run in self.all_runs for seed in self.seeds]

    @cached_property
    def scores(self) -> pd.DataFrame:
        """All rows of all runs, with the `run` they belong to; the same tasks in every file."""
        frames, tasks = [], None
        for run in self.all_runs:
            for seed in self.seeds:
                frame = self.read(self.evidence, run, seed, self.columns)
                tasks = tasks or tuple(sorted(frame.task.unique()))
                self._check_grid(frame, tasks, self.path(self.evidence, run, seed), run)
                frames.append(frame)
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
            where = self.path(self.evidence, run, self.seeds[0]).parent
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

    def unit(self, measure: str) -> str:
        return measure.rpartition("_")[0]

    def also(self, measure: str) -> tuple[str, ...]:
        """The last step and the area, of what is measured after updates."""
        metric, _, step = measure.rpartition("_")
        if step == "0":
            return ()
        last = max(self.steps(next(iter(self.runs)), "return" if metric == ON_SCALE else metric))
        return tuple(name for name in (f"{metric}_{last}", f"{metric}_{AREA}") if name != measure)

    def values(self, measure: str, run: str) -> Float[ndarray, "seed task"]:
        metric, _, step = measure.rpartition("_")
        of = "return" if metric == ON_SCALE else metric
        steps = self.steps(run, of)[1:] if step == AREA else [int(step)]
        found = np.mean([self.matrix(run, k, of) for k in steps], axis=0)
        return self.on_scale(found) if metric == ON_SCALE else found

    def costs(self, race: Race, name: str) -> tuple[ndarray, ndarray]:
        raise TypeError(f"{race} cannot be run on {self.panel.id}, which has no curves")

    def cautions(self, outcome: Outcome) -> Mapping[str, bool]:
        zero, one = self.scale
        return {
            "the expert is no better than a random start, so there is no scale to compare on": (
                outcome.unit == ON_SCALE and one <= zero
            ),
            "one seed: the interval covers held-out tasks, not another training": (
                len(self.seeds) == 1
            ),
        }

    def _check_grid(self, frame: pd.DataFrame, tasks: tuple, path: Path, run: str) -> None:
        if "return" not in set(frame.metric):
            raise self.advice(path, "has no returns", run)
        for metric, rows in frame.groupby("metric"):
            steps = range(rows.adapt_step.max() + 1)
            whole = pd.MultiIndex.from_product([steps, tasks])
            found = pd.MultiIndex.from_arrays([rows.adapt_step, rows.task])
            if len(found) != len(whole) or not found.sort_values().equals(whole):
                raise self.advice(path, f"lacks or repeats tasks or steps of {metric}", run)
