import pytest
import torch
from torch.testing import assert_close

from remeta.core.weights import stacked
from remeta.nets.norml import SMALL, Judge, JudgingPolicy
from remeta.nets.policy import MLP, Shape
from tests.core.differences import noise_like

SHAPE = Shape(3, 2, (40, 30), -9.0, "tanh")


def policy(sees_after=True):
    maker = torch.Generator().manual_seed(0)
    return JudgingPolicy(SHAPE, -0.7, maker, Judge((20,), "relu", sees_after))


def test_one_number_is_the_spread_of_all_actions(generator):
    net = policy()
    weights = net.initial_weights()
    assert weights["log_std"].shape == (1,)
    obs, act = (torch.randn(5, size, generator=generator) for size in (3, 2))
    mean, log_std = net.distribution(weights, obs)
    each = torch.distributions.Normal(mean, torch.tensor(-0.7).exp())
    assert_close(net.log_prob(weights, obs, act), each.log_prob(act).sum(-1))
    own = stacked(weights, 4) | {"log_std": torch.arange(4.0).unsqueeze(1)}
    _, log_std = net.distribution(own, obs.expand(4, 5, 3))
    assert_close(log_std, torch.arange(4.0).reshape(4, 1, 1).expand(4, 1, 2))


def test_all_weights_begin_small_and_all_biases_at_nought():
    for name, value in policy().initial_weights().items():
        if name.endswith("weight"):
            assert value.abs().max() <= 2 * SMALL
        if name.endswith("bias"):
            assert not value.any()
    wide = MLP([200, 200, 1], torch.Generator().manual_seed(0))
    assert wide.layers[0].weight.abs().max() < 2 * SMALL  # Xavier's are smaller where it is wide
    first = policy().initial_weights()["mean.layers.1.weight"]
    assert first.std() == pytest.approx(0.88 * SMALL, rel=0.1)  # of a normal cut at two deviations


@pytest.mark.parametrize("sees_after", [True, False])
def test_a_step_is_judged_by_what_it_led_to_or_not(sees_after, generator):
    net = policy(sees_after=sees_after)
    weights = noise_like(net.initial_weights(), generator)
    obs, act, after, other = (torch.randn(5, size, generator=generator) for size in (3, 2, 3, 3))
    seen = torch.cat([after, obs, act] if sees_after else [obs, act], -1)
    hidden = (
        seen @ weights["advantage.layers.0.weight"].T + weights["advantage.layers.0.bias"]
    ).relu()
    value = hidden @ weights["advantage.layers.1.weight"].T + weights["advantage.layers.1.bias"]
    assert_close(net.judged(weights, obs, act, after), value.squeeze(-1))
    same = net.judged(weights, obs, act, after) == net.judged(weights, obs, act, other)
    assert same.all() != sees_after


def test_with_the_identity_between_layers_a_net_is_linear(generator):
    net = MLP([3, 7, 2], generator, "identity")
    x, y = torch.randn(2, 4, 3, generator=generator)
    assert_close(net(x + y) - net(y), net(x) - net(torch.zeros_like(x)))
