"""The tests of claims, carried out on results."""

import math
from collections.abc import Callable
from functools import singledispatch
from itertools import groupby
from typing import Any

import numpy as np
from numpy import ndarray

from remeta.papers.claim import Contrast, Either, Reach, Term
from remeta.report.curves import Curve
from remeta.report.outcome import Outcome, either
from remeta.report.ratios import ends, over, point
from remeta.report.results import Results
from remeta.report.statistics import (
    DRAWS,
    flat,
    generator,
    improvement,
    interval,
    iqm,
    redrawn,
    with_all,
)

Find = Callable[[str], Any]  # the results of a panel by its name; "" is the claim's own


@singledispatch
def judge(test: object, find: Find, name: str) -> Outcome:
    """What the results say of one test; `name` seeds its redraws."""
    raise TypeError(f"{test!r} is no test of scores")


@judge.register
def _(test: Contrast, find: Find, name: str) -> Outcome:
    """The interquartile mean of the sum over (seed, task), and its interval.

    Terms of one panel share seeds and tasks and are redrawn together; panels apart.
    """
    effect, draws = 0.0, np.zeros(DRAWS)
    for panel, terms in groupby(sorted(test.terms, key=_panel), key=_panel):
        cells = sum(term.weight * _scores(term, find(panel)) for term in terms)
        rng = generator(name, str(test), panel)
        effect += float(iqm(flat(cells)))  # type: ignore[arg-type]
        draws += iqm(redrawn(cells, rng))  # type: ignore[arg-type]
    low, high = interval(draws)
    return Outcome(
        test=str(test),
        unit="s" if test.terms[0].metric == "return" else test.terms[0].metric,
        effect=effect,
        low=float(low),
        high=float(high),
        least=test.above,
        strict=True,
        decides=test.decides,
        improvement=_improvement(test, find, name),
    )


@judge.register
def _(test: Either, find: Find, name: str) -> Outcome:
    return either([judge(contrast, find, name) for contrast in test.contrasts])


@judge.register
def _(test: Reach, find: Find, name: str) -> Outcome:
    """Seeds of each run are redrawn, and with those of the reference what counts as good.

    A single seed says nothing about another: then the interval is everything.
    """
    low, high = _costs(test, find(""), generator(name, test.reference))
    effect, censored = point(low[0], high[0])
    lowest, highest = ends(low[1:], high[1:]) if len(find("").seeds) > 1 else (0.0, math.inf)
    return Outcome(
        test=str(test),
        unit="times" if test.over else test.count,
        effect=effect,
        low=lowest,
        high=highest,
        least=test.least,
        most=test.most,
        decides=test.decides,
        censored=censored,
    )


def _panel(term: Term) -> str:
    return term.panel


def _scores(term: Term, results: Results) -> ndarray:
    values = results.matrix(term.run, term.step, term.metric)
    return results.on_scale(values) if term.metric == "return" else values


def _improvement(test: Contrast, find: Find, name: str) -> tuple[float, float, float] | None:
    """P(better), where a test compares two runs and nothing else."""
    if [term.weight for term in test.terms] != [1, -1] or test.terms[0].run == test.terms[1].run:
        return None
    ours, theirs = (_scores(term, find(term.panel)) for term in test.terms)
    return improvement(ours, theirs, generator(name, str(test), "improvement"))


def _costs(test: Reach, results: Results, rng: np.random.Generator) -> tuple[ndarray, ndarray]:
    """Lowest and highest possible cost or ratio of costs; first for the seeds as they are, then for
    each redraw.

    A reference that was still improving would call more good if it were trained longer, and the
    slower run would pay for it: then a ratio has no upper end, and nothing contradicts it.
    """
    runs = sorted({test.reference, test.run, test.over} - {""})
    curves = {run: Curve.of(results, run) for run in runs}
    counts = {run: with_all(len(results.seeds), rng) for run in runs}
    good = curves[test.reference].good(counts[test.reference], test.share)
    low, high = curves[test.run].crossing(test.count, counts[test.run], good)
    if not test.over:
        return low, high
    least, most = curves[test.over].crossing(test.count, counts[test.over], good)
    settled = curves[test.reference].settled(counts[test.reference], good)
    return over(low, most), np.where(settled, over(high, least), np.inf)
