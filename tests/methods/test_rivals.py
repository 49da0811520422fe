"""What PEARL, RL2 and MAESN have in common: they learn, and a killed run goes on."""

import copy

import numpy as np
import pytest
from torch.testing import assert_close

from remeta import methods
from remeta.core.weights import all_finite
from remeta.pipeline.resume.trees import gather, restore
from tests.evidence import assert_better
from tests.methods.rivals import FEW, PAYOFF, RIVALS, a_practice, made, returns, stepped

LONG = {"pearl": 4, "rl2": 30, "maesn": 15}


@pytest.mark.parametrize("name", RIVALS)
def test_a_trained_start_adapts_to_unseen_tasks_and_better_than_an_untrained_one(name, rng):
    experience = a_practice(PAYOFF, batch=12, episodes=10)
    _, method = stepped(name, experience, LONG[name])
    before, after = returns(method, PAYOFF)
    assert_better(after, before, rng)
    assert_better(after, returns(made(name, experience), PAYOFF)[1], rng)


@pytest.mark.parametrize("name", RIVALS)
def test_a_run_that_was_cut_at_any_step_goes_on_to_the_same_bytes(name):
    whole, method = stepped(name, a_practice(), steps=3, **FEW[name])
    assert all_finite(method.weights)
    for cut in range(3):
        experience = a_practice()
        before, first = stepped(name, experience, steps=cut, **FEW[name])
        tree, tensors = gather(stateful(first, experience))
        tree, tensors = copy.deepcopy(tree), {n: value.clone() for n, value in tensors.items()}
        experience = a_practice()
        experience.rng = np.random.default_rng(77)
        fresh = made(name, experience, seed=5, **FEW[name])
        restore(stateful(fresh, experience), tree, tensors)
        after = [fresh.meta_step(experience) for _ in range(3 - cut)]
        assert before + after == whole
        assert_close(fresh.weights, method.weights, rtol=0, atol=0)


def stateful(method, experience):
    return {
        "method": (method, methods.state_attributes(method)),
        "practice": (experience, experience.STATE_ATTRIBUTES),
    }


@pytest.mark.parametrize("name", RIVALS)
def test_what_is_learned_is_a_value_that_another_may_be_handed(name):
    experience = a_practice()
    _, method = stepped(name, experience, 1, **FEW[name])
    other = made(name, experience, seed=3)
    other.weights = method.weights
    assert_close(other.weights, method.weights, rtol=0, atol=0)
    assert_close(returns(other), returns(method), rtol=0, atol=0)
