from dataclasses import replace

import numpy as np
import pytest
import torch
from torch.testing import assert_close

from remeta.experience.acting import Agent
from remeta.experience.collect import collect, collect_and_remember
from remeta.experience.stretches import collect_stretches
from remeta.experience.world import World
from remeta.nets.policy import GaussianPolicy
from tests.experience.countdown import LASTING, TASKS, Countdown

WORLD, ROWS, ACT = World(Countdown(), horizon=7), 2, 2


def policy():
    net = GaussianPolicy(3, ACT, (5,), -9.0, torch.Generator().manual_seed(0))
    return net.actor(net.initial_weights())


class Diary:
    """An agent's step that remembers how often it acted, and writes down what it saw of it."""

    def __init__(self):
        self.pages = []

    def __call__(self, obs, last, count):
        self.pages.append((last, count))
        mean, log_std = policy()(obs)
        return mean, log_std, count + 1

    def agent(self, **more):
        return Agent(self, torch.zeros(len(TASKS), ROWS, 1), **more)


def rolled(actor, seed=0):
    return collect_and_remember(WORLD, TASKS, actor, ROWS, np.random.default_rng(seed))


def test_an_agent_without_use_of_its_memory_acts_as_a_mere_policy_does():
    plain, (rollouts, _) = rolled(policy())[0], rolled(Diary().agent())
    for name in ("obs", "act", "reward", "mask", "log_prob"):
        assert_close(getattr(rollouts, name), getattr(plain, name), rtol=0, atol=0)


def test_an_agent_sees_its_last_action_and_what_it_led_to():
    diary = Diary()
    rollouts, _ = rolled(diary.agent())
    first, *later = (last for last, _ in diary.pages)
    assert all((part == 0).all() for part in (first.act, first.reward, first.done))
    for t, last in enumerate(later):
        here = rollouts.mask[:, :, t] == 1
        assert_close(last.act[here], rollouts.act[:, :, t][here], rtol=0, atol=0)
        assert_close(last.reward[here], torch.full_like(last.reward[here], t + 1.0))
        ended = torch.from_numpy(t + 1 >= LASTING)[:, None, None]
        assert (last.done == ended).all()


def test_a_row_that_has_ended_remembers_its_end():
    diary = Diary()
    rollouts, agent = rolled(diary.agent())
    ages = torch.from_numpy(LASTING).float()[:, None, None].expand(-1, ROWS, 1)
    assert_close(agent.memory, ages)
    assert_close(agent.last.reward, ages)
    ends = (ages[..., 0].long() - 1)[..., None, None].expand(-1, -1, 1, ACT)
    assert_close(agent.last.act, rollouts.act.gather(2, ends)[:, :, 0], rtol=0, atol=0)
    assert (agent.last.done == 1).all()


def test_a_trial_goes_on_where_its_last_episode_ended():
    diary = Diary()
    _, agent = rolled(diary.agent())
    before = len(diary.pages)
    _, later = rolled(agent, seed=1)
    last, count = diary.pages[before]
    assert_close(vars(last), vars(agent.last), rtol=0, atol=0)
    assert_close(count, agent.memory, rtol=0, atol=0)
    assert_close(later.memory, 2 * agent.memory)


def test_collecting_leaves_the_agent_alone_that_it_was_given():
    agent = Diary().agent()
    rolled(agent)
    assert agent.last is None and (agent.memory == 0).all()


def test_a_memory_may_be_a_tree():
    def step(obs, last, memory):
        mean, log_std = policy()(obs)
        return mean, log_std, {"count": memory["count"] + 1, "far": (memory["far"][0] + 2,)}

    zeros = torch.zeros(len(TASKS), ROWS, 1)
    _, agent = rolled(Agent(step, {"count": zeros, "far": (zeros.repeat(1, 1, 3),)}))
    assert_close(agent.memory["far"][0], 2 * agent.memory["count"].expand(-1, -1, 3))


def test_restarts_end_no_memory():
    diary, steps = Diary(), 9
    rng = np.random.default_rng(0)
    stretches = collect_stretches(WORLD, TASKS, diary.agent(), ROWS, steps, rng)
    for t, (last, count) in enumerate(diary.pages):
        assert (count == t).all()
        if t:
            assert_close(last.act, stretches.act[:, :, t - 1], rtol=0, atol=0)
            assert_close(last.reward[..., 0], stretches.reward[:, :, t - 1], rtol=0, atol=0)
            assert_close(last.done[..., 0], stretches.last[:, :, t - 1], rtol=0, atol=0)
    assert len(diary.pages) == steps and (stretches.last.sum(-1) > 1).any()


def spread(obs):
    """A policy whose spread depends on the state, as its mean does."""
    return obs[..., :ACT] / 10, torch.cos(obs[..., 1:])


def likelihood(rollouts):
    mean, log_std = spread(rollouts.obs)
    return torch.distributions.Normal(mean, log_std.exp())


def test_a_spread_that_depends_on_the_state_is_that_of_the_step():
    rollouts = collect(WORLD, TASKS, spread, ROWS, np.random.default_rng(0))
    expected = likelihood(rollouts).log_prob(rollouts.act).sum(-1)
    taken = rollouts.mask == 1
    assert_close(rollouts.log_prob[taken], expected[taken], rtol=1e-4, atol=1e-4)


@pytest.mark.parametrize("deterministic", [False, True])
def test_squashed_actions_have_the_density_of_what_is_squashed(deterministic):
    def squash(raw):
        return torch.tanh(raw), torch.log1p(-torch.tanh(raw).square()).sum(-1)

    agent = Agent(lambda obs, last, memory: (*spread(obs), memory), squash=squash)
    rng = np.random.default_rng(0)
    rollouts = collect(WORLD, TASKS, agent, ROWS, rng, deterministic=deterministic)
    taken = rollouts.mask == 1
    assert (rollouts.act[taken].abs() < 1).all()
    if deterministic:
        assert_close(rollouts.act[taken], torch.tanh(spread(rollouts.obs)[0])[taken])
        assert (rollouts.log_prob == 0).all()
        return
    tanh = torch.distributions.TanhTransform(cache_size=1)
    squashed = torch.distributions.TransformedDistribution(likelihood(rollouts), tanh)
    clear = taken & (rollouts.act.abs() < 0.999).all(-1)  # or the check itself is off
    expected = squashed.log_prob(rollouts.act).sum(-1)
    assert clear.sum() > 10
    assert_close(rollouts.log_prob[clear], expected[clear], rtol=1e-3, atol=1e-3)


def test_a_step_that_changes_nothing_is_no_new_agent():
    agent = Agent(lambda obs, last, memory: (*spread(obs), memory))
    _, after = rolled(agent)
    assert replace(after, last=None) == agent
