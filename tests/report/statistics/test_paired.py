"""Intervals over few seeds equal their definitions, and are as often wrong as they say."""

import numpy as np
import pytest
from scipy import stats

from remeta.report.statistics.paired import TAIL, doubt, gaps, spread, t_interval

WORLDS = 3000
SLIP = 3 * (TAIL / WORLDS) ** 0.5  # three standard errors of a count of rare events


def test_of_one_group_it_is_students_and_of_two_welchs(rng):
    one, two = rng.normal(1, 2, size=7), rng.normal(-1, 0.5, size=4)
    known = stats.ttest_1samp(one, 0)
    np.testing.assert_allclose(t_interval(one), known.confidence_interval())
    assert doubt(one, most=0.0) == pytest.approx(
        stats.ttest_1samp(one, 0, alternative="greater")[1]
    )
    welch = stats.ttest_ind(one, -two, equal_var=False)
    np.testing.assert_allclose(t_interval(one, two), welch.confidence_interval())
    assert spread(one) == pytest.approx(one.std(ddof=1))


def test_doubt_is_below_the_tail_exactly_where_the_interval_lies_outside(rng):
    for values in rng.normal(0.6, 1, size=(300, 5)):
        low, high = t_interval(values)
        assert (doubt(values, least=-0.5, most=0.5) < TAIL) == (high < -0.5 or low > 0.5)


def test_one_seed_tells_nothing_and_equal_seeds_all():
    assert t_interval(np.array([3.0])) == (-np.inf, np.inf)
    assert t_interval(np.array([3.0, np.nan])) == (-np.inf, np.inf)
    assert t_interval(np.array([3.0, 3.0])) == (3, 3)
    assert doubt(np.array([3.0, 3.0]), most=2.0) == 0 and doubt(np.array([3.0]), most=2.0) == 1


def wrong(interval, draw, seeds: int) -> tuple[float, float]:
    """How often an interval lies above the truth 0, and below it."""
    ends = np.array([interval(draw(seeds)) for _ in range(WORLDS)])
    return float((ends[:, 0] > 0).mean()), float((ends[:, 1] < 0).mean())


def clustered(rng, seeds: int) -> np.ndarray:
    """Seeds shift all of their 20 tasks, and some tasks fail: what lies within a seed is alike."""
    shift, failed = rng.normal(size=(seeds, 1)), rng.random((seeds, 20)) < 0.2
    return gaps(shift + 0.5 * rng.normal(size=(seeds, 20)) - 2 * (failed - 0.2))


GAPS = {
    "normal": lambda rng, n: rng.normal(size=n),
    "clustered": clustered,
    "of skewed runs": lambda rng, n: rng.lognormal(size=n) - rng.lognormal(size=n),
    "of runs that fail now and then": lambda rng, n: (
        rng.normal(0, 0.1, n) + (rng.random(n) < 0.3) - (rng.random(n) < 0.3)
    ),
}


@pytest.mark.parametrize("seeds", [3, 5, 10])
@pytest.mark.parametrize("kind", GAPS)
def test_intervals_keep_their_level(rng, kind, seeds):
    draw = GAPS[kind]
    assert max(wrong(t_interval, lambda n: draw(rng, n), seeds)) < TAIL + SLIP


def test_counting_tasks_as_witnesses_would_not(rng):
    """Why tasks are averaged first: those of a seed rise and fall together."""

    def naive(seeds: int) -> np.ndarray:
        return (rng.normal(size=(seeds, 1)) + 0.5 * rng.normal(size=(seeds, 20))).ravel()

    assert sum(wrong(t_interval, naive, 5)) > 0.3


@pytest.mark.parametrize("seeds", [3, 5, 10])
def test_where_one_run_fails_alone_the_limit_is_known(rng, seeds):
    above, below = wrong(t_interval, lambda n: rng.exponential(size=n) - 1, seeds)
    assert above < TAIL
    assert 0.07 < below < 0.14
