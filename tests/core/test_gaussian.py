import torch
from torch.distributions import Independent, Normal
from torch.distributions import kl_divergence as exact_divergence
from torch.testing import assert_close

from remeta.core.gaussian import kl_divergence, log_prob


def drawn(generator, *shape):
    return torch.randn(shape, generator=generator, dtype=torch.float64)


def distribution(mean, log_std):
    return Independent(Normal(mean, log_std.exp().expand_as(mean)), 1)


def test_log_density_is_that_of_independent_normals(generator):
    x, mean = drawn(generator, 6, 4, 3), drawn(generator, 6, 4, 3)
    for log_std in (drawn(generator, 3), drawn(generator, 6, 1, 3), drawn(generator, 6, 4, 3)):
        assert_close(log_prob(x, mean, log_std), distribution(mean, log_std).log_prob(x))


def test_divergence_is_that_of_the_first_from_the_second(generator):
    mean, other_mean = drawn(generator, 6, 4, 3), drawn(generator, 6, 4, 3)
    for log_std in (drawn(generator, 3), drawn(generator, 6, 1, 3), drawn(generator, 6, 4, 3)):
        other = drawn(generator, 6, 4, 3)
        expected = exact_divergence(distribution(mean, log_std), distribution(other_mean, other))
        assert_close(kl_divergence(mean, log_std, other_mean, other), expected)


def test_a_gaussian_does_not_diverge_from_itself(generator):
    mean, log_std = drawn(generator, 6, 3), drawn(generator, 3)
    nothing = torch.zeros(6, dtype=torch.float64)
    assert_close(kl_divergence(mean, log_std, mean, log_std), nothing)
