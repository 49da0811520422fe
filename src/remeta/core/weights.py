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
    """A copy that shares neither graph nor memory."""
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


def all_finite(weights: Weights) -> bool:
    """Whether no number is infinite or none."""
    return all(bool(torch.isfinite(value).all()) for value in weights.values())


def module_weights(weights: Weights, module: str) -> Weights:
    """The weights of one module, by the names they have inside it."""
    prefix = f"{module}."
    own = {name: value for name, value in weights.items() if name.startswith(prefix)}
    return {name.removeprefix(prefix): value for name, value in own.items()}


def prefixed(module: str, weights: Weights) -> Weights:
    """The inverse of `module_weights`."""
    return {f"{module}.{name}": value for name, value in weights.items()}


def by_module(weights: Weights) -> dict[str, Weights]:
    """The weights of each module, by their full names; a module is what stands before the dot."""
    parts: dict[str, Weights] = {}
    for name, value in weights.items():
        parts.setdefault(name.partition(".")[0], {})[name] = value
    return parts


def gradient_norms(gradient: Weights) -> dict[str, float]:
    """Length of each module's gradient, under the names that results have for it."""
    return {f"slope_{name}": float(flat(part).norm()) for name, part in by_module(gradient).items()}


def clip_norm(gradient: Weights, limit: float) -> Weights:
    """The gradient in the same direction, no longer than `limit`."""
    size = flat(gradient).norm()
    factor = limit / size.clamp_min(limit)
    return {name: factor * value for name, value in gradient.items()}
