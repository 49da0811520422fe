"""Redraws of costs against what is claimed of them."""

import numpy as np
import pytest
from scipy.stats import norm

from remeta.report.statistics.ratios import share_within


def test_redraws_that_may_lie_within_are_counted():
    low, high = np.array([0.0, 1.0, 3.0]), np.array([0.5, 2.0, np.inf])
    assert share_within(low, high, least=2.0, most=np.inf) == (1 + 2) / (1 + 3)


@pytest.mark.parametrize("sign", [1, -1])
def test_where_none_does_the_share_goes_on_as_their_logarithms_do(sign, rng):
    """Costs that are log-normal: at a bound 3 deviations off, some are counted; at 6, none is."""
    costs = np.exp(0.2 * rng.normal(size=100_000))
    for deviations, ratio in ((3, 0.15), (6, 0.3)):
        bound = np.exp(sign * 0.2 * deviations)
        least, most = (bound, np.inf) if sign > 0 else (0.0, bound)
        share = share_within(costs, costs, least, most)
        assert share == pytest.approx(norm.cdf(-deviations), rel=ratio)


def test_costs_without_bound_or_spread_are_no_extrapolation():
    never = np.zeros(9), np.array([1.0] * 8 + [0.0])  # one redraw of nothing
    assert share_within(*never, least=2.0, most=np.inf) == 1 / 10
    same = np.ones(9)
    assert share_within(same, same, least=2.0, most=np.inf) == 0.0
