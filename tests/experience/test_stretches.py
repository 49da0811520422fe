"""Rollouts by a budget of steps, against single episodes one after the other."""

from functools import partial

import numpy as np
import pytest
import torch
from torch.func import vmap
from torch.testing import assert_close

from remeta.core.stretches import Stretches
from remeta.core.weights import stacked
from remeta.experience.collect import collect
from remeta.experience.stretches import collect_stretches
from remeta.experience.world import World
from remeta.nets.policy import GaussianPolicy
from remeta.tasks.point import Point
from remeta.tasks.point_rotation import PointRotation
from tests.core.differences import noise_like
from tests.experience.countdown import LASTING, TASKS, Countdown

ROWS, STEPS = 4, 17
WORLD = World(Countdown(), horizon=7)


def policy(world=WORLD):
    maker = torch.Generator().manual_seed(0)
    return GaussianPolicy(world.obs_size, world.act_size, (5,), -9.0, maker)


def rolled(world=WORLD, tasks=TASKS, seed=0, weights=None, rows=ROWS, steps=STEPS, **how):
    net = policy(world)
    actor = partial(net.distribution, net.initial_weights() if weights is None else weights)
    rng = np.random.default_rng(seed)
    return collect_stretches(world, tasks, actor, rows, steps, rng, **how)


def own_weights(net, tasks, generator):
    noise = noise_like(stacked(net.initial_weights(), len(tasks)), generator)
    return {name: 0.3 * value for name, value in noise.items()}


def single_file(world, task, net, weights, noise):
    """What one row does: one step of one episode after the other, as anyone would write it."""
    state, age = world.family.start(None, task), 0  # no chance in it
    for now in noise:
        obs = torch.from_numpy(world.family.observe(state)).float()
        mean, log_std = net.distribution(weights, obs)
        act = (mean + torch.from_numpy(now) * log_std.exp()).detach()
        state, reward, done = world.family.advance(state, act.numpy(), task)
        age += 1
        last = bool(done[0]) or age == world.horizon
        after = torch.from_numpy(world.family.observe(state)).float()
        yield obs, act, reward, net.log_prob(weights, obs, act), after, last
        if last:
            state, age = world.family.start(None, task), 0


def test_episodes_are_those_of_a_plain_loop_with_the_same_noise(generator, monkeypatch):
    """The noise is the first that is drawn of the generator; these worlds start without any."""
    monkeypatch.setattr("remeta.tasks.point_rotation.NEAR", 0.7)  # so that some arrive
    world, steps = World(PointRotation("sparse"), horizon=10), 60
    tasks = world.family.draw(np.random.default_rng(1), 3)
    net = policy(world)
    weights = own_weights(net, tasks, generator)
    rollouts = rolled(world, tasks, 3, weights, steps=steps)
    noise = np.random.default_rng(3).standard_normal((steps, 3 * ROWS, 2), dtype=np.float32)
    for task in range(3):
        own = {name: value[task] for name, value in weights.items()}
        for row in range(ROWS):
            loop = single_file(world, tasks[[task]], net, own, noise[:, task * ROWS + row])
            for t, (obs, act, reward, log_prob, after, last) in enumerate(loop):
                at = task, row, t
                assert rollouts.last[at] == last and rollouts.reward[at] == reward[0]
                for name, value in {"obs": obs, "act": act, "after": after}.items():
                    assert_close(getattr(rollouts, name)[at], value[0], rtol=1e-4, atol=1e-5)
                assert_close(rollouts.log_prob[at], log_prob[0], rtol=1e-4, atol=1e-4)
    lasting = 1 + rollouts.age[rollouts.last == 1]
    assert (lasting == 10).any() and len(lasting.unique()) > 3  # by the horizon, and before it


