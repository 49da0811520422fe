"""Scores of a panel of adaptation, and the validation curves of its training."""

import math
import re
from collections.abc import Mapping
from functools import cached_property
from pathlib import Path

import numpy as np
import pandas as pd
from jaxtyping import Float
from numpy import ndarray

from remeta.papers.claim import GOOD, Race
from remeta.records import CURVE_COLUMNS
from remeta.report.claims.outcome import Outcome
from remeta.report.evidence.faults import DIVERGED
from remeta.report.evidence.scores import ON_SCALE, Scores
from remeta.report.kinds.adaptation.curve import TRAINED, Curve
from remeta.report.rows import where
from remeta.report.statistics.ratios import over
from remeta.report.statistics.redraws import generator, with_all

WOBBLE = "wobble"  # of the validation return at the end of training
UNTRAINED = ("random", "expert")  # runs without a training curve


class Results(Scores):
    def inputs(self) -> list[Path]:
        return [*super().inputs(), *self.curve_paths()]

    def curve_paths(self) -> list[Path]:
        trained = [run for run in self.runs if run not in UNTRAINED]
        return [self.path("curves", run, seed) for run in trained for seed in self.seeds]

    def cautions(self, outcome: Outcome) -> Mapping[str, bool]:
        never = outcome.unit == "times" and math.isinf(outcome.high) and len(self.seeds) > 1
        told = "a run never got there, or the reference was still improving"
        improving = [run for run in self._compared(outcome) if self._was_improving(run)]
        short = f"training ended while still improving: {', '.join(improving)}"
        return {**super().cautions(outcome), told: never, short: bool(improving)}

    def _compared(self, outcome: Outcome) -> list[str]:
        """On the scale; a race tells by itself who was too short."""
        named = re.findall(r"\(([^),]+)\)", outcome.test) if outcome.unit == ON_SCALE else []
        return [run for run in dict.fromkeys(named) if run in self.runs and run not in UNTRAINED]

    def _was_improving(self, run: str) -> bool:
        curve, all_seeds = self.curve(run), np.ones((1, len(self.seeds)))
        return not curve.settled(all_seeds, curve.good(all_seeds, GOOD)).all()

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
            sound = {seed: at for seed, at in points.items() if at[:1] == (0,) and _grows(at)}
            longest = max(sound.values(), key=len, default=())
            for seed, at in points.items():
                whole = DIVERGED not in set(found[seed].metric)
                if seed not in sound or at != (longest if whole else longest[: len(at)]):
                    path = self.path("curves", run, seed)
                    raise self.advice(path, f"lacks or repeats iterations of {TRAINED}", run)
            frames += found.values()
        return pd.concat(frames, ignore_index=True)

    def curve(self, run: str) -> Curve:
        return Curve.of(where(self.curves, run=run, metric=TRAINED))

    def unit(self, measure: str) -> str:
        return "return" if measure == WOBBLE else super().unit(measure)

    def also(self, measure: str) -> tuple[str, ...]:
        return () if measure == WOBBLE else super().also(measure)

    def values(self, measure: str, run: str) -> Float[ndarray, "*number"]:
        """Of every seed and held-out task; of a curve, of every seed."""
        if measure == WOBBLE:
            return self.curve(run).wobble
        return super().values(measure, run)

    def costs(self, race: Race, name: str) -> tuple[ndarray, ndarray]:
        """Seeds of each run are redrawn, and with those of the reference what counts as good.

        A reference that was still improving would call more good if it were trained longer, and
        the slower run would pay for it: then a ratio has no upper end, and nothing contradicts it.
        """
        rng, runs = generator(name, race.reference), {race.reference, race.run, race.over} - {""}
        curves = {run: self.curve(run) for run in sorted(runs)}
        counts = {run: with_all(len(self.seeds), rng) for run in curves}
        good = curves[race.reference].good(counts[race.reference], race.share)
        low, high = curves[race.run].crossing(race.count, counts[race.run], good)
        if not race.over:
            return low, high
        least, most = curves[race.over].crossing(race.count, counts[race.over], good)
        settled = curves[race.reference].settled(counts[race.reference], good)
        return over(low, most), np.where(settled, over(high, least), np.inf)


def _grows(at: tuple[int, ...]) -> bool:
    return list(at) == sorted({*at})


def _validated(frame: pd.DataFrame) -> tuple[int, ...]:
    return tuple(frame.iteration[frame.metric == TRAINED])
