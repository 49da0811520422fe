import torch
from torch.distributions import Independent, Normal
from torch.distributions import kl_divergence as exact_divergence
from torch.testing import assert_close

from remeta.core.gaussian import divergence_from_prior, kl_divergence, log_prob, product


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


def test_a_product_of_gaussians_is_proportional_to_the_product_of_their_densities(generator):
    mean, log_std = (torch.randn(2, 5, 3, generator=generator, dtype=torch.float64) for _ in "ab")
    mask = torch.tensor([[1.0, 1, 0, 1, 1], [0, 1, 0, 0, 0]], dtype=torch.float64)
    x = torch.randn(7, 2, 1, 3, generator=generator, dtype=torch.float64)
    merged, spread = product(mean, torch.exp(2 * log_std), mask)
    each = torch.distributions.Normal(mean, log_std.exp()).log_prob(x).sum(-1)
    apart = (each * mask).sum(-1) - torch.vmap(lambda at: log_prob(at, merged, spread))(x[:, :, 0])
    assert_close(apart, apart[:1].expand_as(apart))  # the same wherever it is looked at
    assert_close(merged[1], mean[1, 1])
    assert_close(spread[1], log_std[1, 1])


def test_two_equal_factors_are_one_with_half_its_variance():
    mean, variance = torch.full((1, 2, 1), 0.7), torch.full((1, 2, 1), 0.5)
    merged, log_std = product(mean, variance, torch.ones(1, 2))
    assert_close(merged, torch.tensor([[0.7]]))
    assert_close(log_std.exp().square(), torch.tensor([[0.25]]))


def test_of_no_factor_the_product_is_the_prior():
    mean, variance = torch.full((1, 2, 1), 0.7), torch.full((1, 2, 1), 0.5)
    merged, log_std = product(mean, variance, torch.zeros(1, 2))
    assert_close(merged, torch.zeros(1, 1))
    assert_close(log_std, torch.zeros(1, 1))


def test_the_divergence_from_the_prior_is_that_from_a_standard_normal(generator):
    mean, log_std = drawn(generator, 2, 5, 3)
    prior = distribution(torch.zeros_like(mean), torch.zeros_like(mean))
    expected = exact_divergence(distribution(mean, log_std), prior)
    assert_close(divergence_from_prior(mean, log_std), expected)
