"""Training curves put to the test: their measures, races between them, and what to beware of."""

import math
from collections.abc import Mapping

import numpy as np
from jaxtyping import Float
from numpy import ndarray

from remeta.papers.claim import Race
from remeta.report.claims.judge import SHARE
from remeta.report.claims.outcome import Outcome
from remeta.report.evidence.by_seed import Counts, Draws
from remeta.report.kinds.training import shapes
from remeta.report.kinds.training.curves import Curves
from remeta.report.kinds.training.measures import MEASURES
from remeta.report.statistics.ratios import over
from remeta.report.statistics.redraws import MANY, contributions, generator, with_all


class Training(Curves):
    measures = MEASURES

    def measured(self, measure: str, run: str, counts: Counts) -> Draws:
        """A whole redraw has one scale."""
        return self.measures[measure].of(self, run, counts, self.scale(counts))

    def values(self, measure: str, run: str) -> Float[ndarray, " seed"]:
        """What each seed says by itself, on the scale of all of them."""
        seeds = len(self.seeds)
        scale = self.scale(np.ones((1, seeds)))
        of = self.measures[measure].of
        return contributions(lambda counts: of(self, run, counts, scale), seeds)

    def costs(self, race: Race, name: str) -> tuple[Draws, Draws]:
        """The ratio of steps at which the mean curves of redrawn seeds get there."""
        counts = with_all(len(self.seeds), generator(name), MANY)
        low, high = self.crossing(race, race.run, counts)
        if not race.over:
            return low, high
        least, most = self.crossing(race, race.over, counts)
        return over(low, most), over(high, least)

    def crossing(self, race: Race, run: str, counts: Counts) -> tuple[Draws, Draws]:
        """Steps of a run to the share of a race, as lowest and highest possible."""
        zero, one = self.scale(counts)
        top = self.ends(counts)[race.reference] if race.reference else one
        level = np.where(top > zero, zero + race.share * (top - zero), np.nan)
        smooth = counts @ shapes.smooth(self.matrix(run)) / counts.sum(1, keepdims=True)
        return shapes.crossing(smooth, self.steps(run).mean(0), level)

    def cautions(self, outcome: Outcome) -> Mapping[str, bool]:
        lost = ", ".join(run for run in self.runs if self.diverged(run).any())
        unknown = len(self.seeds) > 1 and math.isinf(outcome.low) and math.isinf(outcome.high)
        shares = ("own gain", SHARE)
        return {
            "no scale: here or on a panel beside it nothing was gained, or by too few seeds": (
                outcome.unit == "gain" and unknown
            ),
            "a run gained too little, or trained too briefly, to lose any of it": (
                outcome.unit in shares and unknown
            ),
            "a run never got there": outcome.unit == "times" and math.isinf(outcome.high),
            f"seeds that lost their numbers count as they were last: {lost}": bool(lost),
            **super().cautions(outcome),
        }
