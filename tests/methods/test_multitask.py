"""MultiTask, and MAML with the inner step of GMPS: how they hang together with MAML."""

from dataclasses import replace

import numpy as np
import pytest
import torch
from torch.func import grad, vmap
from torch.testing import assert_close

from remeta.core.returns import with_advantages
from remeta.methods.multitask import pooled
from tests.core.differences import assert_gradient
from tests.evidence import assert_better
from tests.methods.points import RATE, TRAIN, UNSEEN, biased_policy, policy, practice, returns
from tests.methods.samples import (
    a_maml,
    a_maml_with_rates,
    a_multitask,
    drawn_batch,
    near,
    of_task,
)
from tests.methods.samples import biased_policy as tiny_biased_policy
from tests.methods.test_gmps import factors
from tests.methods.test_meta_step import watched


@pytest.mark.parametrize("outer", ["trust_region", "gradient"])
def test_with_one_rate_that_stays_and_no_bias_it_is_maml_to_the_last_bit(outer):
    ours = a_maml_with_rates(policy(), rates="fixed", bias=0, outer=outer)
    theirs = a_maml(policy(), outer=outer)
    experiences = practice(5), practice(5)
    for _ in range(2):
        reports = [m.meta_step(e) for m, e in zip((ours, theirs), experiences, strict=True)]
    assert_close(ours.weights, theirs.weights, rtol=0, atol=0)
    assert reports[0] == reports[1]


@pytest.mark.parametrize("adapted", ["all", "bias"])
def test_the_meta_gradient_runs_through_rates_and_bias(generator, adapted):
    method = a_maml_with_rates(tiny_biased_policy(), adapted=adapted)
    method.weights = near(method.weights, generator)
    start = method.inner.acting(method.weights)
    before, after = (drawn_batch(method.policy, start, generator) for _ in range(2))

    def outer(weights):
        return method.ascent.loss(weights, of_task(before, 0), of_task(after, 0))

    gradient = grad(outer)(method.weights)
    assert_gradient(outer, method.weights, gradient, generator)
    assert gradient["rate.bias"].abs().max() > 0 and gradient["bias"].abs().max() > 0


def test_a_trust_region_step_moves_rates_and_bias_within_its_radius():
    method, experience = a_maml_with_rates(biased_policy(), inner_rate=RATE), practice()
    report, first = method.meta_step(experience), a_maml_with_rates(biased_policy()).inner.start()
    assert report["accepted"] == 1 and report["divergence"] <= 0.01
    moved = {name for name, value in method.weights.items() if (value != first[name]).any()}
    assert {"bias", "rate.bias", "log_std", "rate.log_std"} <= moved
    assert report["rate"] == pytest.approx(RATE, abs=0.1) and 0 <= report["rate_negative"] <= 1


def test_it_adapts_better_than_an_untrained_one(rng):
    method, experience = a_maml_with_rates(biased_policy(), inner_rate=RATE), practice()
    untrained = a_maml_with_rates(biased_policy(), inner_rate=RATE)
    for _ in range(12):
        method.meta_step(experience)
    after = returns(method.policy, method.weights, factors(method))[1]
    assert_better(after, returns(method.policy, untrained.weights, factors(untrained))[1], rng)


def test_multitask_climbs_the_plain_gradient_of_all_rollouts_together():
    method, experience = a_multitask(policy()), practice(4)
    rolled, first = watched(experience, "rollouts"), dict(method.weights)
    report = method.meta_step(experience)
    (rollouts,) = rolled
    batch = with_advantages(pooled(rollouts), 0.99)
    assert batch.mask.shape[:2] == (1, 4 * 10)
    gained = batch.advantage.flatten()
    assert_close(gained.mean(), torch.tensor(0.0), atol=1e-4, rtol=0)
    assert_close(gained.std(correction=0), torch.tensor(1.0), atol=1e-4, rtol=0)

    def plain(weights):
        log_prob = method.policy.log_prob(weights, batch.obs, batch.act)
        return -(log_prob * batch.advantage).mean()

    gradient, _ = method.ascent.gradient(first, batch, batch)
    assert_close(gradient, grad(plain)(first), rtol=1e-3, atol=1e-5)
    assert report["accepted"] == 1 and 0 < report["divergence"] <= 0.01
    counts = experience.counts
    assert (counts.pre_episodes, counts.post_episodes, counts.updates) == (40, 0, 1)


def test_multitask_is_maml_without_an_inner_step_on_tasks_that_are_pooled(generator):
    """The same surrogate, of the same rollouts; advantages apart."""
    maml, method = a_maml(policy(), inner_rate=0.0), a_multitask(policy())
    rollouts = practice(4).rollouts(method.policy.actor(method.weights), practice(4).draw_tasks())
    batch = with_advantages(rollouts, 0.99)
    start = near(method.weights, generator, 0.05)
    whole = of_task(pooled(batch), 0)
    expected = vmap(maml.ascent.loss, (None, 0, 0))(start, batch, batch).mean()
    assert_close(method.ascent.loss(start, whole, whole), expected, rtol=1e-4, atol=1e-5)


def test_multitask_learns_what_is_best_without_knowing_the_task(rng):
    """Where all goals are on one side, it goes there."""
    method, experience = a_multitask(policy()), practice()
    experience.tasks = np.abs(TRAIN)
    for _ in range(15):
        method.meta_step(experience)

    def earned(weights):
        unseen = replace(practice(), tasks=np.abs(UNSEEN))
        return unseen.rollouts(policy().actor(weights), np.arange(len(UNSEEN))).mean_return()

    assert_better(earned(method.weights).numpy(), earned(policy().initial_weights()).numpy(), rng)
