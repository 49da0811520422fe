import math

import pytest
import torch
from torch.distributions import Independent, Normal
from torch.func import functional_call, grad
from torch.testing import assert_close

from remeta.core.weights import stacked
from remeta.nets.policy import GaussianPolicy
from tests.core.differences import assert_gradient, noise_like

OBS, ACT, TASKS, EPISODES = 3, 2, 4, 4  # as many tasks as episodes: a swap would fit


def policy(seed=0, hidden=(5, 4), min_log_std=-9.0):
    maker = torch.Generator().manual_seed(seed)
    return GaussianPolicy(OBS, ACT, hidden, min_log_std, maker).double()


def drawn(generator, *shape):
    return torch.randn(shape, generator=generator, dtype=torch.float64)


def per_task(start, generator):
    return noise_like(stacked(start, TASKS), generator)


def test_every_task_acts_with_its_own_weights(generator):
    net, obs = policy(), drawn(generator, TASKS, EPISODES, OBS)
    weights = per_task(net.initial_weights(), generator)
    mean, log_std = net.distribution(weights, obs)
    assert mean.shape == (TASKS, EPISODES, ACT)
    for task in range(TASKS):
        own = {name: value[task] for name, value in weights.items()}
        for episode in range(EPISODES):
            alone, spread = net.distribution(own, obs[task, episode])
            assert_close(mean[task, episode], alone)
            assert_close(log_std.expand_as(mean)[task, episode], spread)


def test_the_net_is_affine_maps_with_relu_between(generator):
    net, obs = policy(), drawn(generator, 6, OBS)
    weights = noise_like(net.initial_weights(), generator)
    x = obs
    for layer in range(3):
        weight, bias = (weights[f"mean.layers.{layer}.{part}"] for part in ("weight", "bias"))
        x = torch.stack([weight @ row + bias for row in x])
        x = x if layer == 2 else x * (x > 0)
    assert_close(net.distribution(weights, obs)[0], x)


def test_log_prob_is_that_of_the_gaussian_it_acts_by(generator):
    net = policy()
    obs, act = drawn(generator, 6, OBS), drawn(generator, 6, ACT)
    weights = noise_like(net.initial_weights(), generator)
    mean, log_std = net.distribution(weights, obs)
    expected = Independent(Normal(mean, log_std.exp()), 1).log_prob(act)
    assert_close(net.log_prob(weights, obs, act), expected)


def test_log_prob_has_the_gradient_of_its_differences_in_every_weight(generator):
    net = policy()
    obs, act = drawn(generator, 6, OBS), drawn(generator, 6, ACT)
    weights = noise_like(net.initial_weights(), generator)

    def loss(weights):
        return net.log_prob(weights, obs, act).sum()

    gradient = grad(loss)(weights)
    assert all(value.abs().sum() > 0 for value in gradient.values())
    assert_gradient(loss, weights, gradient, generator)


def test_the_spread_is_the_same_in_all_states_and_starts_at_one(generator):
    net = policy()
    _, log_std = net.distribution(net.initial_weights(), drawn(generator, 6, OBS))
    assert_close(log_std, torch.zeros(ACT, dtype=torch.float64))


@pytest.mark.parametrize("stack", [False, True])
def test_the_spread_never_falls_below_its_floor(generator, stack):
    net = policy(min_log_std=-2.0)
    weights = net.initial_weights() | {"log_std": torch.tensor([-5.0, -1.0], dtype=torch.float64)}
    obs = drawn(generator, TASKS, EPISODES, OBS)
    mean, log_std = net.distribution(stacked(weights, TASKS) if stack else weights, obs)
    expected = torch.tensor([-2.0, -1.0], dtype=torch.float64)
    assert_close(log_std.expand_as(mean), expected.expand_as(mean))


def test_weights_start_uniform_within_xaviers_bound_and_biases_at_zero():
    start = policy(hidden=(200, 100)).initial_weights()
    for layer, (before, after) in enumerate([(OBS, 200), (200, 100), (100, ACT)]):
        weight = start[f"mean.layers.{layer}.weight"]
        bound = math.sqrt(6 / (before + after))
        assert weight.shape == (after, before)
        assert weight.abs().max() <= bound
        # the largest of n uniform draws is below (1 - x) bound with probability (1 - x)^n
        assert weight.abs().max() > bound * (1 - 10 / weight.numel())
        assert (start[f"mean.layers.{layer}.bias"] == 0).all()


def test_the_generator_alone_decides_the_start():
    torch.manual_seed(1)
    first = policy(seed=3).initial_weights()
    torch.manual_seed(2)
    assert_close(policy(seed=3).initial_weights(), first, rtol=0, atol=0)
    assert (
        policy(seed=4).initial_weights()["mean.layers.0.weight"] != first["mean.layers.0.weight"]
    ).any()


def test_a_start_is_a_value_that_the_module_does_not_share(generator):
    net, obs = policy(), drawn(generator, 6, OBS)
    start = net.initial_weights()
    before = net(obs)[0].clone()
    for value in start.values():
        value += 1
    assert_close(net(obs)[0], before, rtol=0, atol=0)
    assert not any(value.requires_grad for value in start.values())
    assert set(start) == set(dict(net.named_parameters()))
    assert_close(functional_call(net, net.initial_weights(), (obs,))[0], before)
