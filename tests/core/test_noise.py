import torch
from torch.testing import assert_close

from remeta.core.noise import noise


def test_equal_gradients_agree_and_do_not_spread():
    slope = {"a.w": torch.tensor([3.0, 4.0]), "b": torch.tensor([12.0])}
    found = noise([slope, slope, slope])
    assert_close(found["size"], 13.0)
    assert_close(found["size_a"], 5.0)
    assert_close((found["spread"], found["agreement"], found["agreement_b"]), (0.0, 1.0, 1.0))


def test_spread_is_the_root_of_the_variance_of_all_weights_together():
    slopes = [{"a": torch.tensor([1.0 + s, -s]), "b": torch.tensor([2 * s])} for s in (-1.0, 1.0)]
    found = noise(slopes)
    assert_close(found["size"], 1.0)
    assert_close(found["spread"], (2 * 1 + 2 * 1 + 2 * 4) ** 0.5)
    assert_close(found["spread_b"], 8**0.5)
    assert_close(found["agreement_b"], -1.0)
    cosine = ((0 * 2) + (1 * -1) + (-2 * 2)) / (5**0.5 * 9**0.5)
    assert_close(found["agreement"], cosine)
