"""Panels that hold no tasks out: what is measured of a run is a number of every seed."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import ClassVar

from jaxtyping import Float
from numpy import ndarray

from remeta.papers.claim import Race
from remeta.report.claims.outcome import Outcome
from remeta.report.evidence.files import Files
from remeta.report.statistics.redraws import mean, tail

Counts = Float[ndarray, "draw seed"]  # how often each seed is in each redraw
Draws = Float[ndarray, " draw"]


@dataclass(frozen=True)
class Measure:
    """Numbers of a run: `of(results, run)`, one for every seed."""

    unit: str
    of: Callable[..., ndarray]
    column: str = ""  # what tables call it, where it is not its name
    head: str = ""  # of its column in readers' tables, if it has one
    also: tuple[str, ...] = ()  # other measures of the same thing


class BySeed(Files):
    """Seeds are all there is to redraw, and few of them."""

    tasks = 0
    measures: ClassVar[Mapping[str, Measure]] = {}

    @property
    def tail(self) -> float:
        return tail(len(self.seeds))

    def unit(self, measure: str) -> str:
        return self.measures[measure].unit

    def also(self, measure: str) -> tuple[str, ...]:
        return tuple(other for other in self.measures[measure].also if other != measure)

    def values(self, measure: str, run: str) -> Float[ndarray, " seed"]:
        return self.measures[measure].of(self, run)

    def measured(self, measure: str, run: str, counts: Counts) -> Draws:
        """Of the mean over redrawn seeds."""
        return mean(counts, self.values(measure, run))

    def costs(self, race: Race, name: str) -> tuple[Draws, Draws]:
        raise TypeError(f"{race} cannot be run on {self.panel.id}, which has no curves")

    def cautions(self, outcome: Outcome) -> Mapping[str, bool]:
        return {"one seed: no interval": len(self.seeds) == 1}
