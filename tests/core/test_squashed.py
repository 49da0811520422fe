import math

import numpy as np
import torch
from scipy.integrate import quad
from torch.distributions import Normal, TanhTransform, TransformedDistribution
from torch.testing import assert_close

from remeta.core import squashed


def drawn(generator, *shape):
    return torch.randn(shape, generator=generator, dtype=torch.float64)


def test_a_sample_is_as_likely_as_its_density_says(generator):
    mean, log_std, noise = (drawn(generator, 6, 3) for _ in range(3))
    act, log_prob = squashed.sample(mean, log_std, noise)
    assert_close(act, torch.tanh(mean + log_std.exp() * noise))
    assert_close(squashed.log_prob(act, mean, log_std), log_prob, rtol=1e-6, atol=1e-6)
    theirs = TransformedDistribution(Normal(mean, log_std.exp()), TanhTransform())
    assert_close(log_prob, theirs.log_prob(act).sum(-1), rtol=1e-6, atol=1e-6)


def test_density_is_one_in_all():
    def density(act):
        at = (torch.tensor([value], dtype=torch.float64) for value in (act, 0.4, -0.3))
        return float(squashed.log_prob(*at).exp())

    assert abs(quad(density, -1, 1)[0] - 1) < 1e-6


def test_the_slope_of_tanh_is_known_where_its_value_no_longer_tells():
    raw = torch.tensor([-30.0, -3.0, 0.0, 0.7, 30.0])
    expected = [math.log(4) - 60, *np.log(1 - np.tanh([-3.0, 0.0, 0.7]) ** 2), math.log(4) - 60]
    assert_close(squashed.log_derivative(raw), torch.tensor(expected).float(), rtol=1e-5, atol=1e-6)


def test_an_action_at_the_edge_has_a_density(generator):
    edge, mean = torch.ones(1, 2), torch.zeros(1, 2)
    assert squashed.log_prob(edge, mean, mean).isfinite().all()
