"""A scale of observations: it is that of what it was fitted to, and none before."""

import torch
from torch.testing import assert_close

from remeta.nets.standard import Standard


def test_what_it_was_fitted_to_has_mean_nought_and_deviation_one(generator):
    rows = 3 + 5 * torch.randn(50, 3, generator=generator)
    rows[:, 1] = 7
    scale = Standard(3)
    assert_close(scale(rows), rows, rtol=0, atol=0)
    scale.fit(rows)
    seen = scale(rows)
    assert_close(seen.mean(0), torch.zeros(3), rtol=0, atol=1e-5)
    assert_close(seen.std(0, correction=0), torch.tensor([1.0, 0, 1]))  # one was always the same
