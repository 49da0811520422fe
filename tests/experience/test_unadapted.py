import numpy as np
import pytest
import torch
from torch.testing import assert_close

from remeta.experience.adaptation import Schedule, adaptation_curve
from remeta.experience.unadapted import Unadapted, squashed_actor
from remeta.experience.world import World
from remeta.nets.squashed import SquashedPolicy
from remeta.tasks.point import Point

WORLD, TASKS = World(Point(), 5), np.array([[0.3, 0.1], [-0.2, 0.4]])


def policy():
    return SquashedPolicy(2, 2, (8,), -5.0, torch.Generator().manual_seed(0))


def curve(deterministic):
    net = policy()
    weights = {name: 1.5 * value for name, value in net.initial_weights().items()}
    schedule = Schedule(steps=2, episodes=3, deterministic=deterministic)
    unadapted = Unadapted(lambda own: squashed_actor(net, own))
    rng = np.random.default_rng(0)
    return net, weights, [*adaptation_curve(WORLD, unadapted, weights, TASKS, schedule, rng)]


@pytest.mark.parametrize("deterministic", [True, False])
def test_it_acts_by_the_same_weights_after_any_number_of_steps_and_pays_for_none(deterministic):
    net, weights, steps = curve(deterministic)
    assert len(steps) == 3
    for spent, rollouts in steps:
        assert (spent.steps, spent.env_steps.sum(), spent.episodes.sum()) == (0, 0, 0)
        mean, _ = net.distribution(weights, rollouts.obs)
        assert torch.equal(rollouts.act, torch.tanh(mean)) == deterministic
        assert (rollouts.act.abs() <= 1).all()


def test_actions_are_drawn_with_the_policys_own_density():
    net, weights, ((_, rollouts), *_) = curve(deterministic=False)
    expected = net.log_prob(weights, rollouts.obs, rollouts.act)
    assert_close(rollouts.log_prob, expected, rtol=1e-3, atol=1e-3)
