"""Meta-training helps on tasks it has not seen, by permutation query at fixed seeds."""

import numpy as np
import pytest
from torch.testing import assert_close

from tests.evidence import assert_better, chance_of
from tests.methods.points import RATE, TRAIN, UNSEEN, policy, practice, returns
from tests.methods.samples import a_maml, a_promp, an_e_maml, an_imitation, an_mri

SUPERVISED = {"outer_rate": 3e-3, "imitation_steps": 20, "task_chunk": 16}
MAKE = {
    "mri": (lambda net: an_mri(net, inner_rate=RATE, **SUPERVISED), 4),
    "mri-nll": (lambda net: an_mri(net, inner_rate=RATE, loss="nll", **SUPERVISED), 4),
    "mri-minibatch": (lambda net: an_mri(net, inner_rate=RATE, demo_samples=30, **SUPERVISED), 4),
    "imitation": (lambda net: an_imitation(net, **SUPERVISED), 4),
    "maml": (lambda net: a_maml(net, inner_rate=RATE, task_chunk=16), 12),
    "maml-gradient": (
        lambda net: a_maml(net, inner_rate=RATE, task_chunk=16, outer="gradient", outer_rate=0.01),
        12,
    ),
    "e_maml": (lambda net: an_e_maml(net, inner_rate=RATE, task_chunk=16), 12),
    "promp": (lambda net: a_promp(net, inner_rate=RATE, task_chunk=16, outer_rate=0.01), 12),
}


def trained(name):
    make, iterations = MAKE[name]
    method, experience = make(policy()), practice()
    for _ in range(iterations):
        method.meta_step(experience)
    return method


@pytest.mark.parametrize("name", MAKE)
def test_a_meta_learned_start_adapts_better_than_a_random_one(name, rng):
    net, method = policy(), trained(name)
    assert_better(returns(net, method.weights)[1], returns(net, net.initial_weights())[1], rng)


def test_one_step_of_trial_and_error_improves_what_mri_learned(rng):
    before, after = returns(policy(), trained("mri").weights)
    assert_better(after, before, rng)


def test_unseen_tasks_are_unseen():
    assert not (TRAIN[:, None] == UNSEEN[None]).all(-1).any()


def test_learning_is_the_same_every_time():
    assert_close(trained("mri").weights, trained("mri").weights, rtol=0, atol=0)


def test_equal_sources_are_told_apart_as_rarely_as_promised():
    """At level 0.1, a tenth of 400 comparisons of noise with noise, within four deviations."""
    rng = np.random.default_rng(0)
    chances = [chance_of(*rng.normal(size=(2, 12)), rng) for _ in range(400)]
    assert abs(np.mean(np.less(chances, 0.1)) - 0.1) < 4 * np.sqrt(0.1 * 0.9 / 400)


def test_the_chance_of_three_pairs_is_that_of_eight_equally_likely_signs(rng):
    """The sums of ±1, ±2, ±4 are the odd numbers from -7 to 7: one reaches 7, five reach -1."""
    assert abs(chance_of([1, 2, 4], [0, 0, 0], rng) - 1 / 8) < 0.02
    assert abs(chance_of([-4, 2, 1], [0, 0, 0], rng) - 5 / 8) < 0.02
    assert chance_of([0, 0, 0], [1, 2, 4], rng) == 1
