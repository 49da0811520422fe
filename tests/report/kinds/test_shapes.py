"""Measures of curves equal what slow loops find, and what their words promise."""

import math

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from remeta.report.kinds.training import shapes as m
from remeta.report.kinds.trajectories import apart, corners, parted

NUMBERS = st.floats(-1000, 1000, width=32)
CURVES = st.integers(1, 37).flatmap(
    lambda size: arrays(float, (3, size), elements=NUMBERS, fill=st.nothing())
)


def slow_smooth(curve) -> list[float]:
    count = len(curve)
    return [np.mean([curve[j] for j in range(count) if i - 5 <= j < i + 5]) for i in range(count)]


@settings(max_examples=60, deadline=None)
@given(CURVES)
def test_measures_are_what_loops_find(curves):
    for row, curve in enumerate(curves):
        smooth = slow_smooth(curve)
        last = curve[-math.ceil(len(curve) / 10) :]
        np.testing.assert_allclose(m.smooth(curves)[row], smooth, atol=1e-8)
        assert m.final(curves)[row] == pytest.approx(sum(last) / len(last), abs=1e-8)
        assert m.peak(curves)[row] == pytest.approx(max(smooth), abs=1e-8)
        assert m.fall(curves)[row] == pytest.approx(max(smooth) - np.mean(last), abs=1e-8)
        assert m.rise(curves)[row] == pytest.approx(max(smooth) - curve[0], abs=1e-8)


def test_smoothing_and_ends_leave_a_constant_alone():
    flat = np.full((2, 23), 7.0)
    np.testing.assert_allclose(m.smooth(flat), flat)
    assert (m.fall(flat) == 0).all() and (m.rise(flat) == 0).all()
    for measure in (m.scatter, m.shaking):
        np.testing.assert_allclose(measure(flat), 0, atol=1e-12)


def test_scatter_is_noise_and_not_learning(rng):
    """A steep line has none, in spite of its ends; noise has its standard deviation."""
    climb = np.linspace(0, 1000, 300)
    assert m.scatter(climb) == pytest.approx(0, abs=1e-9)
    assert m.shaking(climb) == pytest.approx(0, abs=1e-9)
    noisy = climb + rng.normal(0, 50, (20, 300))
    assert m.scatter(noisy).mean() == pytest.approx(50 * math.sqrt(0.895), rel=0.05)


def test_shaking_is_what_outlasts_an_iteration(rng):
    """Independent noise has none on average; a wave of five iterations has all of its own."""
    noise = rng.normal(0, 50, (4000, 100))
    squares = np.sign(m.shaking(noise)) * m.shaking(noise) ** 2
    assert squares.mean() == pytest.approx(0, abs=4 * squares.std() / math.sqrt(4000))
    wave = 30 * np.sin(2 * np.pi * np.arange(300) / 5)
    kept = math.sqrt(np.cos(2 * np.pi / 5) + 0.11 / 0.895) * 30 / math.sqrt(2)
    assert m.shaking(wave) == pytest.approx(kept, rel=0.01)
    together = m.shaking(wave + rng.normal(0, 30, (200, 300)))
    assert together.mean() == pytest.approx(kept, rel=0.05)


@pytest.mark.parametrize(("solved", "scattered"), [(2, 0.13), (3, 0.07), (4, 0.0)])
def test_the_draw_of_tasks_scatters_who_solves_some_and_does_not_shake_them(rng, solved, scattered):
    """40 of 200 tasks, 50 of each corner, and a policy that never changes."""
    worth = np.repeat([1.0] * solved + [0.0] * (4 - solved), 50)
    drawn = rng.permuted(np.tile(worth, (400, 300, 1)), axis=-1)[..., :40] if solved < 4 else None
    curves = np.ones((400, 300)) if drawn is None else drawn.mean(-1)
    share = solved / 4
    expected = math.sqrt((1 - share) / (40 * share) * 160 / 199 * 0.895)
    assert m.scatter(curves).mean() / share == pytest.approx(expected, rel=0.03, abs=1e-9)
    assert expected == pytest.approx(scattered, abs=0.01)
    assert abs(m.shaking(curves).mean()) <= 0.05 * m.scatter(curves).mean() + 1e-12


def test_a_clear_rise_is_more_than_the_luck_of_one_iteration(rng):
    flat = rng.normal(0, 1, (500, 300))
    assert m.clear(flat).mean() < 0.05
    assert m.clear(flat + 5 * np.tanh(np.arange(300) / 50)).mean() > 0.95


@settings(max_examples=40, deadline=None)
@given(CURVES, st.floats(0.0, 1.2))
def test_the_area_is_a_fine_sum_over_steps(curves, share):
    steps = np.cumsum(1 + np.arange(curves.shape[1]) % 3, dtype=float)
    budget = steps[0] + share * (steps[-1] - steps[0])
    found = m.area(curves, np.broadcast_to(steps, curves.shape), budget)
    end = min(budget, steps[-1])
    grid = np.linspace(steps[0], end, 20_001)
    for value, curve in zip(found, curves, strict=True):
        fine = np.interp(grid, steps, curve).mean()
        assert value == pytest.approx(fine, abs=0.02 * (1 + np.abs(curve).max()))


def test_a_crossing_is_the_first_and_censored_if_there_is_none():
    curves, steps = np.array([[0.0, 1, 5, 2, 6]] * 3), np.array([10.0, 20, 30, 40, 50])
    low, high = m.crossing(curves, steps, np.array([4.0, 7.0, np.nan]))
    np.testing.assert_array_equal(low, [30, 50, 0])
    np.testing.assert_array_equal(high, [30, np.inf, np.inf])


def test_walks_are_apart_by_the_share_of_visits_not_in_common():
    here, there = np.full((4, 2), 0.1), np.full((6, 2), 3.1)
    assert apart(here, here[:2]) == 0
    assert apart(here, there) == 1
    assert apart(np.concatenate([here, here, there[:2]]), here) == pytest.approx(0.2)


def test_corners_are_visited_by_coming_near():
    goals = np.array([[-2.0, -2], [2, -2], [2, 2]])
    assert corners(np.array([[0.0, 0], [1.2, 1.9], [1.5, 1.5], [-2, -1.01]]), goals) == 2


def test_a_seed_changes_only_its_own_measures(rng):
    """Measures are of single seeds: a row beside them is of no account."""
    curves = rng.normal(size=(4, 50))
    for measure in (m.first, m.final, m.peak, m.fall, m.rise, m.scatter, m.shaking):
        assert measure(curves)[2] == pytest.approx(measure(curves[2:3])[0])
        assert measure(curves[2]) == pytest.approx(measure(curves)[2])


def test_one_policy_is_not_apart_from_itself_and_two_are(rng):
    """Random walks never visit the same cells twice: what they differ by is taken off."""

    def walks(drift: float) -> pd.DataFrame:
        x, y = np.cumsum(rng.normal(drift, 0.2, (20, 100, 2)), axis=1).reshape(-1, 2).T
        return pd.DataFrame({"episode": np.repeat(np.arange(20), 100), "x": x, "y": y})

    same = parted(walks(0.0), walks(0.0))
    assert -0.3 < same < 0.05
    assert parted(walks(0.0), walks(0.1)) > 0.25
