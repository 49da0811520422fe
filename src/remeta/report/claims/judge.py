"""Tests of claims, weighed by what the panels they name have measured."""

import math
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from functools import reduce
from itertools import groupby
from operator import add
from typing import Protocol

from numpy import ndarray

from remeta.papers.claim import Contrast, Race, Term
from remeta.papers.panel import Panel
from remeta.report.claims.outcome import Outcome
from remeta.report.statistics.paired import doubt, gaps, spread, t_interval
from remeta.report.statistics.ratios import ends, point, share_within
from remeta.report.statistics.redraws import (
    chance,
    generator,
    improvement,
    share_doubt,
    share_interval,
    tail,
)

SHARE = "of seeds"  # the unit of a measure that is 0 or 1 in every seed


class Evidence(Protocol):
    """What a judge asks of the results of a panel, of whatever kind."""

    @property
    def panel(self) -> Panel: ...
    @property
    def seeds(self) -> tuple[int, ...]: ...
    @property
    def tasks(self) -> int:
        """Held out, the same for all runs; 0 if none is."""
        ...

    def unit(self, measure: str) -> str: ...

    def also(self, measure: str) -> tuple[str, ...]:
        """Other measures of the same thing."""
        ...

    def values(self, measure: str, run: str) -> ndarray:
        """[seed, task], or [seed] where no tasks are held out."""
        ...

    def costs(self, race: Race, name: str) -> tuple[ndarray, ndarray]:
        """Lowest and highest possible; first for the seeds as they are, then for each redraw."""
        ...

    def cautions(self, outcome: Outcome) -> Mapping[str, bool]:
        """What a reader of an outcome should know, if it holds."""
        ...


Find = Callable[[str], Evidence]  # the results of a panel by its name; "" is the claim's own


def by_seeds(test: Contrast, find: Find, name: str) -> Outcome:
    """The mean over seeds of what each says by itself, and Student's interval.

    Terms of one panel are paired by seed and task; panels are independent of one another.
    """
    groups = [
        gaps(reduce(add, [t.weight * find(panel).values(t.measure, t.run) for t in terms]))
        for panel, terms in _by_panel(test)
    ]
    effect, bounds = sum(float(group.mean()) for group in groups), (test.above, test.below)
    (low, high), against = t_interval(*groups), doubt(*groups, least=bounds[0], most=bounds[1])
    if _is_share(test, find(test.terms[0].panel)):
        seeds = len(groups[0])
        low, high = map(float, share_interval(effect, seeds))
        against = share_doubt(effect, seeds, *bounds)
    found = _outcome(test, find, name, effect, low, high)
    return replace(found, doubt=against, spread=spread(*groups))


def _outcome(
    test: Contrast, find: Find, name: str, effect: float, low: float, high: float
) -> Outcome:
    first = test.terms[0]
    return Outcome(
        test=str(test),
        unit=find(first.panel).unit(first.measure),
        effect=effect,
        low=low,
        high=high,
        least=test.above,
        most=test.below,
        strict=True,
        decides=test.decides,
        improvement=_improvement(test, find, name),
    )


def race(test: Race, results: Evidence, name: str) -> Outcome:
    """Costs of the mean curves of redrawn seeds, some of which are left out at each end.

    A single seed says nothing about another: then the interval is everything.
    """
    low, high = results.costs(test, name)
    effect, censored = point(low[0], high[0])
    seeds = len(results.seeds)
    lowest, highest = ends(low[1:], high[1:], tail(seeds)) if seeds > 1 else (0.0, math.inf)
    share = share_within(low[1:], high[1:], test.least, test.most)
    return Outcome(
        test=str(test),
        unit="times" if test.over else test.count,
        effect=effect,
        low=lowest,
        high=highest,
        least=test.least,
        most=test.most,
        strict=test.strict,
        decides=test.decides,
        censored=censored,
        doubt=chance(share, seeds),
    )


def _by_panel(test: Contrast) -> Iterator[tuple[str, list[Term]]]:
    for panel, terms in groupby(sorted(test.terms, key=_panel), key=_panel):
        yield panel, [*terms]


def _panel(term: Term) -> str:
    return term.panel


def _is_share(test: Contrast, results: Evidence) -> bool:
    """Of seeds in which something happened, and of nothing else."""
    return len(test.terms) == 1 and results.unit(test.terms[0].measure) == SHARE


def _improvement(test: Contrast, find: Find, name: str) -> tuple[float, float, float] | None:
    """P(better), where a test compares two runs on held-out tasks and nothing else."""
    if [term.weight for term in test.terms] != [1, -1] or test.terms[0].run == test.terms[1].run:
        return None
    ours, theirs = (find(term.panel).values(term.measure, term.run) for term in test.terms)
    if ours.ndim == 1:
        return None
    return improvement(ours, theirs, generator(name, str(test), "improvement"))
