"""Slopes without calculus: what automatic differentiation is held against."""

from collections.abc import Callable

import torch
from torch import Tensor
from torch.testing import assert_close

from remeta.core.weights import Weights, flat, shifted


def noise_like(weights: Weights, generator: torch.Generator) -> Weights:
    return {
        name: torch.randn(value.shape, generator=generator, dtype=value.dtype)
        for name, value in weights.items()
    }


def central_difference(
    function: Callable[[Weights], Tensor], weights: Weights, direction: Weights, step: float = 1e-5
) -> Tensor:
    ahead, behind = (function(shifted(weights, direction, s)) for s in (step, -step))
    return (ahead - behind) / (2 * step)


def assert_gradient(
    function: Callable[[Weights], Tensor],
    weights: Weights,
    gradient: Weights,
    generator: torch.Generator,
    directions: int = 5,
) -> None:
    """`gradient` is that of `function` at `weights`, along some random directions."""
    for _ in range(directions):
        direction = noise_like(weights, generator)
        expected = central_difference(function, weights, direction)
        assert_close(flat(gradient) @ flat(direction), expected, rtol=1e-6, atol=1e-8)
