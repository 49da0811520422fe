"""What seeds can decide, by simulation."""

import numpy as np
import pytest

from remeta.report.statistics.paired import t_interval
from remeta.report.statistics.power import POWER, needed, power, smallest


@pytest.mark.parametrize(("effect", "seeds"), [(1.0, 5), (2.0, 3), (0.5, 10), (0.0, 5)])
def test_power_is_how_often_an_effect_is_found(rng, effect, seeds):
    """The other tail is left out, in which almost nothing lies."""
    found = np.mean([t_interval(rng.normal(effect, 1, seeds))[0] > 0 for _ in range(4000)])
    assert power(effect, 1.0, seeds) == pytest.approx(found, abs=0.025)


@pytest.mark.parametrize("seeds", [2, 3, 5, 10])
def test_the_smallest_effect_and_the_seeds_it_needs_are_each_others_answers(seeds):
    effect = smallest(0.3, seeds)
    assert power(effect, 0.3, seeds) == pytest.approx(POWER, abs=1e-6)
    assert needed(1.001 * effect, 0.3) == seeds
    assert needed(0.999 * effect, 0.3) > seeds


def test_what_nobody_can_decide():
    assert smallest(1.0, 1) == np.inf and power(5.0, 1.0, 1) == 0
    assert needed(0.0, 1.0) == np.inf
    assert needed(0.1, 0.0) == 2  # seeds that never differ
