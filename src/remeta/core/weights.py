"""Weights are values: dicts of tensors, with the few vector operations adaptation needs."""

from collections.abc import Callable

import torch
from torch import Tensor

Weights = dict[str, Tensor]


def shifted(weights: Weights, direction: Weights, size: float) -> Weights:
    """weights + size * direction."""
    return {name: value + size * direction[name] for name, value in weights.items()}


def stacked(weights: Weights, count: int) -> Weights:
    """The same weights for `count` tasks, without copying."""
    return {name: value.expand(count, *value.shape) for name, value in weights.items()}


def detached(weights: Weights) -> Weights:
    return {name: value.detach().clone() for name, value in weights.items()}


def flat(weights: Weights) -> Tensor:
    """One vector; the order is that of the dict."""
    return torch.cat([value.reshape(-1) for value in weights.values()])


def unflattener(like: Weights) -> Callable[[Tensor], Weights]:
    """The inverse of `flat` for weights shaped like these."""
    names, shapes = list(like), [value.shape for value in like.values()]
    sizes = [value.numel() for value in like.values()]

    def unflat(vector: Tensor) -> Weights:
        parts = vector.split(sizes)
        return {
            name: part.reshape(shape)
            for name, part, shape in zip(names, parts, shapes, strict=True)
        }

    return unflat


def finite(weights: Weights) -> bool:
    return all(bool(torch.isfinite(value).all()) for value in weights.values())
