"""What NoRML and its relatives learn, and from what."""

from dataclasses import replace

import numpy as np
import pytest
import torch
from torch.func import grad
from torch.testing import assert_close

from remeta.experience.collect import collect
from remeta.methods.norml import steps
from tests.core.differences import assert_gradient
from tests.evidence import assert_better
from tests.methods.normls import (
    LATTICE,
    UNSEEN,
    WORLD,
    Small,
    curve,
    early,
    made,
    practice,
    rollouts_of,
)
from tests.methods.samples import TASKS, of_task


@pytest.mark.parametrize("name", LATTICE)
def test_the_meta_gradient_is_that_of_the_loss_in_everything_that_is_learned(name, generator):
    """Through the inner step: start, opinion, offset and rates."""
    small = Small(name, generator, task_chunk=2)
    method, parts = small.method, (small.support, small.query)

    def loss(weights):
        each = [method.outer_loss(weights, *(of_task(p, i) for p in parts)) for i in range(TASKS)]
        return sum(each) / TASKS

    gradient, value = method.outer_gradient(*parts)
    assert_close(value, loss(method.weights))
    assert_gradient(loss, method.weights, gradient, generator)
    named = {name.partition(".")[0] for name in gradient if gradient[name].abs().sum() > 0}
    wanted = {"mean", "log_std"} | ({"advantage"} if method.params.advantage else set())
    wanted |= {"offset"} if method.params.offset else set()
    assert named == wanted | ({"rate"} if method.params.learned_rate else set())


def test_advantages_are_returns_less_what_the_state_and_the_clock_foretell():
    """Of a step that is paid by a cubic of its place nothing is left to be surprised by."""
    rollouts = rollouts_of(made(), practice())
    by_place = replace(rollouts, reward=1 + rollouts.obs[..., 0] + rollouts.obs[..., 1] ** 3)
    assert made("maml", discount=1e-9).advantages(by_place).abs().max() < 1e-3
    assert made("maml").advantages(by_place).abs().max() > 0.5  # of what comes later there is


def test_who_never_arrives_learns_nothing_from_sparse_rewards():
    """What is left of an episode is a matter of the clock, which the baseline knows: A is nought.

    This is why MAML fails where NoRML does not.
    """
    method = made("maml", discount=0.9)
    rollouts = rollouts_of(method, practice())
    lost = replace(rollouts, reward=torch.full_like(rollouts.reward, -1.0))
    assert method.advantages(lost).abs().max() < 0.02
    arrived = replace(lost, mask=lost.mask * (torch.arange(10) < 4), last=early(lost, 3))
    one = torch.zeros_like(lost.mask)
    one[:, :5] = 1  # a third of the rows
    some = replace(
        lost,
        mask=torch.where(one > 0, arrived.mask, lost.mask),
        last=torch.where(one > 0, arrived.last, lost.last),
    )
    assert method.advantages(some)[some.mask > 0].abs().max() > 1


@pytest.mark.parametrize("which", ["all", "last_only"])
def test_advantages_after_adaptation_are_standardised_or_those_of_the_last_task(which):
    method = made("maml", standardise=which)
    rollouts = rollouts_of(method, practice())
    plain, used = method.advantages(rollouts), method.query(rollouts).advantage
    for task in range(4):
        one = plain[task]
        unit = (one - one.mean()) / one.std(correction=0)
        assert_close(used[task], unit if which == "all" or task == 3 else one)


def test_the_outer_rate_falls_to_nought():
    method, experience, sizes = made(decay_over=3, outer_rate=0.01), practice(), []
    for _ in range(4):
        before = method.weights["log_std"]
        method.meta_step(experience)
        sizes.append(float((method.weights["log_std"] - before).abs()))
    assert sizes[0] == pytest.approx(0.01, rel=1e-3)  # Adam's first step
    assert sizes[1] > 0 and sizes[2] > 0 and sizes[3] == 0


def test_domain_randomisation_is_one_policy_trained_on_all_tasks(generator):
    small = Small("dr", generator)
    method, query = small.method, small.query

    def loss(theta):
        log_prob = method.policy.log_prob(theta, query.obs, query.act)
        ratio = torch.exp(log_prob - query.log_prob) * query.advantage * query.mask
        return -(ratio.sum((1, 2)) / query.mask.sum((1, 2))).mean()

    assert_close(method.outer_gradient(small.support, query)[0], grad(loss)(method.weights))


def test_both_halves_are_counted_as_steps_and_whole_episodes():
    method, experience = made(), practice(batch=3)
    metrics = method.meta_step(experience)
    counts = experience.counts
    assert (counts.env_steps, counts.pre_episodes, counts.post_episodes) == (900, 45, 45)
    assert counts.updates == 1
    assert metrics["std"] == pytest.approx(float(method.weights["log_std"].exp()))


def test_its_rollouts_are_those_of_the_same_policy_episode_by_episode():
    """Where nothing ends early, a row is an episode."""
    method, experience = made(), practice()
    rows = rollouts_of(method, experience)
    plain = collect(
        WORLD, experience.tasks[:4], method.actor(method.weights), 15, np.random.default_rng(3)
    )
    assert_close(steps(rows, rows.mask).obs, plain.obs, rtol=0, atol=0)


def trained(name="norml", iterations=60, **changes):
    method, experience = made(name, **changes), practice()
    for _ in range(iterations):
        method.meta_step(experience)
    return method


def test_norml_learns_to_adapt_to_unseen_rotations_without_rewards(rng):
    method, start = trained(), made().weights
    before, after = (r.mean_return().numpy() for r in curve(method, method.weights))
    assert_better(after, before, rng)
    assert_better(after, curve(method, start)[1].mean_return().numpy(), rng)


def test_learning_is_the_same_every_time():
    one, other = (trained(iterations=3).weights for _ in range(2))
    assert_close(one, other, rtol=0, atol=0)


def test_unseen_rotations_are_unseen():
    assert not set(UNSEEN[:, 0]) & set(practice().tasks[:, 0])
