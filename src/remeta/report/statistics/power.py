"""What a number of seeds can decide, by the spread that was seen between them (noncentral t)."""

import math

from scipy.special import nctdtr, nctdtrinc, stdtrit

from remeta.report.statistics.redraws import LEVEL

POWER = 0.8  # how often an effect should be found that is there
MOST = 1000  # seeds that anyone would think of


def power(effect: float, spread: float, seeds: int, level: float = LEVEL) -> float:
    """How often a true effect is decided on its side; `spread` is the deviation between seeds."""
    if seeds < 2:
        return 0.0
    if spread == 0:
        return float(effect != 0)
    quantile = stdtrit(seeds - 1, (1 + level) / 2)
    return float(1 - nctdtr(seeds - 1, abs(effect) / spread * math.sqrt(seeds), quantile))


def smallest(spread: float, seeds: int, level: float = LEVEL) -> float:
    """The smallest effect that so many seeds decide in `POWER` of all cases."""
    if seeds < 2:
        return math.inf
    quantile = stdtrit(seeds - 1, (1 + level) / 2)
    shift = nctdtrinc(seeds - 1, 1 - POWER, quantile)
    return float(shift) * spread / math.sqrt(seeds)


def needed(effect: float, spread: float, level: float = LEVEL) -> float:
    """The number of seeds that decide an effect in `POWER` of all cases; infinite beyond `MOST`."""
    enough = (n for n in range(2, MOST + 1) if power(effect, spread, n, level) >= POWER)
    return next(enough, math.inf)
