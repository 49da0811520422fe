"""Verdicts: what an interval says about a bound, and what several of them say together."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from remeta.report.statistics.multiple import holm
from remeta.report.statistics.paired import TAIL
from remeta.report.text import ranged

SUPPORTED, CONTRADICTED, INCONCLUSIVE = "supported", "contradicted", "inconclusive"
UNIT_TEST, NOT_RUN = "unit test", "not run"
VERDICTS = (SUPPORTED, CONTRADICTED, INCONCLUSIVE, UNIT_TEST, NOT_RUN)


@dataclass(frozen=True)
class Outcome:
    """One test of a claim: an effect, its interval, and where the paper says it lies."""

    test: str
    unit: str
    effect: float
    low: float
    high: float
    least: float = -math.inf
    most: float = math.inf
    strict: bool = False  # on the bound itself is not enough
    decides: bool = True
    censored: str = ""  # `at least` or `at most`, where a run did not get there in its budget
    improvement: tuple[float, float, float] | None = None
    doubt: float = math.nan  # one-sided p-value of the claim, of tests that have one
    spread: float = math.nan  # standard deviation of the effect between seeds, likewise

    @property
    def verdict(self) -> str:
        """Supported or contradicted only by an interval wholly on one side."""
        if self.strict and self.low > self.least and (self.high < self.most or not self.bounded):
            return SUPPORTED
        if not self.strict and self.low >= self.least and self.high <= self.most:
            return SUPPORTED
        outside = self.high < self.least or self.low > self.most
        return CONTRADICTED if outside else INCONCLUSIVE

    @property
    def bounded(self) -> bool:
        """Whether it may be too much."""
        return self.most < math.inf

    @property
    def distance(self) -> float:
        """From the effect to the nearer bound."""
        return min(self.effect - self.least, self.most - self.effect)

    @property
    def slack(self) -> float:
        """How far the interval is on the claimed side; costs and ratios by their logarithm."""
        if self.strict:
            return min(self.low - self.least, self.most - self.high if self.bounded else math.inf)
        above = _log(self.low) - _log(self.least) if self.least > 0 else math.inf
        below = _log(self.most) - _log(self.high) if self.bounded else math.inf
        return min(above, below)

    def __str__(self) -> str:
        bounds = ranged(self.effect, self.low, self.high)
        shown = "" if self.decides else ", shown only"
        amount = f"{self.censored} {bounds}".strip()
        chance = ""
        if self.improvement:
            chance = f", P(better) {ranged(*self.improvement)}"
        return f"{self.test}: {amount} ({self.verdict}{shown}{chance})"


def either(outcomes: Sequence[Outcome]) -> Outcome:
    """The more favourable one."""
    order = {SUPPORTED: 2, INCONCLUSIVE: 1, CONTRADICTED: 0}
    return max(outcomes, key=lambda outcome: (order[outcome.verdict], outcome.slack))


def decisive(outcomes: Sequence[Outcome]) -> Outcome:
    """The one a claim stands or falls with: contradicted before inconclusive before supported,
    and among equals the one with the least slack. Its verdict is the claim's."""
    order = {CONTRADICTED: 0, INCONCLUSIVE: 1, SUPPORTED: 2}
    judged = [outcome for outcome in outcomes if outcome.decides]
    return min(judged, key=lambda outcome: (order[outcome.verdict], outcome.slack))


def firm(outcomes: Sequence[Outcome]) -> bool:
    """Whether none of the deciding tests contradicts, or one still does after Holm's step-down."""
    judged = [outcome for outcome in outcomes if outcome.decides]
    alarm = any(outcome.verdict == CONTRADICTED for outcome in judged)
    return not alarm or bool(holm(np.array([one.doubt for one in judged])).min() < TAIL)


def _log(value: float) -> float:
    return math.log(value) if value > 0 else -math.inf
