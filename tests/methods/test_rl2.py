"""RL2: what is remembered and for how long, what later episodes count for, and PPO beneath."""

from dataclasses import replace

import numpy as np
import pytest
import torch
from torch.testing import assert_close

from remeta.core.stretches import Stretches
from remeta.core.weights import Weights
from remeta.experience.practice import Practice
from remeta.experience.recurrence import RecurrentAdaptation, seen
from remeta.experience.world import World
from tests.experience.countdown import TASKS, Countdown
from tests.experience.unrolled import unroll
from tests.methods.rivals import WORLD, a_practice, made

HORIZON = WORLD.horizon


def remembering(method) -> Weights:
    """Weights by which memory matters."""
    return {name: 2 * value for name, value in method.weights.items()}


def trials_of(method, experience, episodes=2):
    indices = np.arange(3)
    agent = RecurrentAdaptation(method.policy).begin(method.weights, (3, 6), experience.rng)
    return experience.stretches(agent, indices, episodes * HORIZON)


@pytest.fixture
def rl2():
    method = made("rl2", a_practice())
    method.weights = remembering(method)
    return method


def test_all_steps_of_trials_at_once_are_what_they_are_one_by_one(rl2):
    trials = trials_of(rl2, a_practice())
    mean, log_std = rl2.policy.over_trials(rl2.weights, seen(trials))
    stepwise, spread = unroll(rl2.policy, rl2.weights, trials)
    assert mean.std() > 0.1
    assert_close(mean, stepwise, rtol=1e-4, atol=1e-5)
    assert_close(log_std.expand_as(mean), spread)


def test_before_any_step_of_learning_every_action_is_as_likely_as_it_was(rl2):
    """Rows began with an empty memory, and kept it beyond the end of an episode."""
    batch = rl2.judged(trials_of(rl2, a_practice()))
    assert_close(rl2.loss(rl2.weights, batch), -batch.advantage.mean(), rtol=1e-4, atol=1e-5)


def test_the_last_reward_of_an_episode_is_known_in_the_next_and_in_no_other_trial(rl2):
    trials = trials_of(rl2, a_practice())
    reward = trials.reward.clone()
    reward[1, 4, HORIZON - 1] += 3  # the last of its first episode
    told = replace(trials, reward=reward)
    one, two = (rl2.policy.over_trials(rl2.weights, seen(each))[0] for each in (trials, told))
    moved = (one - two).abs().amax(-1) > 1e-4
    expected = torch.zeros_like(moved)
    expected[1, 4, HORIZON:] = True
    assert moved[1, 4, HORIZON]
    assert not (moved & ~expected).any()


def test_every_iteration_begins_its_trials_with_nothing_remembered(monkeypatch):
    experience, began = a_practice(), []
    method = made("rl2", experience)
    collect = experience.stretches

    def noting(agent, *rest, **more):
        began.append((agent.memory.clone(), agent.last))
        return collect(agent, *rest, **more)

    monkeypatch.setattr(experience, "stretches", noting)
    for _ in range(2):
        method.meta_step(experience)
    assert len(began) == 2
    for memory, last in began:
        assert last is None and not memory.any()


def test_an_advantage_counts_what_later_episodes_come_to(rl2):
    """By a double loop over the differences, with the baseline of each whole trial."""
    trials = trials_of(rl2, a_practice())
    whole = replace(trials, mask=torch.ones_like(trials.mask))
    batch = rl2.judged(trials)
    discount, trace = rl2.params.discount, rl2.params.trace
    reward, steps = trials.reward.double(), 2 * HORIZON
    to_go = torch.zeros_like(reward)
    for t in range(steps):
        for later in range(t, steps):
            to_go[..., t] += discount ** (later - t) * reward[..., later]
    value = fitted(whole, to_go)
    ahead = torch.cat([value[..., 1:], torch.zeros_like(value[..., :1])], -1)
    delta, advantage = reward + discount * ahead - value, torch.zeros_like(reward)
    for t in range(steps):
        for later in range(t, steps):
            advantage[..., t] += (discount * trace) ** (later - t) * delta[..., later]
    centred = advantage - advantage.mean((1, 2), keepdim=True)
    unit = centred / centred.square().mean((1, 2), keepdim=True).sqrt()
    assert_close(batch.advantage.double(), unit, rtol=1e-4, atol=1e-4)


def fitted(trials, target):
    """Least squares on [o, o^2, t, t^2, t^3, 1], task by task."""
    clock = torch.arange(trials.reward.shape[-1]).double() / 100
    time = torch.stack([clock, clock**2, clock**3, torch.ones_like(clock)], -1)
    o = trials.obs.double()
    features = torch.cat([o, o * o, time.expand(*o.shape[:-1], 4)], -1)
    values = []
    for rows, goal in zip(features.flatten(1, 2), target.flatten(1), strict=True):
        square = rows.T @ rows + 1e-5 * torch.eye(rows.shape[1]).double()
        values.append(rows @ torch.linalg.solve(square, rows.T @ goal))
    return torch.stack(values).unflatten(-1, target.shape[1:])


