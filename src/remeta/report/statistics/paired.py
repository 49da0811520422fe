"""Intervals of a mean over few seeds, from what every seed says by itself.

A gap is a contrast of runs within one seed, held-out tasks averaged: runs of a seed share its
tasks and its untrained policy, so most of what seeds differ by cancels. The interval covers
another training. It takes tasks as they are: those of a seed rise and fall together, and are no
independent witnesses.

Student's interval keeps its level with 3 to 10 seeds if gaps are normal, and errs on the safe side
where both runs fail alike, however skewed either is; it is the one that decides. Where only one of
them fails now and then, it is wrong on that side up to 12 times in 100 instead of 2.5 (exponential
gaps), and blind if no seed has failed yet.
"""

import math

from jaxtyping import Float
from numpy import ndarray
from scipy.special import stdtr, stdtrit

from remeta.report.statistics.redraws import LEVEL

TAIL = (1 - LEVEL) / 2
Gaps = Float[ndarray, " seed"]


def gaps(cells: Float[ndarray, "seed *task"]) -> Gaps:
    """A number for each seed: the mean over its tasks, if it has any."""
    return cells.reshape(len(cells), -1).mean(1)


def t_interval(*groups: Gaps, level: float = LEVEL) -> tuple[float, float]:
    """Of the sum of the means of independent groups of seeds (Welch's; Student's of one group).

    A single seed says nothing about another, and what is no number may be any.
    """
    effect, error, freedom = _moments(groups)
    if not math.isfinite(error):
        return -math.inf, math.inf
    half = float(stdtrit(freedom, (1 + level) / 2)) * error if error else 0.0
    return effect - half, effect + half


def doubt(*groups: Gaps, least: float = -math.inf, most: float = math.inf) -> float:
    """How often a sum of means as far outside of two bounds comes about if it lies on or within
    them: the one-sided p-value against a claim, 1 if nothing speaks against it."""
    effect, error, freedom = _moments(groups)
    if not math.isfinite(error):
        return 1.0
    inside = min(effect - least, most - effect)
    if error:
        return float(stdtr(freedom, inside / error))
    return float(inside >= 0)


def spread(*groups: Gaps) -> float:
    """The standard deviation between seeds: of one group, or of as many seeds in all of them."""
    _, error, _ = _moments(groups)
    return error * math.sqrt(min(map(len, groups)))


def _moments(groups: tuple[Gaps, ...]) -> tuple[float, float, float]:
    """Effect, standard error (infinite where it is not known) and degrees of freedom."""
    effect = sum(float(group.mean()) for group in groups)
    if not math.isfinite(effect) or min(map(len, groups)) < 2:
        return effect, math.inf, 0.0
    parts = [float(group.var(ddof=1)) / len(group) for group in groups]
    total = sum(parts)
    share = sum(part**2 / (len(group) - 1) for part, group in zip(parts, groups, strict=True))
    return effect, math.sqrt(total), total**2 / share if share else 0.0
