import numpy as np
import torch
from torch.testing import assert_close

from remeta.core.episodes import Demonstrations, Demos
from remeta.core.weights import stacked
from remeta.experience.practice import Practice
from remeta.experience.world import World
from remeta.nets.policy import GaussianPolicy
from tests.experience.countdown import LASTING, TASKS, Countdown

WORLD = World(Countdown(), horizon=7, modes=2)
SAMPLES = 6


def practice(batch=3):
    """Demonstrations that say whose they are: [task, sample]."""
    indices = torch.arange(4.0)[:, None, None].expand(4, SAMPLES, 1)
    sample = torch.arange(float(SAMPLES))[:, None].expand(4, SAMPLES, 1)
    demos = Demos(obs=torch.cat([indices, sample], -1), act=10 * indices + sample)
    return Practice(WORLD, TASKS, demos, batch=batch, episodes=2, rng=np.random.default_rng(0))


def policy():
    return GaussianPolicy(5, 2, (4,), -9.0, torch.Generator().manual_seed(0))


def test_no_task_is_drawn_twice_in_an_iteration_and_all_are_drawn_in_time():
    ours = practice()
    draws = [ours.draw_tasks() for _ in range(50)]
    assert all(len(set(indices)) == 3 for indices in draws)
    assert set(np.concatenate(draws)) == {0, 1, 2, 3}


def test_a_batch_beyond_all_tasks_is_all_tasks():
    assert sorted(practice(batch=9).draw_tasks()) == [0, 1, 2, 3]


def test_demonstrations_are_of_the_tasks_in_the_order_asked_for():
    demonstrations = practice().pairs(np.array([2, 0]), 0)
    assert_close(demonstrations.obs[:, 0, 0], torch.tensor([2.0, 0.0]))
    assert demonstrations.obs.shape == (2, SAMPLES, 2)


def test_sampled_demonstrations_keep_task_state_and_action_together():
    ours = practice()
    demonstrations = ours.pairs(np.array([3, 1, 2]), 500)
    indices, sample = demonstrations.obs.unbind(-1)
    assert_close(indices, torch.tensor([3.0, 1.0, 2.0])[:, None].expand(3, 500))
    assert_close(demonstrations.act[..., 0], 10 * indices + sample)
    assert all(set(row.tolist()) == set(range(SAMPLES)) for row in sample)
    assert (sample[0] != sample[1]).any()


def test_every_rollout_and_step_is_counted_where_it_was_spent():
    ours, net, indices = practice(), policy(), np.array([2, 1, 3])
    ours.rollouts(net.actor(net.initial_weights()), indices)
    assert (ours.counts.pre_episodes, ours.counts.post_episodes) == (6, 0)
    steps = 2 * LASTING[indices].sum()
    assert ours.counts.env_steps == steps
    ours.rollouts(net.actor(stacked(net.initial_weights(), 3)), indices[:1].repeat(3), adapted=True)
    assert (ours.counts.pre_episodes, ours.counts.post_episodes) == (6, 6)
    assert ours.counts.env_steps == steps + 6 * LASTING[2]
    assert ours.counts.updates == 0


def test_only_rollouts_before_the_update_explore():
    ours, net, indices = practice(), policy(), np.array([2, 1, 3])
    before = ours.rollouts(net.actor(net.initial_weights()), indices)
    after = ours.rollouts(net.actor(stacked(net.initial_weights(), 3)), indices, adapted=True)
    assert_close(before.obs[:, :, 0, 3:], torch.eye(2).expand(3, 2, 2))
    assert (after.obs[..., 3:] == 0).all()


def test_rollouts_are_of_the_tasks_asked_for():
    ours, net, indices = practice(), policy(), np.array([2, 1, 3])
    for rollouts in (
        ours.rollouts(net.actor(net.initial_weights()), indices),
        ours.rollouts(net.actor(stacked(net.initial_weights(), 3)), indices, adapted=True),
    ):
        assert_close(rollouts.obs[:, 0, 0, 0], torch.from_numpy(indices).float())


DEMOS, TIME = 4, 6


def shown():
    """Demonstrations that say whose they are, which, and when: task, demo, time."""
    grid = torch.meshgrid(*map(torch.arange, (4, DEMOS, TIME)), indexing="ij")
    obs = torch.stack([part.float() for part in grid], -1)
    return Demonstrations(obs, 10 * obs, obs + 1, torch.ones(4, DEMOS, TIME))


def test_whole_demonstrations_are_of_their_tasks_and_none_is_shown_twice():
    ours, indices = practice(), np.array([3, 1])
    ours.shown = shown()
    seen = [ours.demonstrations(indices, 3) for _ in range(30)]
    for demos in seen:
        task, demo, time = demos.obs.unbind(-1)
        assert_close(task, torch.tensor([3.0, 1.0])[:, None, None].expand(2, 3, TIME))
        assert_close(time, torch.arange(float(TIME)).expand(2, 3, TIME))
        assert all(len(set(row)) == 3 for row in demo[..., 0].tolist())
        assert_close(demos.act, 10 * demos.obs)
        assert_close(demos.next_obs, demos.obs + 1)
    firsts = torch.stack([demos.obs[..., 0, 1] for demos in seen])
    assert set(firsts.flatten().tolist()) == set(range(DEMOS))
    assert (firsts[:, 0] != firsts[:, 1]).any()


def test_an_expert_answers_for_its_task_and_every_question_is_counted():
    """The teacher of a task does its number times what the family lets it see."""
    ours, indices = practice(), np.array([2, 0])
    ours.teacher = lambda tasks: (
        lambda obs: (torch.from_numpy(tasks[:, :1, None]).float() * obs, torch.zeros(()))
    )
    obs = torch.rand(2, 7, 5, generator=torch.Generator().manual_seed(0))
    answers = ours.ask(indices, obs)
    assert_close(answers, torch.stack([2 * obs[0, :, :3], 0 * obs[1, :, :3]]))
    assert ours.counts.expert_queries == 14 and ours.counts.env_steps == 0


def test_stretches_are_counted_by_the_steps_they_take_and_the_episodes_they_end():
    ours, net, indices = practice(), policy(), np.array([2, 1, 3])
    stretches = ours.stretches(net.actor(net.initial_weights()), indices, 9)
    assert ours.counts.env_steps == 3 * 2 * 9
    assert ours.counts.pre_episodes == 2 * (9 // LASTING[indices]).sum() == stretches.last.sum()
    assert ours.counts.post_episodes == 0


def test_a_method_may_ask_for_more_or_fewer_rows_of_them():
    ours, net = practice(), policy()
    actor = net.actor(net.initial_weights())
    stretches = ours.stretches(actor, np.array([2, 1]), 9, rows=5)
    assert stretches.mask.shape == (2, 5, 9) and ours.counts.env_steps == 2 * 5 * 9


def test_a_method_may_ask_for_more_or_fewer_rollouts_without_noise():
    ours, net = practice(), policy()
    actor, indices = net.actor(net.initial_weights()), np.array([2, 1])
    rollouts = ours.rollouts(actor, indices, adapted=True, deterministic=True, episodes=5)
    assert rollouts.mask.shape[:2] == (2, 5) and ours.counts.post_episodes == 10
    taken = rollouts.mask == 1
    assert_close(rollouts.act[taken], actor(rollouts.obs)[0][taken])
