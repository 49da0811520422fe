"""What NoRML makes of a start in a task: without rewards, by a learned opinion and an offset."""

from dataclasses import replace

import numpy as np
import pytest
import torch
from torch.func import grad
from torch.testing import assert_close

from remeta.core.weights import stacked
from remeta.experience.adaptation import Schedule
from remeta.experience.world import World
from remeta.tasks.point_rotation import PointRotation
from tests.methods.normls import LATTICE, WORLD, Small, early, learned, made, practice, rollouts_of
from tests.methods.samples import TASKS, of_task

ONE_MOVE = World(PointRotation(), 1)


@pytest.mark.parametrize("name", ["norml", "maml-advantage"])
def test_adaptation_reads_no_reward(name, generator):
    method = made(name)
    rollouts = rollouts_of(method, practice())
    order = torch.randperm(rollouts.reward.numel(), generator=generator)
    for reward in (
        torch.zeros_like(rollouts.reward),
        rollouts.reward.flatten()[order].reshape(rollouts.reward.shape),
        torch.full_like(rollouts.reward, torch.nan),
    ):
        blind = learned(method, replace(rollouts, reward=reward))
        assert_close(blind, learned(method, rollouts), rtol=0, atol=0)


@pytest.mark.parametrize("name", ["maml", "maml-offset"])
def test_without_a_learned_advantage_it_does(name):
    method = made(name)
    rollouts = rollouts_of(method, practice())
    blind = learned(method, replace(rollouts, reward=torch.zeros_like(rollouts.reward)))
    assert (
        blind["mean.layers.0.weight"] != learned(method, rollouts)["mean.layers.0.weight"]
    ).any()


def test_a_constant_opinion_and_no_offset_are_maml_without_a_baseline(generator):
    """In a world that pays the same for whatever is done from any step on."""
    constant = 1.7
    small, maml = Small("maml-advantage", generator), Small("maml", generator, learned_rate=False)
    method, judging = small.method, small.method.weights
    for name in judging:
        if name.startswith("advantage."):
            judging[name] = torch.zeros_like(judging[name])
    judging["advantage.layers.2.bias"] += constant
    own = {name: judging[name] for name in method.moving}
    for task in range(TASKS):
        support = of_task(small.support, task)
        paid = replace(support, advantage=torch.full_like(support.advantage, constant))
        adapted = method.adapt_one(judging, support)
        by_reward = maml.method.adapt_one(own, paid)
        assert_close({name: adapted[name] for name in own}, by_reward)


def test_without_what_a_step_led_to_one_move_tells_no_rotation_from_another():
    """All stand at the origin and draw the same moves: only where these led to is different."""

    def adapted(sees_after):
        method = made(
            world=ONE_MOVE,
            advantage={"hidden": [8], "activation": "tanh", "sees_after": sees_after},
        )
        alike = []
        for angle in ([0.3], [-2.0]):
            experience = practice(world=ONE_MOVE, tasks=np.array([angle]))
            alike.append(learned(method, rollouts_of(method, experience, [0])))
        return alike

    one, other = adapted(sees_after=False)
    assert_close(one, other, rtol=0, atol=0)
    one, other = adapted(sees_after=True)
    assert (one["mean.layers.2.bias"] - other["mean.layers.2.bias"]).abs().max() > 1e-4


def test_every_further_step_adds_the_offset_again():
    """Of an opinion that is indifferent, the offset is all that adapts."""
    method = made()
    for name, value in method.weights.items():
        if name.startswith("advantage.layers.2"):
            method.weights[name] = torch.zeros_like(value)
        elif name.startswith("offset."):
            method.weights[name] = torch.full_like(value, 0.01)
    adaptation = method.adaptation(Schedule(3, 1))
    memory = adaptation.begin(method.weights, (4, 15), np.random.default_rng(0))
    for count in range(1, 4):
        memory, spent = adaptation.learn(memory, rollouts_of(method, practice()), None)
        for name in method.moving:
            start = method.weights[name].expand(4, *method.weights[name].shape)
            assert_close(memory.weights[name], start + 0.01 * count)
        assert spent.steps == 1 and (spent.env_steps == 150).all()


@pytest.mark.parametrize("name", LATTICE)
def test_the_adapted_are_the_start_less_the_gradient_of_the_inner_loss_and_the_offset(
    name, generator
):
    small = Small(name, generator)
    method, support = small.method, of_task(small.support, 1)
    theta = {name: method.weights[name] for name in method.moving}

    def gain(theta):
        log_prob = method.policy.log_prob(theta, support.obs, support.act)
        if method.params.advantage:
            seen = torch.cat([support.after, support.obs, support.act], -1)
            for layer in range(3):
                weight, bias = (
                    method.weights[f"advantage.layers.{layer}.{part}"]
                    for part in ("weight", "bias")
                )
                seen = seen @ weight.T + bias
                seen = seen if layer == 2 else torch.tanh(seen)
            value = log_prob * seen.squeeze(-1)
        else:
            value = torch.exp(log_prob - support.log_prob) * support.advantage
        return (value * support.mask).sum() / support.mask.sum()

    climb = grad(gain)(theta)
    adapted = method.adapt_one(method.weights, support)
    for name, value in theta.items():
        rate = method.weights.get(f"rate.{name}", method.params.inner_rate)
        offset = method.weights.get(f"offset.{name}", 0)
        assert_close(adapted[name], value + rate * climb[name] + offset)


def test_what_was_cut_off_by_the_end_of_a_row_counts_for_nothing(generator):
    """Episodes here end when they like: the tail of a row is masked."""
    method = made("norml", WORLD)
    rollouts = rollouts_of(method, practice())
    mask = (torch.arange(10) <= 6).float().expand_as(rollouts.mask)
    cut = replace(rollouts, last=early(rollouts, 6), mask=mask)
    noise = torch.randn(cut.reward.shape, generator=generator) * (1 - mask)
    other = replace(
        cut,
        reward=cut.reward + noise,
        act=cut.act + noise[..., None],
        obs=cut.obs + noise[..., None],
    )
    assert_close(learned(method, cut), learned(method, other))
    kept = mask > 0
    assert_close(method.advantages(cut)[kept], method.advantages(other)[kept])


def test_a_stack_of_starts_adapts_as_each_by_itself():
    method = made()
    rollouts = rollouts_of(method, practice())
    together = learned(method, rollouts)
    for task in range(4):
        alone = learned(method, of_task(rollouts, slice(task, task + 1)))
        assert_close(alone["log_std"], together["log_std"][task : task + 1])
    assert stacked(method.weights, 4).keys() == together.keys()
