"""Training curves of a panel, and what is measured of them: the scale is the panel's own.

0 is the first iteration's return, before any update, mean over all runs; 1 the best run's final.
"""

import math
from collections.abc import Mapping
from functools import cached_property
from pathlib import Path
from typing import get_args

import numpy as np
import pandas as pd
from jaxtyping import Float
from numpy import ndarray

from remeta.papers.training_claim import Measure, OwnGain, Race
from remeta.records import CURVE_COLUMNS
from remeta.report import measures as m
from remeta.report.faults import AFTER, DIVERGED, of_curves
from remeta.report.files import Files, where
from remeta.report.outcome import Outcome

BEFORE = "return_before"
DROP = 0.25  # of its own gain: a seed that ends so far below its peak has dropped

Counts = Float[ndarray, "draw seed"]
Draws = Float[ndarray, " draw"]


class Training(Files):
    evidence = "curves"
    tasks = 0  # none is held out

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
            longest = max(len(where(frame, metric=AFTER)) for frame in found.values())
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
        return {run: mean(counts, m.final(self.matrix(run))) for run in self.runs}

    def scale(self, counts: Counts) -> tuple[Draws, Draws]:
        """Returns that count as 0 and as 1; NaN for 1 if nobody gained anything."""
        zero = np.mean([mean(counts, m.first(self.matrix(run))) for run in self.runs], axis=0)
        best = np.max(list(self.ends(counts).values()), axis=0)
        return zero, np.where(best > zero, best, np.nan)

    def measured(self, measure: Measure, run: str, counts: Counts) -> Draws:
        """Of the mean over redrawn seeds; a whole redraw has one scale."""
        if measure == "divergence_explore":
            return mean(counts, m.final(self.matrix(run, measure)))
        if measure == "dropped":
            return self.raw(measure, run, counts)
        zero, one = self.scale(counts)
        if measure in get_args(OwnGain):
            return self._own(measure, run, counts, one - zero)
        value = self.raw(measure, run, counts)
        shifted = value - zero if measure in ("first", "final", "peak", "auc") else value
        return shifted / (one - zero)

    def raw(self, measure: Measure, run: str, counts: Counts) -> Draws:
        """In returns; of short curves nobody knows whether they dropped."""
        curves = self.matrix(run)
        match measure:
            case "first":
                return mean(counts, m.first(curves))
            case "final":
                return mean(counts, m.final(curves))
            case "peak":
                return mean(counts, m.peak(curves))
            case "auc":
                return mean(counts, m.area(curves, self.steps(run), self.budget))
            case "gain":
                return mean(counts, m.final(curves) - m.first(curves))
            case "spread":
                return _spread(counts, curves)
            case "dropped":
                gone = np.where(self._falls(run) > DROP * m.rise(curves), 1.0, 0.0)
                known = m.clear(curves) & (curves.shape[1] >= m.LONG)
                lost = self.diverged(run) > 0
                return mean(counts, np.where(lost, 1.0, np.where(known, gone, np.nan)))
            case "lead" | "margin_below":
                ends = self.ends(counts)
                own, others = ends.pop(run), list(ends.values())
                below = measure == "margin_below"
                return np.min(others, 0) - own if below else own - np.max(others, 0)
        raise ValueError(f"{measure} is no measure of training")

    def _own(self, measure: Measure, run: str, counts: Counts, best: Draws) -> Draws:
        """As a share of the run's own gain, of which there must be some, and time to lose it."""
        curves = self.matrix(run)
        own, scatter = mean(counts, m.rise(curves)), mean(counts, m.scatter(curves))
        some = own > np.maximum(m.LEAST_GAIN * best, m.CLEAR * scatter)
        some &= curves.shape[1] >= m.LONG
        parts = {"jitter": m.shaking, "scatter": m.scatter}
        found = parts[measure](curves) if measure in parts else self._falls(run)
        part = mean(counts, found)
        return np.where(some, part / np.where(some, own, 1), np.nan)

    def _falls(self, run: str) -> Float[ndarray, " seed"]:
        """A seed that diverged has lost all it had."""
        curves = self.matrix(run)
        return np.where(self.diverged(run) > 0, m.rise(curves), m.fall(curves))

    def race(self, test: Race, run: str, counts: Counts) -> tuple[Draws, Draws]:
        """Steps of a run to the share of a test, as lowest and highest possible."""
        zero, one = self.scale(counts)
        top = self.ends(counts)[test.reference] if test.reference else one
        level = np.where(top > zero, zero + test.share * (top - zero), np.nan)
        smooth = counts @ m.smooth(self.matrix(run)) / counts.sum(1, keepdims=True)
        return m.crossing(smooth, self.steps(run).mean(0), level)

    def cautions(self, outcome: Outcome) -> Mapping[str, bool]:
        """What a reader of an outcome should know, if it holds."""
        lost = ", ".join(run for run in self.runs if self.diverged(run).any())
        unknown = len(self.seeds) > 1 and math.isinf(outcome.low) and math.isinf(outcome.high)
        shares = ("own gain", "of seeds")
        return {
            "no scale: here or on a panel beside it nothing was gained, or by too few seeds": (
                outcome.unit == "gain" and unknown
            ),
            "a run gained too little, or trained too briefly, to lose any of it": (
                outcome.unit in shares and unknown
            ),
            "a run never got there": outcome.unit == "times" and math.isinf(outcome.high),
            f"seeds that lost their numbers count as they were last: {lost}": bool(lost),
            "one seed: no interval": len(self.seeds) == 1,
        }


def mean(counts: Counts, values: Float[ndarray, " seed"]) -> Draws:
    """Over the seeds of each redraw."""
    return counts @ values / counts.sum(1)


def _spread(counts: Counts, curves: Float[ndarray, "seed iteration"]) -> Draws:
    """The standard deviation over seeds, mean over training."""
    centred, share = curves - curves.mean(0), counts / counts.sum(1, keepdims=True)
    variance = share @ centred**2 - (share @ centred) ** 2
    return np.sqrt(np.maximum(variance, 0)).mean(-1)
