"""The tests of claims on training, variance and trajectories: seeds are all there is to redraw."""

import math
from itertools import groupby

import numpy as np

from remeta.papers.training_claim import Amount, Balance, Race
from remeta.report.judge import Find, judge
from remeta.report.outcome import Outcome
from remeta.report.ratios import ends, over, point
from remeta.report.statistics import (
    MANY,
    few_interval,
    generator,
    share_interval,
    tail,
    with_all,
)


@judge.register
def _(test: Balance, find: Find, name: str) -> Outcome:
    """The sum of means over seeds, and its interval.

    Runs of one panel share seeds and are redrawn together; panels apart.
    """
    total, seeds = np.zeros(MANY + 1), math.inf
    for panel, amounts in groupby(sorted(test.amounts, key=_panel), key=_panel):
        results = find(panel)
        counts = with_all(len(results.seeds), generator(name, panel), MANY)
        seeds = min(seeds, len(results.seeds))
        for amount in amounts:
            total += amount.weight * results.measured(amount.measure, amount.run, counts)
    if [amount.measure for amount in test.amounts] == ["dropped"]:
        low, high = share_interval(float(total[0]), int(seeds))
    else:
        low, high = few_interval(total[1:], int(seeds))
    return Outcome(
        test=str(test),
        unit=test.unit,
        effect=float(total[0]),
        low=float(low),
        high=float(high),
        least=test.above,
        most=test.below,
        strict=True,
        decides=test.decides,
    )


@judge.register
def _(test: Race, find: Find, name: str) -> Outcome:
    """The ratio of steps at which the mean curves of redrawn seeds get there."""
    results = find("")
    seeds = len(results.seeds)
    counts = with_all(seeds, generator(name), MANY)
    low, high = results.race(test, test.run, counts)
    least, most = results.race(test, test.over, counts)
    low, high = over(low, most), over(high, least)
    effect, censored = point(low[0], high[0])
    lowest, highest = ends(low[1:], high[1:], tail(seeds)) if seeds > 1 else (0.0, math.inf)
    return Outcome(
        test=str(test),
        unit="times",
        effect=effect,
        low=lowest,
        high=highest,
        least=test.least,
        decides=test.decides,
        censored=censored,
    )


def _panel(amount: Amount) -> str:
    return amount.panel


__all__ = ["judge"]
