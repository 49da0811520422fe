"""Measures of curves equal what slow loops find, and what their words promise."""

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from remeta.report import measures as m
from remeta.report.traces import apart, corners

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
    assert (m.shaking(flat) == 0).all()


def test_shaking_is_noise_and_not_learning(rng):
    """A steep line has none, in spite of its ends; noise has its standard deviation."""
    climb = np.linspace(0, 1000, 300)
    assert m.shaking(climb) == pytest.approx(0, abs=1e-9)
    noisy = climb + rng.normal(0, 50, (20, 300))
    assert m.shaking(noisy).mean() == pytest.approx(50 * math.sqrt(0.9), rel=0.05)


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
    for measure in (m.first, m.final, m.peak, m.fall, m.rise, m.shaking):
        assert measure(curves)[2] == pytest.approx(measure(curves[2:3])[0])
        assert measure(curves[2]) == pytest.approx(measure(curves)[2])
