"""A net that learns to use its memory, and what is true of any memory."""

import numpy as np
import torch
from torch import nn
from torch.func import functional_call
from torch.testing import assert_close

from remeta.core import gaussian
from remeta.core.weights import Weights
from remeta.experience.adaptation import Schedule, adaptation_curve
from remeta.experience.practice import Practice
from remeta.experience.recurrence import RecurrentAdaptation
from tests.evidence import assert_better
from tests.experience.payoff import TASKS, WORLD, Payoff
from tests.experience.unrolled import unroll

EPISODES, HIDDEN = 2, 16


class Recurrent(nn.Module):
    """A GRU on the last step, linear readout, constant spread."""

    def __init__(self, generator):
        super().__init__()
        self.cell, self.mean = nn.GRUCell(4, HIDDEN), nn.Linear(HIDDEN, 1)
        for value in self.parameters():
            nn.init.uniform_(value, -0.25, 0.25, generator=generator)

    def forward(self, inputs, hidden):
        hidden = self.cell(inputs.flatten(0, 1), hidden.flatten(0, 1))
        return self.mean(hidden).unflatten(0, inputs.shape[:2]), hidden.unflatten(
            0, inputs.shape[:2]
        )

    def memory(self, weights, shape):
        return torch.zeros(*shape, HIDDEN)

    def step(self, weights, obs, last, hidden):
        inputs = torch.cat([obs, last.act, last.reward, last.done], -1)
        mean, hidden = functional_call(self, weights, (inputs, hidden))
        return mean, torch.full((1,), -1.0), hidden


def practice(rows=8):
    tasks = Payoff().draw(np.random.default_rng(1), 16)
    return Practice(WORLD, tasks, None, 16, rows, np.random.default_rng(2))


def learned(net: Recurrent, iterations: int) -> Weights:
    """REINFORCE through whole trials: what an episode tells is credited by the next."""
    weights = {name: value.detach().clone() for name, value in net.named_parameters()}
    leaves = {name: value.requires_grad_() for name, value in weights.items()}
    adam, experience = torch.optim.Adam(leaves.values(), 0.02), practice()
    everyone = np.arange(len(experience.tasks))
    for _ in range(iterations):
        with torch.no_grad():
            agent = RecurrentAdaptation(net).begin(leaves, (16, 8), experience.rng)
        trials = experience.stretches(agent, everyone, EPISODES * WORLD.horizon)
        to_go = trials.reward.flip(-1).cumsum(-1).flip(-1)
        advantage = to_go - to_go.mean((0, 1))
        log_prob = gaussian.log_prob(trials.act, *unroll(net, leaves, trials))
        adam.zero_grad()
        (-log_prob * advantage).mean().backward()
        adam.step()
    return {name: value.detach() for name, value in leaves.items()}


def returns(net, weights, steps=EPISODES - 1):
    """[episode of the trial, task], over rows that are trials."""
    curve = adaptation_curve(
        WORLD,
        RecurrentAdaptation(net),
        weights,
        TASKS,
        Schedule(steps, 20),
        np.random.default_rng(3),
    )
    return np.stack([rollouts.mean_return().numpy() for _, rollouts in curve])


def test_a_net_learns_to_remember_what_an_episode_told(rng, generator):
    net = Recurrent(generator)
    fresh, trained = dict(net.named_parameters()), learned(net, 150)
    before, after = returns(net, {n: v.detach() for n, v in fresh.items()}), returns(net, trained)
    assert_better(after[1], before[1], rng)
    assert_better(after[1], after[0], rng)


def test_unrolling_a_trial_finds_the_actions_as_likely_as_they_were(generator):
    net, experience = Recurrent(generator), practice()
    weights = {name: 4 * value.detach() for name, value in net.named_parameters()}
    agent = RecurrentAdaptation(net).begin(weights, (3, 8), experience.rng)
    trials = experience.stretches(agent, np.array([2, 0, 5]), 7)
    mean, log_std = unroll(net, weights, trials)
    assert mean.std() > 0.1
    assert_close(
        gaussian.log_prob(trials.act, mean, log_std), trials.log_prob, rtol=1e-4, atol=1e-4
    )


def test_a_trial_episode_by_episode_is_a_trial_in_one_piece(generator):
    """Without noise: the k-th episode of a curve is the k-th of a stretch."""
    net = Recurrent(generator)
    weights = {name: 4 * value.detach() for name, value in net.named_parameters()}
    schedule, rng = Schedule(2, 1, deterministic=True), np.random.default_rng(0)
    how = RecurrentAdaptation(net)
    curve = [r for _, r in adaptation_curve(WORLD, how, weights, TASKS, schedule, rng)]
    experience = Practice(WORLD, TASKS, None, 16, 1, rng)
    agent, everyone = how.begin(weights, (len(TASKS), 1), rng), np.arange(len(TASKS))
    steps = 3 * WORLD.horizon
    whole = experience.stretches(agent, everyone, steps, deterministic=True)
    assert_close(torch.cat([rollouts.act for rollouts in curve], 2), whole.act)
    assert (curve[1].act - curve[0].act).abs().mean() > 1e-3


def test_every_trial_spends_its_own_episodes(generator):
    net = Recurrent(generator)
    weights = {name: value.detach() for name, value in net.named_parameters()}
    rng = np.random.default_rng(0)
    curve = adaptation_curve(WORLD, RecurrentAdaptation(net), weights, TASKS, Schedule(2, 5), rng)
    for step, (spent, _) in enumerate(curve):
        assert spent.steps == step and (spent.episodes == step).all()
        assert (spent.env_steps == step * WORLD.horizon).all()
