"""How much a gradient differs from sample to sample, at weights that stay where they are."""

from collections.abc import Sequence

import torch

from remeta.core.weights import Weights, by_module, flat
from remeta.records import WHOLE


def gradient_noise(gradients: Sequence[Weights]) -> dict[str, dict[str, float]]:
    """Of some gradients of the same loss, by module and whole.

    `norm` is that of their mean, `deviation` the root of their total variance.
    """
    parts = {WHOLE: list(gradients)}
    for name in by_module(gradients[0]):
        parts[name] = [by_module(gradient)[name] for gradient in gradients]
    return {name: _measures(torch.stack([flat(g) for g in part])) for name, part in parts.items()}


def _measures(gradients: torch.Tensor) -> dict[str, float]:
    return {
        "norm": float(gradients.mean(0).norm()),
        "deviation": float(gradients.var(0).sum().sqrt()),
    }