def test_a_trial_of_one_episode_is_plain_ppo():
    """Episode by episode from rollouts of their own, clipped by hand, and Adam's first step."""
    method, twin = (made("rl2", a_practice(), trial=1, epochs=1) for _ in "ab")
    method.meta_step(a_practice())
    experience = a_practice()
    indices = experience.draw_tasks()
    agent = RecurrentAdaptation(twin.policy).begin(twin.weights, (4, 6), experience.rng)
    episodes = experience.rollouts(agent, indices)
    leaves = {name: value.clone().requires_grad_() for name, value in twin.weights.items()}
    fresh = made("rl2", a_practice(), trial=1)
    advantage = fresh.judged(as_trials(episodes)).advantage
    total = 0.0
    for task in range(4):
        for row in range(6):
            hidden, last = torch.zeros(1, 16), torch.zeros(1, 4)
            for t in range(HORIZON):
                obs, act = episodes.obs[task, row, t], episodes.act[task, row, t]
                inputs = torch.cat([obs[None], last], -1)
                hidden = gru(leaves, inputs, hidden)
                mean = hidden @ leaves["mean.weight"].T + leaves["mean.bias"]
                law = torch.distributions.Normal(mean[0], leaves["log_std"].exp())
                ratio = (law.log_prob(act).sum() - episodes.log_prob[task, row, t]).exp()
                gain = advantage[task, row, t]
                total = total - torch.minimum(ratio * gain, ratio.clamp(0.8, 1.2) * gain)
                ended = torch.tensor([float(t == HORIZON - 1)])
                last = torch.cat([act, episodes.reward[task, row, t][None], ended])[None]
    (total / (4 * 6 * HORIZON)).backward()
    for name, leaf in leaves.items():
        step = 3e-3 * leaf.grad / (leaf.grad.abs() + 1e-8)
        assert_close(method.moments.mean[name], 0.1 * leaf.grad, rtol=1e-3, atol=1e-6)
        kept = leaf.grad.abs() > 1e-5  # of the others rounding decides the sign
        assert_close(method.weights[name][kept], (leaf - step).detach()[kept], rtol=1e-3, atol=1e-5)


def as_trials(episodes):
    last = torch.zeros_like(episodes.mask)
    last[..., -1] = 1
    known = {n: getattr(episodes, n) for n in ("obs", "act", "reward", "mask", "log_prob")}
    return Stretches(after=episodes.obs, last=last, **known)


def gru(weights, inputs, hidden):
    """Cho et al. 2014, as torch has it."""
    read = inputs @ weights["read"].T + weights["read_bias"]
    kept = hidden @ weights["kept"].T + weights["kept_bias"]
    (r, z, n), (hr, hz, hn) = read.chunk(3, -1), kept.chunk(3, -1)
    reset, keep = torch.sigmoid(r + hr), torch.sigmoid(z + hz)
    return (1 - keep) * torch.tanh(n + reset * hn) + keep * hidden


def test_gains_are_clipped_where_a_policy_has_moved(rl2, generator):
    batch = rl2.judged(trials_of(rl2, a_practice()))
    moved = {n: w + 0.1 * torch.randn(w.shape, generator=generator) for n, w in rl2.weights.items()}
    mean, log_std = rl2.policy.over_trials(moved, batch.obs)
    law = torch.distributions.Normal(mean, log_std.exp())
    ratio = (law.log_prob(batch.act).sum(-1) - batch.log_prob).exp()
    assert ((ratio - 1).abs() > 0.2).any()
    gain = torch.minimum(ratio * batch.advantage, ratio.clamp(0.8, 1.2) * batch.advantage)
    assert_close(rl2.loss(moved, batch), -gain.mean(), rtol=1e-4, atol=1e-5)


def test_what_was_under_way_at_the_end_of_a_trial_is_learned_from_too(rng):
    experience = Practice(World(Countdown(), 7), TASKS, None, 4, 6, rng)
    method = made("rl2", experience)
    agent = RecurrentAdaptation(method.policy).begin(method.weights, (4, 6), rng)
    trials = experience.stretches(agent, np.arange(4), 14)
    batch, cut = method.judged(trials), trials.mask == 0
    assert cut.any() and batch.mask.all() and (batch.advantage[cut] != 0).all()


def test_returns_are_of_the_first_and_last_episode_and_every_epoch_is_a_step(monkeypatch):
    experience, met = a_practice(), []
    method, collect = made("rl2", experience, trial=3), experience.stretches

    def noting(*given, **more):
        met.append(collect(*given, **more))
        return met[-1]

    monkeypatch.setattr(experience, "stretches", noting)
    metrics = method.meta_step(experience)
    first, _, last = met[0].reward.unflatten(-1, (3, HORIZON)).sum(-1).mean((0, 1)).tolist()
    assert first != last
    assert (metrics["return_before"], metrics["return_after"]) == pytest.approx((first, last))
    assert method.moments.count == experience.counts.updates == 4
