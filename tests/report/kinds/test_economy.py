"""When runs are first good, what that cost, and what is known if they never were."""

import numpy as np
import pytest

from remeta.papers.claim import Race
from remeta.report.claims import rules
from remeta.report.claims.outcome import CONTRADICTED, INCONCLUSIVE, SUPPORTED
from remeta.report.kinds.adaptation.curve import Curve

ALL = np.ones((1, 2))  # each of two seeds once


def curve(*returns: float, every: int = 10, after: float = 1.0) -> Curve:
    """Two seeds around these returns, 100 roll-outs of 50 steps per iteration before the update."""
    at = every * np.arange(len(returns), dtype=float)
    spent = {"pre_episodes": 100 * at, "post_episodes": 100 * after * at, "updates": at}
    spent["train_env_steps"] = 50 * (spent["pre_episodes"] + spent["post_episodes"])
    spent |= {"expert_env_steps": 5000 + 0 * at, "demos": 40 + 0 * at}
    return Curve(at, np.array([returns, returns]) + np.array([[0.1], [-0.1]]), spent)


def test_costs_count_what_they_say():
    some = curve(-80, -50, -30)
    np.testing.assert_array_equal(some.cost("iterations"), [0, 10, 20])
    np.testing.assert_array_equal(some.cost("roll-outs"), [0, 1000, 2000])
    np.testing.assert_array_equal(some.cost("honest roll-outs"), [0, 2000, 4000])
    # 40 demonstrations, and 5000 steps of an expert are 100 episodes of 50
    np.testing.assert_array_equal(some.cost("all roll-outs"), [140, 2140, 4140])


def test_good_is_a_share_of_the_gain_of_negative_returns():
    np.testing.assert_allclose(curve(-80, -50, -30).good(ALL, 0.95), [-32.5])


def test_a_run_that_gained_nothing_defines_no_good():
    good = curve(-30, -30, -40).good(ALL, 0.95)
    assert np.isnan(good).all()
    low, high = curve(-30, -20).crossing("roll-outs", ALL, good)
    assert (low[0], high[0]) == (0, np.inf)


def test_crossing_is_the_first_good_validation_after_the_start():
    low, high = curve(-20, -50, -31, -40, -30).crossing("roll-outs", ALL, np.array([-32.5]))
    assert low[0] == high[0] == 2000


def test_a_run_that_never_got_there_costs_at_least_all_it_spent():
    low, high = curve(-80, -70, -60).crossing("roll-outs", ALL, np.array([-32.5]))
    assert (low[0], high[0]) == (2000, np.inf)


def test_a_reference_still_improving_contradicts_nothing(results_of):
    slow = results_of("fig3_point", speed={"mri": 30.0, "maml": 90.0})
    found = reach(slow, least=5)
    assert (found.verdict, found.high) == (INCONCLUSIVE, np.inf)


def reach(results, **test):
    test = {"run": "maml", "count": "iterations", "reference": "maml", "over": "mri"} | test
    return rules.judge(Race(**test), lambda _: results, "test")


@pytest.mark.parametrize(
    ("slow", "verdict"), [(15.0, SUPPORTED), (3.0, INCONCLUSIVE), (1.5, CONTRADICTED)]
)
def test_ratio_of_costs_is_judged_by_its_interval(results_of, slow, verdict):
    found = reach(results_of("fig3_point", speed={"mri": 1.5, "maml": slow}), least=3.2)
    assert found.verdict == verdict
    assert found.low <= found.effect <= found.high


def test_a_censored_numerator_bounds_the_ratio_from_below(results_of):
    never = dict.fromkeys(("maml", "imitation", "random"), (0.0, 0.4)) | {"mri": (0.0, 0.8)}
    found = reach(results_of("fig3_point", returns=never), reference="mri", least=5)
    assert (found.censored, found.verdict, found.high) == ("at least", SUPPORTED, np.inf)
    assert found.effect == 60 / 5  # all of its 60 iterations over MRI's 5


def test_a_censored_denominator_cannot_support_a_ratio(results_of):
    never = dict.fromkeys(("mri", "imitation", "random"), (0.0, 0.4)) | {"maml": (0.0, 0.8)}
    found = reach(results_of("fig3_point", returns=never), least=5, share=0.8)
    assert (found.censored, found.verdict, found.low) == ("at most", CONTRADICTED, 0)


def test_one_seed_decides_no_cost(results_of):
    found = reach(results_of("fig3_point", seeds=(0,)), least=5)
    assert (found.verdict, found.low, found.high) == (INCONCLUSIVE, 0, np.inf)
    assert found.effect > 5
