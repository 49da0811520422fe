from dataclasses import FrozenInstanceError, fields, replace

import pytest
import torch
from torch.func import grad, vmap
from torch.testing import assert_close
from torch.utils import _pytree as pytree

from remeta.core.episodes import Demos, Episodes, Trial, masked_mean

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
    found = episodes(generator, TASKS)

    def one(task):
        assert isinstance(task, Episodes)
        return replace(task, reward=task.reward * 2), task.total_reward()

    doubled, totals = vmap(one)(found)
    assert isinstance(doubled, Episodes)
    assert_close(doubled.reward, 2 * found.reward)
    assert_close(doubled.obs, found.obs)
    assert_close(totals, found.total_reward())


def test_the_gradient_of_a_record_is_a_record(generator):
    found = episodes(generator)
    slope = grad(lambda e: (e.reward**2).sum() / 2 + e.act.sum())(found)
    assert isinstance(slope, Episodes)
    assert_close(slope.reward, found.reward)
    assert_close(slope.act, torch.ones_like(found.act))
    assert_close(slope.obs, torch.zeros_like(found.obs))


def test_tree_map_reaches_every_field_of_every_record(generator):
    found = episodes(generator)
    trial = Trial(found.obs, found.act, found.reward, found.mask, found.log_prob)
    demos = Demos(found.obs[0], found.act[0])
    for record in (found, trial, demos):
        more = pytree.tree_map(lambda leaf: leaf + 1, record)
        assert type(more) is type(record)
        for field in fields(record):
            assert_close(getattr(more, field.name), getattr(record, field.name) + 1)


def test_shapes_that_disagree_are_refused(generator):
    found = episodes(generator, TASKS)
    with pytest.raises(TypeError):
        replace(found, reward=found.reward[:, :-1])
    with pytest.raises(TypeError):
        Demos(obs=found.obs[0, 0], act=found.act[0, 0, 1:])


def test_a_record_cannot_be_changed(generator):
    with pytest.raises(FrozenInstanceError):
        episodes(generator).reward = torch.zeros(EPISODES, TIME)


def test_rewards_after_the_end_do_not_count(generator):
    found = episodes(generator, TASKS)
    assert 0 < found.mask.mean() < 1
    spoilt = replace(found, reward=torch.where(found.mask == 0, 1e6, found.reward))
    assert_close(spoilt.total_reward(), found.total_reward(), rtol=0, atol=0)


def test_total_reward_is_the_mean_over_a_tasks_own_episodes(generator):
    found = episodes(generator, TASKS)
    for task in range(TASKS):
        sums = [
            sum(r for r, m in zip(rewards, mask, strict=True) if m)
            for rewards, mask in zip(found.reward[task], found.mask[task], strict=True)
        ]
        assert_close(found.total_reward()[task], sum(sums) / EPISODES)


def test_steps_are_those_that_were_taken(generator):
    found = episodes(generator, TASKS)
    assert found.steps == sum(1 for m in found.mask.flatten() if m)


def test_a_masked_mean_is_the_mean_of_what_is_left(generator):
    found = episodes(generator)
    assert_close(masked_mean(found.reward, found.mask), found.reward[found.mask == 1].mean())
