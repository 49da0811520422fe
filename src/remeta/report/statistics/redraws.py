"""Robust means, and intervals by redrawing what was drawn.

Scores are [seed, task]. Every seed is judged on the same held-out tasks, and a seed's training
marks all of its tasks, so seeds and tasks are redrawn as whole rows and columns (Owen's pigeonhole
bootstrap). An interval over both covers another training on other tasks of the same kind; it does
not cover the choice of hyper-parameters, nor the constants of the expert scale, which are held.

Measures of training have no tasks, only seeds, and few of them: there the percentiles are moved
outwards until they would be those of Student's t (Hesterberg 2015), which keeps the rate of false
alarms near its name with 5 seeds. With one seed there is no interval, and nothing is decided.

The limit: a bootstrap knows no seeds but those it was given. With 2 or 3 of them its intervals over
seeds are too narrow (their variance is short by a factor of about (n - 1) / n); with one, the
interval covers tasks only. Verdicts therefore name the number of seeds.
"""

import zlib
from collections.abc import Callable

import numpy as np
from jaxtyping import Float
from numpy import ndarray
from scipy.special import betainc, betaincinv, ndtr, ndtri, stdtr, stdtrit

DRAWS = 2000
LEVEL = 0.95
MANY = 10_000  # redraws where the ends of their distribution are asked for
LITTLE = 1e-4  # of a seed


def generator(*names: str) -> np.random.Generator:
    """The same stream for the same names, on every machine and in any order of calls."""
    return np.random.default_rng(zlib.crc32("/".join(names).encode()))


def iqm(values: Float[ndarray, "*batch value"]) -> Float[ndarray, " *batch"]:
    """Interquartile mean: the mean of the middle half, deaf to a few lucky or failed tasks."""
    count = values.shape[-1]
    cut = count // 4
    return np.sort(values, axis=-1)[..., cut : count - cut].mean(-1)


def flat(scores: Float[ndarray, "*batch seed task"]) -> Float[ndarray, "*batch value"]:
    return scores.reshape(*scores.shape[:-2], -1)


def redrawn(
    scores: Float[ndarray, "seed task"], rng: np.random.Generator, draws: int = DRAWS
) -> Float[ndarray, "draw value"]:
    """Seeds and tasks, drawn anew with replacement and independently of each other."""
    seeds, tasks = scores.shape
    rows = rng.integers(seeds, size=(draws, seeds, 1))
    columns = rng.integers(tasks, size=(draws, 1, tasks))
    return flat(scores[rows, columns])


def interval(draws: Float[ndarray, " draw *rest"], level: float = LEVEL) -> ndarray:
    """The percentile interval [low and high, *rest]."""
    return np.quantile(draws, [(1 - level) / 2, (1 + level) / 2], axis=0)


def seed_counts(seeds: int, rng: np.random.Generator, draws: int = DRAWS) -> ndarray:
    """How often each seed is in each draw [draw, seed]."""
    return rng.multinomial(seeds, np.full(seeds, 1 / seeds), size=draws)


def seed_interval(values: Float[ndarray, " seed *rest"], rng: np.random.Generator) -> ndarray:
    """The interval of the mean over seeds; of no width if there is only one."""
    share = seed_counts(len(values), rng) / len(values)
    return interval(np.tensordot(share, values, axes=1))


def with_all(seeds: int, rng: np.random.Generator, draws: int = DRAWS) -> ndarray:
    """Redraws of the seeds, and before them every seed once: the point the effect is read at."""
    return np.concatenate([np.ones((1, seeds)), seed_counts(seeds, rng, draws)])


def mean(counts: ndarray, values: Float[ndarray, " seed"]) -> Float[ndarray, " draw"]:
    """Over the seeds of each redraw."""
    return counts @ values / counts.sum(1)


def contributions(
    measured: Callable[[ndarray], Float[ndarray, " draw"]], seeds: int
) -> Float[ndarray, " seed"]:
    """What each seed says by itself of something measured of all of them together.

    How far the whole moves if a seed counts a little more (the infinitesimal jackknife, Efron
    1982). For a mean, these are the seeds' own values; their mean is the whole in any case.
    """
    whole = measured(np.ones((1, seeds)))[0]
    moved = measured(1 + LITTLE * np.eye(seeds))
    return whole + (moved - whole) * (seeds + LITTLE) / LITTLE


def tail(seeds: int, level: float = LEVEL) -> float:
    """The share of redraws to leave out at each end, so few seeds being redrawn."""
    if seeds < 2:
        return 0.0
    quantile = stdtrit(seeds - 1, (1 + level) / 2)
    return float(ndtr(-quantile * (seeds / (seeds - 1)) ** 0.5))


def chance(share: float, seeds: int) -> float:
    """The one-sided p-value that a share of redraws stands for: `tail` the other way round."""
    return (
        float(stdtr(seeds - 1, ndtri(share) / (seeds / (seeds - 1)) ** 0.5)) if seeds > 1 else 1.0
    )


def few_interval(draws: Float[ndarray, " draw *rest"], seeds: int) -> ndarray:
    """The interval over few seeds; over a single one it is everything.

    A redraw without a value may have had any.
    """
    if seeds < 2:
        return np.stack([np.full(draws.shape[1:], -np.inf), np.full(draws.shape[1:], np.inf)])
    part, unknown = tail(seeds), np.isnan(draws)
    low = np.quantile(np.where(unknown, -np.inf, draws), part, axis=0, method="lower")
    high = np.quantile(np.where(unknown, np.inf, draws), 1 - part, axis=0, method="higher")
    return np.stack([low, high])


def share_interval(share: float, seeds: int, level: float = LEVEL) -> ndarray:
    """Jeffreys' interval of a share of seeds: redraws of none or of all would know no doubt.

    Brown, Cai and DasGupta (2001): up to the end where the share is one.
    """
    if seeds < 2 or np.isnan(share):
        return np.array([-np.inf, np.inf])
    hits, part = share * seeds, (1 - level) / 2
    ends = betaincinv(hits + 0.5, seeds - hits + 0.5, [part, 1 - part])
    return np.where([share == 0, share == 1], [0.0, 1.0], ends)


def share_doubt(share: float, seeds: int, least: float, most: float) -> float:
    """How likely a share of seeds lies on or within two bounds, on the side of them that is nearer:
    of the same posterior as Jeffreys' interval."""
    if seeds < 2 or np.isnan(share):
        return 1.0
    hits = share * seeds
    above = 1 - betainc(hits + 0.5, seeds - hits + 0.5, np.clip(least, 0, 1))
    below = betainc(hits + 0.5, seeds - hits + 0.5, np.clip(most, 0, 1))
    return float(min(above, below))


def improvement(
    better: Float[ndarray, "seed task"],
    other: Float[ndarray, "seed task"],
    rng: np.random.Generator,
) -> tuple[float, float, float]:
    """P(X > Y) that a run of one beats a run of the other on the same task, with its interval.

    All pairs of seeds are compared; a tie counts half.
    """
    (seeds, tasks), rivals = better.shape, len(other)
    gap = better[:, None] - other[None]
    wins = np.sign(gap) / 2 + 0.5
    ours, theirs = seed_counts(seeds, rng) / seeds, seed_counts(rivals, rng) / rivals
    chosen = seed_counts(tasks, rng) / tasks
    by_task = np.einsum("di,dj,ijt->dt", ours, theirs, wins, optimize=True)
    low, high = interval((by_task * chosen).sum(-1))
    return float(wins.mean()), float(low), float(high)
