import torch
from torch.func import vmap
from torch.testing import assert_close

from remeta.core.returns import discounted_sums
from remeta.core.stretches import Stretches, finished

TASKS, ROWS, TIME = 3, 4, 12


def stretches(generator):
    """Rows whose episodes end by chance, the first of each at the fifth step at the latest."""

    def drawn(*shape):
        return torch.randn(TASKS, ROWS, TIME, *shape, generator=generator, dtype=torch.float64)

    last = (torch.rand(TASKS, ROWS, TIME, generator=generator) < 0.3).double()
    last[..., 4] = 1
    return Stretches(
        obs=drawn(2), act=drawn(1), reward=drawn(), mask=finished(last), log_prob=drawn(),
        after=drawn(2), last=last,
    )  # fmt: skip


def whole_episodes(rollouts, task, row):
    """First and last step of each, one step at a time."""
    first = 0
    for t in range(TIME):
        if rollouts.last[task, row, t]:
            yield first, t
            first = t + 1


def rows():
    return [(task, row) for task in range(TASKS) for row in range(ROWS)]


def test_steps_of_whole_episodes_are_finished_and_no_others(generator):
    rollouts = stretches(generator)
    expected = torch.zeros_like(rollouts.mask)
    for task, row in rows():
        for first, last in whole_episodes(rollouts, task, row):
            expected[task, row, first : last + 1] = 1
    assert_close(rollouts.mask, expected)
    assert 0 < rollouts.mask.mean() < 1


def test_all_steps_were_taken(generator):
    assert stretches(generator).steps == TASKS * ROWS * TIME


def test_age_counts_from_the_start_of_each_episode(generator):
    rollouts = stretches(generator)
    for task, row in rows():
        episodes = list(whole_episodes(rollouts, task, row))
        for first, last in [*episodes, (episodes[-1][1] + 1, TIME - 1)]:
            assert rollouts.age[task, row, first : last + 1].tolist() == list(
                range(last + 1 - first)
            )


def test_a_return_is_the_mean_over_whole_episodes(generator):
    rollouts = stretches(generator)
    for task in range(TASKS):
        returns = [
            rollouts.reward[task, row, first : last + 1].sum()
            for row in range(ROWS)
            for first, last in whole_episodes(rollouts, task, row)
        ]
        assert_close(rollouts.mean_return()[task], torch.stack(returns).mean())
    assert_close(vmap(lambda one: one.mean_return())(rollouts), rollouts.mean_return())


def test_discounted_sums_end_with_their_episode(generator):
    rollouts, discount = stretches(generator), 0.9
    sums = discounted_sums(rollouts.reward, rollouts.discounts(discount))
    for task, row in rows():
        for first, last in whole_episodes(rollouts, task, row):
            alone = discounted_sums(rollouts.reward[task, row, first : last + 1], discount)
            assert_close(sums[task, row, first : last + 1], alone)
