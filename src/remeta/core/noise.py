"""How much a gradient differs from sample to sample, at weights that stay where they are."""

from collections.abc import Sequence

import torch

from remeta.core.weights import Weights, flat, modules
from remeta.records import WHOLE


def noise(slopes: Sequence[Weights]) -> dict[str, dict[str, float]]:
    """Of some gradients of the same loss, by module and whole.

    `norm` is that of their mean, `deviation` the root of their total variance.
    """
    parts = {WHOLE: list(slopes)}
    parts |= {name: [modules(slope)[name] for slope in slopes] for name in modules(slopes[0])}
    return {
        name: _measures(torch.stack([flat(slope) for slope in part]))
        for name, part in parts.items()
    }


def _measures(slopes: torch.Tensor) -> dict[str, float]:
    return {
        "norm": float(slopes.mean(0).norm()),
        "deviation": float(slopes.var(0).sum().sqrt()),
    }
