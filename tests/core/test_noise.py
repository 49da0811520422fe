import torch
from torch.testing import assert_close

from remeta.core.noise import WHOLE, gradient_noise


def test_equal_gradients_do_not_spread():
    gradient = {"a.w": torch.tensor([3.0, 4.0]), "b": torch.tensor([12.0])}
    sizes = gradient_noise([gradient, gradient, gradient])
    assert sizes.keys() == {WHOLE, "a", "b"}
    assert_close([part["norm"] for part in sizes.values()], [13.0, 5.0, 12.0])
    assert_close([part["deviation"] for part in sizes.values()], [0.0, 0.0, 0.0])


def test_deviation_is_the_root_of_the_variance_of_all_weights_together():
    gradients = [
        {"a": torch.tensor([1.0 + s, -s]), "b": torch.tensor([2 * s])} for s in (-1.0, 1.0)
    ]
    sizes = gradient_noise(gradients)
    assert_close(sizes[WHOLE], {"norm": 1.0, "deviation": (2 * 1 + 2 * 1 + 2 * 4) ** 0.5})
    assert_close(sizes["b"], {"norm": 0.0, "deviation": 8**0.5})
