"""GMPS: its limits, its gradients through what it learns beside the start, and its data."""

from dataclasses import replace

import numpy as np
import pytest
import torch
from torch.func import grad
from torch.testing import assert_close

from remeta.core.returns import with_advantages
from remeta.core.weights import flat
from remeta.experience.practice import Practice
from remeta.frozen import Advice
from remeta.learners.analytic import point_expert
from remeta.methods.gmps import visited
from remeta.nets.policy import GaussianPolicy
from tests.core.differences import assert_gradient
from tests.evidence import assert_better
from tests.methods.points import (
    RATE,
    TRAIN,
    biased_policy,
    policy,
    practice,
    returns,
)
from tests.methods.samples import (
    a_gmps,
    an_imitation,
    an_mri,
    demonstrations,
    drawn_batch,
    near,
    of_task,
    tiny_policy,
)
from tests.methods.samples import biased_policy as tiny_biased_policy
from tests.methods.test_meta_step import watched

MANY = {"imitation_steps": 4, "task_chunk": 16}
MRI = {"rates": "fixed", "bias": 0}
CORRECTIONS = ["none", "per_step", "trajectory"]


def asked(experience: Practice) -> Practice:
    """With the expert that demonstrated."""
    experience.teacher = lambda tasks: lambda obs: (point_expert(tasks)(obs), torch.tensor(0.0))
    return experience


def sample(generator, net: GaussianPolicy, **changes):
    """GMPS at some weights and rates, rollouts of a start that it has moved away from, demos."""
    method = a_gmps(net, **changes)
    method.weights = near(method.weights, generator)
    sampler = near(method.inner.acting(method.weights), generator, 0.1)
    support, demos = drawn_batch(net, sampler, generator), demonstrations(generator)
    return method, of_task(support, 1), of_task(demos, 1)


@pytest.mark.parametrize("correction", CORRECTIONS)
def test_with_one_rate_no_bias_and_no_aggregation_it_is_mri_to_the_last_bit(correction):
    ours = a_gmps(policy(), **MRI, **MANY, correction=correction)
    theirs = an_mri(policy(), **MANY, correction=correction)
    experiences = practice(5), practice(5)
    for _ in range(3):
        reports = [m.meta_step(e) for m, e in zip((ours, theirs), experiences, strict=True)]
    assert ours.weights.keys() == theirs.weights.keys()
    assert_close(ours.weights, theirs.weights, rtol=0, atol=0)
    assert reports[0] == reports[1]


def test_equal_rates_that_do_not_learn_are_one_rate(generator):
    """The update is the same, to the last bit; what differs is that its rates have a gradient."""
    for correction in CORRECTIONS:
        method, support, demos = sample(generator, tiny_policy(), bias=0, correction=correction)
        method.weights |= a_gmps(tiny_policy(), bias=0).weights  # rates as they begin
        mri = an_mri(tiny_policy(), correction=correction)
        start = method.inner.acting(method.weights)
        assert_close(
            method.outer_loss(method.weights, support, demos),
            mri.outer_loss(start, support, demos),
            rtol=0,
            atol=0,
        )
        ours = grad(method.outer_loss)(method.weights, support, demos)
        theirs = grad(mri.outer_loss)(start, support, demos)
        assert_close({name: ours[name] for name in theirs}, theirs)
        assert all(g.abs().max() > 0 for name, g in ours.items() if name.startswith("rate."))


@pytest.mark.parametrize("rates", ["fixed", "learned"])
def test_rates_frozen_at_nought_leave_imitation(generator, rates):
    """All tasks and all demonstrations: only the rollouts, which nothing depends on, differ."""
    ours = a_gmps(policy(), bias=0, inner_rate=0.0, rates="fixed", **MANY)
    theirs = an_imitation(policy(), **MANY)
    experiences = practice(), practice()
    for _ in range(3):
        ours.meta_step(experiences[0])
        theirs.meta_step(experiences[1])
    walked = flat(theirs.weights) - flat(policy().initial_weights())
    assert (flat(ours.weights) - flat(theirs.weights)).norm() < 1e-3 * walked.norm()
    at_nought, support, demos = sample(generator, tiny_policy(), bias=0, rates=rates)
    start = at_nought.inner.acting(at_nought.weights)
    nought = {name: torch.zeros_like(v) for name, v in at_nought.weights.items()} | start
    at_nought = a_gmps(tiny_policy(), bias=0, rates=rates, inner_rate=0.0)
    loss = an_imitation(tiny_policy()).imitation_loss
    assert_close(at_nought.outer_loss(nought, support, demos), loss(start, demos))
    gradient = grad(at_nought.outer_loss)(nought, support, demos)
    assert_close({name: gradient[name] for name in start}, grad(loss)(start, demos))


@pytest.mark.parametrize("adapted", ["all", "head", "bias"])
@pytest.mark.parametrize("loss", ["nll", "mse_std", "mse"])
def test_the_meta_gradient_runs_through_rates_and_bias(generator, adapted, loss):
    method, support, demos = sample(generator, tiny_biased_policy(), adapted=adapted, loss=loss)

    def outer(weights):
        return method.outer_loss(weights, support, demos)

    gradient = grad(outer)(method.weights)
    assert_gradient(outer, method.weights, gradient, generator)
    moved = {name for name, g in gradient.items() if name.startswith("rate.") and g.abs().max() > 0}
    assert "rate.bias" in moved and ("rate.log_std" in moved) <= (adapted == "all")
    assert gradient["bias"].abs().max() > 0


