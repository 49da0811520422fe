"""Contexts that can be written out: what is believed of a task, and what was spent to know it."""

from functools import partial
from itertools import pairwise

import numpy as np
import pytest
import torch
from torch.testing import assert_close

from remeta.core.episodes import Demonstrations
from remeta.experience.adaptation import Schedule, adaptation_curve
from remeta.experience.contexts import DemonstrationAdaptation, PosteriorAdaptation
from tests.evidence import assert_better
from tests.experience.payoff import GOALS, TASKS, WORLD

ROWS, DEMOS, TIME = 4, 5, 3


def on(context, log_std, weights, obs):
    return weights["scale"] * context.expand(*obs.shape[:-1], -1), torch.full((1,), log_std)


class Regression:
    """Every transition is a Gaussian opinion of the task, (r + a^2 / 2) / a.

    Opinions multiply, the prior among them.
    """

    context_size = 1

    def actor(self, weights, context):
        return partial(on, context, -2.0, weights)

    def infer(self, weights, rollouts):
        act, reward = rollouts.act[..., 0], rollouts.reward
        precision = act.square() / 0.01 * rollouts.mask
        opinion = (reward + act.square() / 2) / act
        total = 1 + precision.sum(-1, keepdim=True)
        return (precision * opinion).sum(-1, keepdim=True) / total, -0.5 * total.log()


class Copy:
    """The context is what was done on average; the policy does it, too."""

    def actor(self, weights, context):
        return partial(on, context, -9.0, weights)

    def encode(self, weights, demos):
        count = demos.mask.sum((1, 2)).clamp_min(1).unsqueeze(-1)
        mean = (demos.act * demos.mask.unsqueeze(-1)).sum((1, 2)) / count
        return mean, torch.full_like(mean, -1.0)


START = {"scale": torch.ones(())}


def curve(adaptation, steps, rng, deterministic=False):
    schedule = Schedule(steps, ROWS, deterministic=deterministic)
    return list(adaptation_curve(WORLD, adaptation, START, TASKS, schedule, rng))


def demos_of(act):
    """Actions [task, demo, time], each where its demonstration has that many steps."""
    obs = torch.zeros(*act.shape, 1)
    return Demonstrations(obs, act.unsqueeze(-1), obs, torch.ones_like(act))


def shown():
    return demos_of(GOALS.expand(-1, DEMOS, TIME))


def test_acting_on_the_posterior_earns_more_than_on_the_prior(rng):
    before, after = curve(PosteriorAdaptation(Regression()), 1, rng)
    assert_better(after[1].mean_return().numpy(), before[1].mean_return().numpy(), rng)


def test_acting_on_what_was_shown_earns_more_than_on_nothing(rng):
    before, after = curve(DemonstrationAdaptation(Copy(), shown(), [1]), 1, rng)
    assert_better(after[1].mean_return().numpy(), before[1].mean_return().numpy(), rng)


def test_a_posterior_is_of_all_that_its_row_has_met_and_of_nothing_else(rng):
    """Ridge regression through all transitions of a row, which two episodes hold."""
    adaptation = PosteriorAdaptation(Regression())
    memory, met = adaptation.begin(START, (len(TASKS), ROWS), rng), []
    for _ in range(2):
        actor = adaptation.actor(memory, rng)
        rollouts = curve(adaptation, 0, rng)[0][1]
        met.append(rollouts)
        memory, _ = adaptation.learn(memory, rollouts, actor)
    for task in range(len(TASKS)):
        for row in range(ROWS):
            act = torch.cat([rollouts.act[task, row, :, 0] for rollouts in met])
            reward = torch.cat([rollouts.reward[task, row] for rollouts in met])
            ridge = act.square().sum() + 0.01
            mean, log_std = (part[task, row, 0] for part in memory.belief)
            best = (act * (reward + act**2 / 2)).sum() / ridge
            assert_close(mean, best, rtol=1e-4, atol=1e-4)
            assert_close(log_std.exp(), 0.1 / ridge.sqrt(), rtol=1e-4, atol=1e-5)


def test_the_prior_is_drawn_anew_for_every_row_and_kept_as_long_as_agreed(rng):
    steps = curve(PosteriorAdaptation(Regression(), prior_steps=2), 3, rng)
    contexts = torch.stack([rollouts.act.mean((-2, -1)) for _, rollouts in steps])
    assert contexts[:2].std() > 0.5 and len(contexts[:2].unique()) == contexts[:2].numel()
    near = (contexts - GOALS[..., 0]).abs().mean((1, 2))
    assert near[:2].min() > 0.5 and near[2:].max() < 0.2


def test_every_row_of_a_posterior_spends_an_episode_of_its_own(rng):
    for step, (spent, _) in enumerate(curve(PosteriorAdaptation(Regression()), 2, rng)):
        assert spent.steps == step
        np.testing.assert_array_equal(spent.episodes, np.full(len(TASKS), step))
        np.testing.assert_array_equal(spent.env_steps, np.full(len(TASKS), step * WORLD.horizon))


def test_demonstrations_cost_a_step_each_and_nothing_in_the_world(rng):
    steps = curve(DemonstrationAdaptation(Copy(), shown(), [1, 4, 5]), 3, rng)
    assert [spent.steps for spent, _ in steps] == [0, 1, 4, 5]
    for spent, _ in steps:
        assert (spent.episodes == 0).all() and (spent.env_steps == 0).all()


@pytest.mark.parametrize("contexts", [1, 2])
def test_rows_take_turns_with_contexts_that_only_ever_know_more(contexts, rng):
    """The n-th demonstration of a task does 10^n: a mean tells which ones it is of."""
    act = (10.0 ** torch.arange(DEMOS))[:, None].expand(len(TASKS), DEMOS, TIME)
    counts = [1, 3, 5]
    adaptation = DemonstrationAdaptation(Copy(), demos_of(act), counts, contexts)
    steps = curve(adaptation, 3, rng, deterministic=True)
    known = []
    for count, (_, rollouts) in zip([1, *counts], steps, strict=True):
        sums = (rollouts.act[:, :, 0, 0].double() * count).round().long()
        known.append([[set(str(n)[::-1]) and digits(n) for n in row] for row in sums.tolist()])
    assert all(row == [set()] * ROWS for row in known[0])
    for task in range(len(TASKS)):
        for row in range(ROWS):
            sets = [known[step][task][row] for step in range(4)]
            assert [len(one) for one in sets] == [0, *counts]
            assert all(less <= more for less, more in pairwise(sets))
            assert sets == [known[step][task][row % contexts] for step in range(4)]
    first = {tuple(one) for task in known[1] for one in task}
    assert len(first) > 1
    assert contexts == 1 or any(task[0] != task[1] for task in known[1])


def digits(number):
    return {place for place, digit in enumerate(str(number)[::-1]) if digit == "1"}


def test_a_context_is_the_mean_or_a_draw(rng):
    for sampled, spread in ((False, 0.0), (True, float(np.exp(-1)))):
        adaptation = DemonstrationAdaptation(Copy(), shown(), [DEMOS], ROWS, sampled)
        _, (_, rollouts) = curve(adaptation, 1, rng, deterministic=True)
        off = rollouts.act[:, :, 0, 0] - GOALS[..., 0]
        assert abs(float(off.std()) - spread) < 0.1 * max(spread, 1e-3)
