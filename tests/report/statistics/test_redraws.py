"""Intervals hold what they promise, by simulation; averages equal their definition."""

import numpy as np
import pytest
from scipy.stats import trim_mean

from remeta.report.statistics.redraws import (
    chance,
    contributions,
    few_interval,
    flat,
    generator,
    improvement,
    interval,
    iqm,
    mean,
    redrawn,
    seed_interval,
    share_doubt,
    share_interval,
    tail,
)


def test_a_share_of_seeds_is_doubted_even_if_all_are_alike():
    """As often right as its name says, on average over its prior."""
    rng = np.random.default_rng(0)
    for seeds in (2, 5, 20):
        truth = rng.beta(0.5, 0.5, 4000)
        hits = rng.binomial(seeds, truth)
        ends = np.array([share_interval(hit / seeds, seeds) for hit in range(seeds + 1)])[hits]
        covered = ((ends[:, 0] <= truth) & (truth <= ends[:, 1])).mean()
        assert 0.94 < covered < 0.985  # one-sided at its ends, where it is closed
    assert share_interval(0.0, 5)[0] == 0 and 0.3 < share_interval(0.0, 5)[1] < 0.5
    assert share_interval(1.0, 2)[0] < 0.5 < share_interval(1.0, 5)[0]
    assert np.isinf(share_interval(1.0, 1)).all()


@pytest.mark.parametrize("hits", range(6))
def test_a_share_is_doubted_as_its_interval_says(hits):
    low, high = share_interval(hits / 5, 5)
    for bound in np.linspace(0.01, 0.99, 50):
        assert (share_doubt(hits / 5, 5, bound, np.inf) < 0.025) == (high < bound) or hits == 0
        assert (share_doubt(hits / 5, 5, -np.inf, bound) < 0.025) == (low > bound) or hits == 5
    assert share_doubt(0.5, 1, 0.9, 1.0) == 1


@pytest.mark.parametrize("count", [1, 3, 4, 7, 40])
def test_interquartile_mean_is_scipys_trimmed_mean(rng, count):
    values = rng.normal(size=(3, count)) ** 3
    np.testing.assert_allclose(iqm(values), trim_mean(values, 0.25, axis=1))


def test_interquartile_mean_is_deaf_to_a_quarter_of_outliers(rng):
    values = rng.normal(size=40)
    wild = np.sort(values)
    wild[-10:] += 1e6
    np.testing.assert_allclose(iqm(wild), iqm(values))


def test_redraws_keep_rows_and_columns_whole():
    scores = np.arange(12.0).reshape(3, 4)
    draws = redrawn(scores, np.random.default_rng(0), draws=50).reshape(50, 3, 4)
    by_seed, by_task = np.diff(draws, axis=1), np.diff(draws, axis=2)
    assert (by_seed == by_seed[:, :, :1]).all()  # a seed is drawn for all of its tasks
    assert (by_task == by_task[:, :1]).all()  # a task for all of its seeds


def covered(seeds: int, tasks: int, rng: np.random.Generator, worlds: int = 250) -> float:
    """How often the interval holds the truth 0, where seeds and tasks both shift scores."""
    hits = 0
    for _ in range(worlds):
        shifts = rng.normal(size=(seeds, 1)) + rng.normal(size=(1, tasks))
        low, high = interval(iqm(redrawn(shifts + rng.normal(size=(seeds, tasks)), rng, 300)))
        hits += low <= 0 <= high
    return hits / worlds


def test_intervals_cover_the_truth_with_enough_seeds_and_too_rarely_with_two(rng):
    enough, few = covered(12, 15, rng), covered(2, 15, rng)
    assert 0.88 <= enough <= 0.995
    assert few < enough - 0.05  # the limit that verdicts warn of


def test_band_over_seeds_is_the_bootstrap_of_their_mean(rng):
    values = rng.normal(size=(40, 3))
    low, high = seed_interval(values, rng)
    error = values.std(0) / np.sqrt(40)
    np.testing.assert_allclose(low, values.mean(0) - 1.96 * error, atol=0.15 * error.max())
    np.testing.assert_allclose(high, values.mean(0) + 1.96 * error, atol=0.15 * error.max())
    one = seed_interval(values[:1], rng)
    np.testing.assert_array_equal(one[0], one[1])


def test_improvement_counts_all_pairs_of_seeds(rng):
    ours, theirs = rng.integers(3, size=(4, 6)), rng.integers(3, size=(5, 6))
    pairs = [(a[t] > b[t]) + 0.5 * (a[t] == b[t]) for a in ours for b in theirs for t in range(6)]
    chance, low, high = improvement(ours.astype(float), theirs.astype(float), rng)
    assert chance == pytest.approx(np.mean(pairs))
    assert 0 <= low < chance < high <= 1


def test_improvement_is_certain_or_even(rng):
    scores = rng.normal(size=(3, 8))
    np.testing.assert_allclose(improvement(scores + 100, scores, rng), 1)
    np.testing.assert_allclose(improvement(scores, scores[:1] * 0 + scores, rng)[0], 0.5)


def test_streams_depend_on_names_and_on_nothing_else():
    draws = [generator("MRI-C1", name).random() for name in ("fig3_point", "fig3_ant")]
    assert draws[0] != draws[1]
    assert generator("MRI-C1", "fig3_point").random() == draws[0]


def test_flat_joins_seeds_and_tasks(rng):
    assert flat(rng.normal(size=(7, 2, 3))).shape == (7, 6)


def test_a_redraw_without_a_value_may_have_had_any(rng):
    """Few of them lie within the tails; more leave an end open, and never close one."""
    draws = rng.normal(size=10_000)
    low, high = few_interval(draws, 5)
    some = draws.copy()
    some[:5] = np.nan  # five times the same seed out of five: 1 redraw in 3125
    assert few_interval(some, 5) == pytest.approx([low, high], abs=0.5)
    assert np.isfinite(few_interval(some, 5)).all()
    some[:1000] = np.nan
    assert list(few_interval(some, 5)) == [-np.inf, np.inf]


def test_contributions_of_a_mean_are_the_seeds_own_values(rng):
    values = rng.normal(size=5)
    np.testing.assert_allclose(contributions(lambda counts: mean(counts, values), 5), values)


def test_contributions_of_a_ratio_are_those_of_its_linear_part(rng):
    above, below = rng.normal(5, 1, size=6), rng.normal(9, 1, size=6)
    ratio = above.mean() / below.mean()
    found = contributions(lambda counts: mean(counts, above) / mean(counts, below), 6)
    np.testing.assert_allclose(found, ratio + (above - ratio * below) / below.mean(), rtol=1e-4)
    assert found.mean() == pytest.approx(ratio, rel=1e-4)


def test_a_share_of_redraws_stands_for_students_chance():
    for seeds in (2, 3, 5, 10):
        assert chance(tail(seeds), seeds) == pytest.approx(0.025)
    assert chance(0.0001, 1) == 1
