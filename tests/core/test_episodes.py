from dataclasses import FrozenInstanceError, fields, replace

import pytest
import torch
from torch.func import grad, vmap
from torch.testing import assert_close
from torch.utils import _pytree as pytree

from remeta.core.episodes import Batch, Demos, Episodes, masked_mean

TASKS, EPISODES, TIME = 3, 4, 5


def episodes(generator, *lead):
    def drawn(*shape):
        return torch.randn(*lead, *shape, generator=generator, dtype=torch.float64)

    lasting = torch.rand(*lead, EPISODES, 1, generator=generator) * TIME
    return Episodes(
        obs=drawn(EPISODES, TIME, 2),
        act=drawn(EPISODES, TIME, 3),
        reward=drawn(EPISODES, TIME),
        mask=(torch.arange(TIME) <= lasting).double(),
        log_prob=drawn(EPISODES, TIME),
    )


def test_records_pass_through_vmap_task_by_task(generator):
    rollouts = episodes(generator, TASKS)

    def one(task):
        assert isinstance(task, Episodes)
        return replace(task, reward=task.reward * 2), task.mean_return()

    doubled, totals = vmap(one)(rollouts)
    assert isinstance(doubled, Episodes)
    assert_close(doubled.reward, 2 * rollouts.reward)
    assert_close(doubled.obs, rollouts.obs)
    assert_close(totals, rollouts.mean_return())


def test_the_gradient_of_a_record_is_a_record(generator):
    rollouts = episodes(generator)
    gradient = grad(lambda e: (e.reward**2).sum() / 2 + e.act.sum())(rollouts)
    assert isinstance(gradient, Episodes)
    assert_close(gradient.reward, rollouts.reward)
    assert_close(gradient.act, torch.ones_like(rollouts.act))
    assert_close(gradient.obs, torch.zeros_like(rollouts.obs))


def test_tree_map_reaches_every_field_of_every_record(generator):
    rollouts = episodes(generator)
    batch = Batch(rollouts.obs, rollouts.act, rollouts.reward, rollouts.mask, rollouts.log_prob)
    demos = Demos(rollouts.obs[0], rollouts.act[0])
    for record in (rollouts, batch, demos):
        more = pytree.tree_map(lambda leaf: leaf + 1, record)
        assert type(more) is type(record)
        for field in fields(record):
            assert_close(getattr(more, field.name), getattr(record, field.name) + 1)


def test_shapes_that_disagree_are_refused(generator):
    rollouts = episodes(generator, TASKS)
    with pytest.raises(TypeError):
        replace(rollouts, reward=rollouts.reward[:, :-1])
    with pytest.raises(TypeError):
        Demos(obs=rollouts.obs[0, 0], act=rollouts.act[0, 0, 1:])


def test_a_record_cannot_be_changed(generator):
    with pytest.raises(FrozenInstanceError):
        episodes(generator).reward = torch.zeros(EPISODES, TIME)


def test_rewards_after_the_end_do_not_count(generator):
    rollouts = episodes(generator, TASKS)
    assert 0 < rollouts.mask.mean() < 1
    spoilt = replace(rollouts, reward=torch.where(rollouts.mask == 0, 1e6, rollouts.reward))
    assert_close(spoilt.mean_return(), rollouts.mean_return(), rtol=0, atol=0)


def test_total_reward_is_the_mean_over_a_tasks_own_episodes(generator):
    rollouts = episodes(generator, TASKS)
    for task in range(TASKS):
        sums = [
            sum(r for r, m in zip(rewards, mask, strict=True) if m)
            for rewards, mask in zip(rollouts.reward[task], rollouts.mask[task], strict=True)
        ]
        assert_close(rollouts.mean_return()[task], sum(sums) / EPISODES)


def test_steps_are_those_that_were_taken(generator):
    rollouts = episodes(generator, TASKS)
    assert rollouts.steps == sum(1 for m in rollouts.mask.flatten() if m)


def test_a_masked_mean_is_the_mean_of_what_is_left(generator):
    rollouts = episodes(generator)
    assert_close(
        masked_mean(rollouts.reward, rollouts.mask), rollouts.reward[rollouts.mask == 1].mean()
    )
