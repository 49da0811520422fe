import numpy as np
import torch
from torch.testing import assert_close

from remeta.core.episodes import Demos
from remeta.core.weights import stacked
from remeta.experience.practice import Practice
from remeta.experience.world import World
from remeta.nets.policy import GaussianPolicy
from tests.experience.countdown import LASTING, TASKS, Countdown

WORLD = World(Countdown(), horizon=7, modes=2)
SAMPLES = 6


def practice(batch=3):
    """Demonstrations that say whose they are: [task, sample]."""
    which = torch.arange(4.0)[:, None, None].expand(4, SAMPLES, 1)
    sample = torch.arange(float(SAMPLES))[:, None].expand(4, SAMPLES, 1)
    demos = Demos(obs=torch.cat([which, sample], -1), act=10 * which + sample)
    return Practice(WORLD, TASKS, demos, batch=batch, episodes=2, rng=np.random.default_rng(0))


def policy():
    return GaussianPolicy(5, 2, (4,), -9.0, torch.Generator().manual_seed(0))


def test_no_task_is_drawn_twice_in_an_iteration_and_all_are_drawn_in_time():
    ours = practice()
    draws = [ours.draw() for _ in range(50)]
    assert all(len(set(which)) == 3 for which in draws)
    assert set(np.concatenate(draws)) == {0, 1, 2, 3}


def test_a_batch_beyond_all_tasks_is_all_tasks():
    assert sorted(practice(batch=9).draw()) == [0, 1, 2, 3]


def test_demonstrations_are_of_the_tasks_in_the_order_asked_for():
    shown = practice().shown(np.array([2, 0]), 0)
    assert_close(shown.obs[:, 0, 0], torch.tensor([2.0, 0.0]))
    assert shown.obs.shape == (2, SAMPLES, 2)


def test_sampled_demonstrations_keep_task_state_and_action_together():
    ours = practice()
    shown = ours.shown(np.array([3, 1, 2]), 500)
    which, sample = shown.obs.unbind(-1)
    assert_close(which, torch.tensor([3.0, 1.0, 2.0])[:, None].expand(3, 500))
    assert_close(shown.act[..., 0], 10 * which + sample)
    assert all(set(row.tolist()) == set(range(SAMPLES)) for row in sample)
    assert (sample[0] != sample[1]).any()


def test_every_roll_out_and_step_is_counted_where_it_was_spent():
    ours, net, which = practice(), policy(), np.array([2, 1, 3])
    ours.before(net, net.start(), which)
    assert (ours.counts.pre_episodes, ours.counts.post_episodes) == (6, 0)
    steps = 2 * LASTING[which].sum()
    assert ours.counts.env_steps == steps
    ours.after(net, stacked(net.start(), 3), which[:1].repeat(3))
    assert (ours.counts.pre_episodes, ours.counts.post_episodes) == (6, 6)
    assert ours.counts.env_steps == steps + 6 * LASTING[2]
    assert ours.counts.updates == 0


def test_only_roll_outs_before_the_update_explore():
    ours, net, which = practice(), policy(), np.array([2, 1, 3])
    before = ours.before(net, net.start(), which)
    after = ours.after(net, stacked(net.start(), 3), which)
    assert_close(before.obs[:, :, 0, 3:], torch.eye(2).expand(3, 2, 2))
    assert (after.obs[..., 3:] == 0).all()


def test_roll_outs_are_of_the_tasks_asked_for():
    ours, net, which = practice(), policy(), np.array([2, 1, 3])
    for found in (
        ours.before(net, net.start(), which),
        ours.after(net, stacked(net.start(), 3), which),
    ):
        assert_close(found.obs[:, 0, 0, 0], torch.from_numpy(which).float())
