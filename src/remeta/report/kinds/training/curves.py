"""Training curves of a panel, and its scale.

0 is the first iteration's return, before any update, mean over all runs; 1 the best run's final.
"""

from functools import cached_property
from pathlib import Path

import numpy as np
import pandas as pd
from jaxtyping import Float
from numpy import ndarray

from remeta.records import CURVE_COLUMNS
from remeta.report.evidence.by_seed import BySeed, Counts, Draws
from remeta.report.evidence.faults import AFTER, DIVERGED, of_curves
from remeta.report.kinds.training import shapes
from remeta.report.rows import where
from remeta.report.statistics.redraws import mean

BEFORE = "return_before"


class Curves(BySeed):
    def inputs(self) -> list[Path]:
        return [self.path("curves", run, seed) for run in self.runs for seed in self.seeds]

    @cached_property
    def curves(self) -> pd.DataFrame:
        """All rows of all runs, every metric at every iteration.

        Only a seed that diverged ends before the others.
        """
        frames = []
        for run in self.runs:
            found = {seed: self.read("curves", run, seed, CURVE_COLUMNS) for seed in self.seeds}
            ends = [where(frame, metric=AFTER).iteration.to_numpy() for frame in found.values()]
            longest = max(int(at.max(initial=0)) for at in ends)
            for seed, frame in found.items():
                fault = of_curves(frame, longest)
                if fault:
                    raise self.advice(self.path("curves", run, seed), fault, run)
            frames += found.values()
        return pd.concat(frames, ignore_index=True)

    @cached_property
    def _tables(self) -> dict[tuple[str, str], ndarray]:
        """By run and metric, [seed, iteration], steps NaN where a seed did not live."""
        tables = {}
        for run in self.runs:
            for metric, rows in where(self.curves, run=run).groupby("metric"):
                value = rows.pivot(index="seed", columns="iteration", values="value")
                tables[run, str(metric)] = value.ffill(axis=1).to_numpy()
            rows = where(self.curves, run=run, metric=AFTER)
            steps = rows.pivot(index="seed", columns="iteration", values="train_env_steps")
            tables[run, "steps"] = steps.to_numpy(float)
        return tables

    def has(self, run: str, metric: str) -> bool:
        return (run, metric) in self._tables

    def matrix(self, run: str, metric: str = AFTER) -> Float[ndarray, "seed iteration"]:
        """A seed that diverged is shown as it was last where it did not live to see."""
        if not self.has(run, metric):
            folder = self.path("curves", run, self.seeds[0]).parent
            raise self.advice(folder, f"has no {metric} of {run}", run)
        return self._tables[run, metric]

    def steps(self, run: str) -> Float[ndarray, "seed iteration"]:
        """Environment steps spent, before and after adaptation; a seed that diverged runs on."""
        steps = self._tables[run, "steps"]
        lived = np.isfinite(steps).sum(1, keepdims=True)
        last = np.take_along_axis(steps, lived - 1, 1)
        beyond = last * np.arange(1, steps.shape[1] + 1) / lived
        return np.where(np.isnan(steps), beyond, steps)

    def diverged(self, run: str) -> Float[ndarray, " seed"]:
        """1 for the seeds that lost their numbers."""
        lost = set(where(self.curves, run=run, metric=DIVERGED).seed)
        return np.array([float(seed in lost) for seed in self.seeds])

    @cached_property
    def budget(self) -> float:
        """Environment steps that every run has spent."""
        return min(float(self.steps(run)[:, -1].min()) for run in self.runs)

    def ends(self, counts: Counts) -> dict[str, Draws]:
        return {run: mean(counts, shapes.final(self.matrix(run))) for run in self.runs}

    def scale(self, counts: Counts) -> tuple[Draws, Draws]:
        """Returns that count as 0 and as 1; NaN for 1 if nobody gained anything."""
        zero = np.mean([mean(counts, shapes.first(self.matrix(run))) for run in self.runs], axis=0)
        best = np.max(list(self.ends(counts).values()), axis=0)
        return zero, np.where(best > zero, best, np.nan)
