import torch
from torch.testing import assert_close

from remeta.nets.scaled import ScaledPolicy, searched


def policy(hidden=()):
    return ScaledPolicy(3, 2, hidden, "tanh", torch.Generator().manual_seed(0))


def test_it_begins_by_doing_nothing_at_all(generator):
    obs = torch.randn(5, 3, generator=generator)
    for hidden in ((), (4,)):
        mean, log_std = policy(hidden)(obs)
        assert (mean == 0).all()
        assert (log_std.exp() < 1e-8).all()


def test_a_linear_policy_is_linear_in_scaled_observations(generator):
    ours = policy()
    weights = {
        n: torch.randn(v.shape, generator=generator) for n, v in ours.initial_weights().items()
    }
    obs = torch.randn(5, 3, generator=generator)
    scaled = (obs - weights["shift"]) * weights["scale"]
    expected = scaled @ weights["net.layers.0.weight"].T + weights["net.layers.0.bias"]
    assert_close(ours.distribution(weights, obs)[0], expected)


def test_every_policy_of_a_stack_acts_by_its_own_weights(generator):
    ours, obs = policy((4,)), torch.randn(6, 5, 3, generator=generator)
    own = {
        n: torch.randn(6, *v.shape, generator=generator) for n, v in ours.initial_weights().items()
    }
    shared = own | {name: own[name][0] for name in ("shift", "scale")}
    for weights in (own, shared):
        mean, _ = ours.distribution(weights, obs)
        for k in range(6):
            one = {
                n: v[k] if v.ndim > ours.initial_weights()[n].ndim else v
                for n, v in weights.items()
            }
            assert_close(mean[k], ours.distribution(one, obs[k])[0], rtol=1e-4, atol=1e-5)


def test_what_is_observed_is_not_searched():
    start = policy((4,)).initial_weights()
    assert set(start) - set(searched(start)) == {"shift", "scale"}
