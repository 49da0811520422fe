from functools import partial

import numpy as np
import torch
from scipy.stats import kstest
from torch.func import vmap
from torch.testing import assert_close

from remeta.core.returns import with_advantages
from remeta.core.weights import stacked
from remeta.experience.collect import collect
from remeta.experience.world import World
from remeta.nets.policy import GaussianPolicy
from tests.core.differences import noise_like
from tests.experience.countdown import LASTING, TASKS, Countdown

EPISODES = 4  # as many as tasks: a swap would fit
WORLD = World(Countdown(), horizon=7)


def policy(world=WORLD):
    maker = torch.Generator().manual_seed(0)
    return GaussianPolicy(world.obs_size, world.act_size, (5,), -9.0, maker)


def own_weights(net, generator):
    """Weights of its own for every task, of moderate size."""
    noise = noise_like(stacked(net.initial_weights(), len(TASKS)), generator)
    return {name: 0.3 * value for name, value in noise.items()}


def rolled(world=WORLD, weights=None, seed=0, episodes=EPISODES, **how):
    net = policy(world)
    actor = partial(net.distribution, net.initial_weights() if weights is None else weights)
    return collect(world, TASKS, actor, episodes, np.random.default_rng(seed), **how)


def test_every_task_gets_its_episodes_however_soon_they_end():
    rollouts = rolled()
    expected = np.arange(WORLD.horizon) < LASTING[:, None, None]
    np.testing.assert_array_equal(rollouts.mask, np.broadcast_to(expected, rollouts.mask.shape))
    assert rollouts.mask.shape == (len(TASKS), EPISODES, WORLD.horizon)
    assert rollouts.steps == EPISODES * LASTING.sum()


def test_rewards_are_of_the_steps_taken():
    rollouts = rolled()
    np.testing.assert_array_equal(rollouts.mean_return(), LASTING * (LASTING + 1) / 2)
    assert (rollouts.reward[rollouts.mask == 0] == 0).all()


def test_rollouts_stop_when_the_last_one_has_ended():
    brief, net, rng = TASKS[[0, 1, 3]], policy(), np.random.default_rng(0)
    rollouts = collect(
        World(Countdown(), horizon=9),
        brief,
        partial(net.distribution, net.initial_weights()),
        2,
        rng,
    )
    assert rollouts.mask.sum(-1).max() == 5
    assert (rollouts.mask[..., 5:] == 0).all() and rollouts.log_prob.isfinite().all()


def test_observations_follow_from_the_recorded_actions(generator):
    rollouts = rolled(weights=own_weights(policy(), generator))
    indices, age, place = rollouts.obs.unbind(-1)
    on = rollouts.mask[..., 1:] == 1
    tasks = torch.arange(len(TASKS), dtype=torch.float32)[:, None, None]
    assert (indices == tasks)[rollouts.mask == 1].all()
    assert (age == torch.arange(WORLD.horizon))[rollouts.mask == 1].all()
    moved = place[..., :-1] + rollouts.act[..., :-1, :].sum(-1)
    assert_close(place[..., 1:][on], moved[on], rtol=1e-5, atol=1e-5)


def test_log_probabilities_are_those_of_the_policy_that_acted(generator):
    net = policy()
    weights = own_weights(net, generator)
    rollouts = rolled(weights=weights)
    expected = vmap(net.log_prob)(weights, rollouts.obs, rollouts.act)
    taken = rollouts.mask == 1
    assert_close(rollouts.log_prob[taken], expected[taken], rtol=1e-4, atol=1e-4)
    swapped = {name: value.flip(0) for name, value in weights.items()}
    other = vmap(net.log_prob)(swapped, rollouts.obs, rollouts.act)
    assert (rollouts.log_prob - other)[taken].abs().mean() > 0.1


def test_shared_weights_have_the_same_log_probabilities_as_copies_of_them():
    net = policy()
    alone, copied = rolled(), rolled(weights=stacked(net.initial_weights(), len(TASKS)))
    assert_close(copied.act, alone.act)
    assert_close(copied.log_prob, alone.log_prob)


def test_the_rows_of_a_task_act_with_its_weights(generator):
    net = policy()
    weights = own_weights(net, generator)
    rollouts = rolled(weights=weights, deterministic=True)
    for task in range(len(TASKS)):
        own = {name: value[task] for name, value in weights.items()}
        taken = rollouts.mask[task] == 1
        assert_close(rollouts.act[task][taken], net.distribution(own, rollouts.obs[task])[0][taken])


def test_a_deterministic_actor_takes_its_mean_with_certainty():
    net, rollouts = policy(), rolled(deterministic=True)
    taken = rollouts.mask == 1
    assert_close(
        rollouts.act[taken], net.distribution(net.initial_weights(), rollouts.obs)[0][taken]
    )
    assert (rollouts.log_prob == 0).all()


def test_actions_are_normal_around_the_mean_with_each_tasks_own_spread(generator):
    net = policy()
    weights = own_weights(net, generator)
    rollouts = rolled(weights=weights, episodes=100)
    mean, log_std = vmap(net.distribution)(weights, rollouts.obs)
    z = (rollouts.act - mean) / log_std[:, None, None].exp()
    for task in range(len(TASKS)):
        taken = z[task][rollouts.mask[task] == 1].flatten()
        assert kstest(taken.numpy(), "norm").pvalue > 1e-3
    first, second = z[2, :, :2].reshape(-1, 2, 2).unbind(1)  # noise of neighbouring steps
    assert abs(np.corrcoef(first.flatten(), second.flatten())[0, 1]) < 5 / np.sqrt(200)


def test_the_same_seed_gives_the_same_bytes_and_another_does_not(generator):
    weights = own_weights(policy(), generator)
    first, again, other = (rolled(weights=weights, seed=seed) for seed in (0, 0, 1))
    for name in ("obs", "act", "reward", "mask", "log_prob"):
        assert_close(getattr(again, name), getattr(first, name), rtol=0, atol=0)
    assert (other.act != first.act).any()


def test_no_two_episodes_are_the_same():
    rollouts = rolled()
    first = rollouts.act[:, :, 0].reshape(-1)
    assert len(first.unique()) == len(first)


def test_rollouts_take_turns_exploring_in_their_modes():
    world = World(Countdown(), horizon=7, modes=3)
    rollouts = rolled(world, explore=True, episodes=5)
    for episode in range(5):
        expected = torch.eye(3)[episode % 3].expand(len(TASKS), 7, 3)
        assert_close(rollouts.obs[:, episode, :, 3:], expected)


def test_without_exploration_all_modes_are_zero():
    world = World(Countdown(), horizon=7, modes=3)
    assert (rolled(world).obs[..., 3:] == 0).all()
    assert rolled(WORLD, explore=True).obs.shape[-1] == 3


def test_modes_reach_the_policy():
    world = World(Countdown(), horizon=7, modes=3)
    net, rollouts = policy(world), rolled(world, explore=True, deterministic=True)
    taken = rollouts.mask == 1
    assert_close(
        rollouts.act[taken], net.distribution(net.initial_weights(), rollouts.obs)[0][taken]
    )
    assert (rollouts.obs[..., 3:] == 1).any()


def test_a_world_that_breaks_down_spoils_no_advantage():
    """It ended in a state that is not a number; nobody may learn from that state."""
    support = with_advantages(rolled(World(Countdown(breaks=True), horizon=7)), 0.99)
    assert support.advantage.isfinite().all()
    assert (support.advantage[support.mask == 1] != 0).any()