@pytest.mark.parametrize("correction", CORRECTIONS)
def test_every_number_moves_by_its_own_rate_and_no_other_moves(generator, correction):
    method, support, _ = sample(generator, tiny_biased_policy(), correction=correction)
    start = method.inner.acting(method.weights)
    climb = grad(method.inner_loss)(start, start, support)
    for adapted in ("all", "head", "bias"):
        one = a_gmps(method.policy, adapted=adapted, correction=correction)
        own = {name: value for name, value in method.weights.items() if name in one.weights}
        moved = one.inner.adapt(one.inner_loss, own, support, factor=0.5)
        for name, value in start.items():
            rate = own.get(f"rate.{name}", torch.zeros_like(value))
            assert_close(moved[name], value - 0.5 * rate * climb[name])
    names = {"head": {"mean.layers.2.weight", "mean.layers.2.bias", "bias"}, "bias": {"bias"}}
    for adapted, moving in names.items():
        assert set(a_gmps(method.policy, adapted=adapted).inner.moving) == moving


def test_the_bias_is_an_input_that_the_first_layer_sees_beside_every_observation(generator):
    net = tiny_biased_policy(2)
    weights = near(net.initial_weights(), generator)
    obs = torch.randn(3, 5, 3, generator=generator, dtype=torch.float64)
    z = weights["bias"].expand(3, 5, 2)
    plain = tiny_policy()
    plain.mean = net.mean
    seen = {name: value for name, value in weights.items() if name != "bias"}
    told = torch.func.functional_call(plain, seen, (torch.cat([obs, z], -1),))
    assert_close(net.distribution(weights, obs), told)
    assert_close(net.initial_weights()["bias"], torch.ones(2, dtype=torch.float64))
    own = {name: value.expand(3, *value.shape) for name, value in weights.items()}
    assert_close(net.distribution(own, obs)[0], told[0])  # a set of each task


def test_aggregation_adds_the_adapted_policies_states_with_the_experts_mean_action():
    method = a_gmps(biased_policy(), **MANY, aggregate_every=2)
    experience = asked(practice(3))
    before, rolled = experience.pairs(np.arange(len(TRAIN)), 0), watched(experience, "rollouts")
    method.meta_step(experience)
    assert not experience.answers
    method.meta_step(experience)
    *_, trials, visits = rolled
    assert visits.obs.shape[0] == len(TRAIN) and len(trials.obs) == len(TRAIN)
    known = experience.pairs(np.arange(len(TRAIN)), 0)
    count = before.obs.shape[1]
    assert_close(known.obs[:, :count], before.obs, rtol=0, atol=0)
    assert_close(known.act[:, :count], before.act, rtol=0, atol=0)
    states = visits.obs.flatten(1, 2)
    assert_close(known.obs[:, count:], states, rtol=0, atol=0)
    goals = torch.from_numpy(TRAIN).float()[:, None]
    assert_close(known.act[:, count:], ((goals - states) / 0.1).clamp(-1, 1))
    assert experience.counts.expert_queries == states.shape[:2].numel()
    adapted = method.inner.adapted(
        method.inner_loss, method.weights, with_advantages(trials, method.params.discount)
    )
    acted = method.policy.log_prob(adapted, states, visits.act.flatten(1, 2))
    assert_close(acted, visits.log_prob.flatten(1), rtol=1e-3, atol=1e-3)
    assert method.needs == ("demos", "expert") and a_gmps(policy(), bias=0).needs == ("demos",)


def test_states_that_nobody_acted_in_are_not_visited(generator):
    rollouts = asked(practice(3)).rollouts(policy().actor(policy().initial_weights()), np.arange(2))
    mask = torch.ones_like(rollouts.mask)
    mask[0, 0, 5:], mask[1, 3, 2:] = 0, 0
    states = visited(replace(rollouts, mask=mask))
    fewest = int(mask.sum((1, 2)).min())
    assert states.shape[:2] == (2, fewest)
    for task in range(2):
        assert_close(states[task], rollouts.obs[task][mask[task] > 0][:fewest], rtol=0, atol=0)


def trained(**changes):
    method = a_gmps(biased_policy(), inner_rate=RATE, outer_rate=3e-3, task_chunk=16, **changes)
    experience = asked(practice())
    for _ in range(4):
        method.meta_step(experience)
    return method


@pytest.mark.parametrize("aggregate_every", [0, 2])
def test_it_learns_to_adapt_to_tasks_it_has_not_seen(aggregate_every, rng):
    method = trained(imitation_steps=20, aggregate_every=aggregate_every)
    untrained = a_gmps(biased_policy(), inner_rate=RATE)
    before, after = returns(method.policy, method.weights, factors(method))
    assert_better(after, before, rng)
    nobody = returns(method.policy, untrained.weights, factors(untrained))[1]
    assert_better(after, nobody, rng)
    rates = flat({n: v for n, v in method.weights.items() if n.startswith("rate.")})
    assert (rates - RATE).abs().max() > 0.01


def factors(method):
    """At test as in training: once the learned rates."""
    return lambda schedule: method.adaptation(replace(schedule, rates=[1.0]))


def test_nothing_but_a_bias_cannot_adapt_where_there_is_none():
    with pytest.raises(Advice, match="bias: 0"):
        a_gmps(policy(), bias=0, adapted="bias")
