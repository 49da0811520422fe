"""Holm's step-down is what it says, and rarely cries wolf."""

import numpy as np
import pytest
from scipy.special import ndtr

from remeta.report.statistics.multiple import holm


def slowly(chances: list[float]) -> list[float]:
    """The smallest times the number of tests, the next one times one less, and never less again."""
    left, worst, found = sorted(chances), 0.0, {}
    for place, chance in enumerate(left):
        worst = max(worst, min(1.0, chance * (len(left) - place)))
        found.setdefault(chance, worst)
    return [found[chance] for chance in chances]


@pytest.mark.parametrize("count", [1, 2, 3, 8])
def test_steps_are_as_one_would_write_them(rng, count):
    for chances in rng.random((20, count)):
        np.testing.assert_allclose(holm(chances), slowly([*chances]))


def test_any_false_alarm_is_as_rare_as_one_of_a_single_test(rng):
    """Of eight tests that share what they compare with, where nothing is there to be found."""
    scores = (rng.normal(size=(20_000, 1)) + rng.normal(size=(20_000, 8))) / np.sqrt(2)
    chances = ndtr(-scores)
    assert (chances.min(1) < 0.025).mean() > 0.08  # without steps
    assert np.mean([holm(row).min() < 0.025 for row in chances]) < 0.028