def test_rows_restart_until_their_steps_are_used():
    """The world itself refuses a row that goes on after its end, or under another's task."""
    rollouts = rolled()
    whole = np.broadcast_to(STEPS // LASTING, (ROWS, len(TASKS)))
    np.testing.assert_array_equal(rollouts.last.sum(-1).T, whole)
    ages = np.arange(STEPS) % LASTING[:, None]
    np.testing.assert_array_equal(rollouts.age, np.broadcast_to(ages[:, None], rollouts.mask.shape))
    np.testing.assert_array_equal(rollouts.reward, rollouts.age + 1)


def test_nothing_half_finished_counts():
    rollouts, whole = rolled(), STEPS // LASTING * LASTING
    np.testing.assert_array_equal(
        rollouts.mask.sum(-1).T, np.broadcast_to(whole, (ROWS, len(TASKS)))
    )
    np.testing.assert_array_equal(rollouts.mean_return(), LASTING * (LASTING + 1) / 2)
    assert rollouts.steps == len(TASKS) * ROWS * STEPS


def test_what_comes_after_a_step_is_seen_before_a_restart():
    rollouts = rolled()
    goes_on = rollouts.last[..., :-1] == 0
    assert_close(rollouts.after[..., :-1, :][goes_on], rollouts.obs[..., 1:, :][goes_on])
    indices, age, place = rollouts.after.unbind(-1)
    assert (indices == rollouts.obs[..., 0]).all()
    assert (age == rollouts.age + 1).all()
    assert_close(place, rollouts.obs[..., 2] + rollouts.act.sum(-1), rtol=1e-5, atol=1e-5)


def test_every_episode_starts_on_its_own():
    rollouts = rolled()
    starts = rollouts.obs[..., 2][rollouts.age == 0]
    assert len(starts.unique()) == len(starts) > (STEPS // LASTING).sum() * ROWS


def test_where_nothing_ends_early_it_is_collect():
    world = World(Point(scattered=True), horizon=9, modes=2)
    goals = Point().draw(np.random.default_rng(0), 3)
    net = policy(world)
    actor = partial(net.distribution, net.initial_weights())
    for how in ({}, {"explore": True}, {"deterministic": True}):
        rollouts = rolled(world, goals, seed=5, steps=9, **how)
        plain = collect(world, goals, actor, ROWS, np.random.default_rng(5), **how)
        assert isinstance(rollouts, Stretches)
        for name in ("obs", "act", "reward", "mask", "log_prob"):
            assert_close(getattr(rollouts, name), getattr(plain, name), rtol=0, atol=0)
        assert_close(rollouts.mean_return(), plain.mean_return())
        assert rollouts.steps == plain.steps


def test_log_probabilities_are_those_of_the_policy_that_acted(generator):
    net = policy()
    weights = own_weights(net, TASKS, generator)
    rollouts = rolled(weights=weights)
    expected = vmap(net.log_prob)(weights, rollouts.obs, rollouts.act)
    assert_close(rollouts.log_prob, expected, rtol=1e-4, atol=1e-4)


def test_modes_are_seen_before_and_after_a_step():
    rollouts = rolled(World(Countdown(), horizon=7, modes=3), explore=True)
    expected = torch.eye(3)[torch.arange(ROWS) % 3][:, None].expand(len(TASKS), ROWS, STEPS, 3)
    assert_close(rollouts.obs[..., 3:], expected)
    assert_close(rollouts.after[..., 3:], expected)


def test_a_world_that_breaks_down_shows_no_number_that_is_none():
    rollouts = rolled(World(Countdown(breaks=True), horizon=7))
    for name in ("obs", "act", "after", "reward", "log_prob"):
        assert getattr(rollouts, name).isfinite().all()
    broken = rollouts.last == 1
    broken[2] = False  # its world would break at 99; the horizon comes first
    assert (rollouts.after[broken] == 0).all() and broken.any()


def test_the_same_seed_gives_the_same_bytes_and_another_does_not():
    first, again, other = (rolled(seed=seed) for seed in (0, 0, 1))
    for name in ("obs", "act", "reward", "mask", "log_prob", "after", "last"):
        assert_close(getattr(again, name), getattr(first, name), rtol=0, atol=0)
    assert (other.act != first.act).any()


def test_a_budget_in_which_no_episode_may_fit_is_refused():
    with pytest.raises(ValueError, match="6 steps may hold no episode of 7"):
        rolled(steps=6)
