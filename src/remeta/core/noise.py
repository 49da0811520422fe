"""How much a gradient differs from sample to sample, at weights that stay where they are."""

from collections.abc import Sequence
from itertools import combinations

import torch

from remeta.core.weights import Weights, flat, modules


def noise(slopes: Sequence[Weights]) -> dict[str, float]:
    """Of some gradients of the same loss, whole and by module.

    `size` is the norm of their mean, `spread` the root of their total variance, and `agreement`
    the mean cosine of two of them, which knows no scale and so compares methods.
    """
    parts = {"": list(slopes)}
    for name in modules(slopes[0]):
        parts[f"_{name}"] = [modules(slope)[name] for slope in slopes]
    return {
        f"{measure}{name}": value
        for name, part in parts.items()
        for measure, value in _measures(torch.stack([flat(slope) for slope in part])).items()
    }


def _measures(slopes: torch.Tensor) -> dict[str, float]:
    pairs = [torch.cosine_similarity(a, b, dim=0) for a, b in combinations(slopes, 2)]
    return {
        "size": float(slopes.mean(0).norm()),
        "spread": float(slopes.var(0).sum().sqrt()),
        "agreement": float(torch.stack(pairs).mean()),
    }
