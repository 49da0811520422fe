from dataclasses import replace
from functools import partial

import numpy as np
import pytest
import torch
from torch.func import vmap
from torch.testing import assert_close

from remeta.core.adapt import gradient_step
from remeta.core.returns import with_advantages
from remeta.core.weights import stacked
from remeta.experience.adaptation import Schedule, adaptation_curve
from remeta.experience.collect import collect
from remeta.experience.gradients import GradientAdaptation, by_policy_gradient, policy_gradient_step
from remeta.experience.world import World
from remeta.nets.policy import GaussianPolicy
from remeta.tasks.point import Point
from tests.core.differences import noise_like
from tests.experience.countdown import LASTING, TASKS, Countdown

WORLD = World(Point(), horizon=6, modes=2)
GOALS = Point().draw(np.random.default_rng(0), 3)
RATES = (0.5, 0.1)


def policy():
    return GaussianPolicy(4, 2, (8,), -9.0, torch.Generator().manual_seed(0))


def by_hand(net, weights, support, rate):
    """One task after another, the gradient of mean log pi A by backward()."""
    stepped = []
    for task in range(len(GOALS)):
        own = {n: v[task].detach().clone().requires_grad_() for n, v in weights.items()}
        log_prob = net.log_prob(own, support.obs[task], support.act[task])
        gain = log_prob * support.advantage[task] * support.mask[task]
        (gain.sum() / support.mask[task].sum()).backward()
        stepped.append({n: (v + rate * v.grad).detach() for n, v in own.items()})
    return {n: torch.stack([own[n] for own in stepped]) for n in weights}


def curve(net, start, explore=False):
    schedule = Schedule(len(RATES), 4, discount=0.99, rates=RATES, explore=explore)
    how, rng = by_policy_gradient(net, schedule), np.random.default_rng(1)
    return list(adaptation_curve(WORLD, how, start, GOALS, schedule, rng))


def test_every_task_climbs_its_own_policy_gradient_from_its_own_weights(generator):
    net = policy()
    noise = noise_like(stacked(net.initial_weights(), len(GOALS)), generator)
    weights = {name: 0.3 * value for name, value in noise.items()}
    actor = partial(net.distribution, weights)
    rollouts = collect(WORLD, GOALS, actor, 4, np.random.default_rng(0))
    support = with_advantages(rollouts, 0.99)
    assert_close(
        policy_gradient_step(net, weights, support, 0.7), by_hand(net, weights, support, 0.7)
    )


def test_a_curve_learns_from_the_rollouts_it_shows(generator):
    """Its later rollouts were drawn by weights that its earlier ones alone explain."""
    net = policy()
    weights = stacked(net.initial_weights(), len(GOALS))
    rollouts = [episodes for _, episodes in curve(net, net.initial_weights())]
    assert len(rollouts) == len(RATES) + 1
    for step, episodes in enumerate(rollouts):
        expected = vmap(net.log_prob)(weights, episodes.obs, episodes.act)
        assert_close(episodes.log_prob, expected, rtol=1e-4, atol=1e-4)
        if step < len(RATES):
            weights = by_hand(net, weights, with_advantages(episodes, 0.99), RATES[step])


def test_a_curve_explores_before_its_first_step_only():
    net = policy()
    for explore in (False, True):
        modes = [
            (episodes.obs[..., 2:] != 0).any()
            for _, episodes in curve(net, net.initial_weights(), explore=explore)
        ]
        assert modes == [explore, False, False]


def test_a_curve_leaves_its_start_alone():
    net = policy()
    start = net.initial_weights()
    curve(net, start)
    assert_close(start, net.initial_weights(), rtol=0, atol=0)


def test_a_curve_says_what_was_spent_before_each_of_its_rollouts(rng):
    """Of tasks whose episodes last differently long."""
    world, net = World(Countdown(), horizon=7), GaussianPolicy(3, 2, (4,), -9.0, torch.Generator())
    schedule = Schedule(4, 3, discount=0.99, rates=[0.1] * 4)
    how, start = by_policy_gradient(net, schedule), net.initial_weights()
    for step, (spent, _) in enumerate(adaptation_curve(world, how, start, TASKS, schedule, rng)):
        assert spent.steps == step
        np.testing.assert_array_equal(spent.episodes, np.full(len(TASKS), 3 * step))
        np.testing.assert_array_equal(spent.env_steps, 3 * step * LASTING)


def without_reward(offset, schedule):
    """A step along a made-up advantage of (s, a, s'), and then an offset, each time again."""
    net = GaussianPolicy(3, 2, (4,), -9.0, torch.Generator().manual_seed(0))

    def loss(weights, sampler, rollouts):
        advantage = torch.tanh((rollouts.after - rollouts.obs)[..., 2]) * rollouts.mask
        return -(net.log_prob(weights, rollouts.obs, rollouts.act) * advantage).mean()

    def update(weights, rollouts, rate):
        step = vmap(lambda w, one: gradient_step(loss, w, one, rate))
        return {name: value + offset for name, value in step(weights, rollouts).items()}

    adaptation = GradientAdaptation(lambda weights, _: net.actor(weights), update, schedule.rates)
    return adaptation, net.initial_weights()


@pytest.mark.parametrize("rate", [0.0, 0.01])
def test_restarting_rows_teach_a_step_that_asks_for_no_reward(rate, rng):
    """As NoRML adapts: whatever rewards are, the weights are the same; the offset adds up."""
    world, schedule = World(Countdown(), horizon=7), Schedule(2, 3, row_steps=9, rates=[rate] * 2)
    adaptation, start = without_reward(0.01, schedule)
    curve = list(adaptation_curve(world, adaptation, start, TASKS, schedule, rng))
    memories = []
    for scale in (1, 0):
        memory = adaptation.begin(start, (len(TASKS), 3), rng)
        for _, rollouts in curve[:2]:
            paid = replace(rollouts, reward=scale * rollouts.reward)
            memory, _ = adaptation.learn(memory, paid, adaptation.actor(memory, rng))
        memories.append(memory.weights)
    assert_close(*memories, rtol=0, atol=0)
    expected = {n: v + 0.02 for n, v in stacked(start, len(TASKS)).items()}
    if rate:
        assert (memories[0]["log_std"] - expected["log_std"]).abs().max() > 1e-3
    else:
        assert_close(memories[0], expected)
    for step, (spent, _) in enumerate(curve):
        assert (spent.env_steps == step * 3 * 9).all()
        np.testing.assert_array_equal(spent.episodes, step * 3 * (9 // LASTING))
