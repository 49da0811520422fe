import torch
from scipy.stats import kstest
from torch.testing import assert_close

from remeta.nets.squashed import SquashedPolicy


def policy(least=-5.0):
    return SquashedPolicy(3, 2, (8,), least, torch.Generator().manual_seed(0))


def test_one_net_gives_the_mean_and_a_spread_within_its_range(generator):
    obs = 100 * torch.randn(50, 3, generator=generator)
    ours = policy(-1.0)
    mean, log_std = ours(obs)
    out = ours.net(obs)
    assert_close(mean, out[:, :2])
    assert_close(log_std, out[:, 2:].clamp(-1.0, 2.0))
    assert log_std.min() == -1.0 and log_std.max() == 2.0


def test_what_it_does_at_random_is_distributed_as_it_says(generator):
    """Undone step by step, every number is standard normal."""
    obs, ours = torch.randn(2000, 3, generator=generator), policy()
    act, _ = ours.sample(obs, generator)
    mean, log_std = ours(obs)
    noise = (torch.atanh(act.double()) - mean) / log_std.exp()
    assert kstest(noise.detach().flatten(), "norm").pvalue > 0.01


def test_its_density_is_that_of_its_samples(generator):
    obs, ours = torch.randn(50, 3, generator=generator), policy()
    act, log_prob = ours.sample(obs, generator)
    assert_close(ours.log_prob(ours.initial_weights(), obs, act), log_prob, rtol=1e-3, atol=1e-3)


def test_its_mean_action_is_the_squashed_mean_and_wants_no_gradient(generator):
    obs, ours = torch.randn(50, 3, generator=generator), policy()
    act = ours.mean_action(obs)
    assert_close(act, torch.tanh(ours(obs)[0]).detach())
    assert not act.requires_grad
