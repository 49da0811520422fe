"""Adam (Kingma & Ba 2015) on weights that are values; its state is a value, too."""

from dataclasses import dataclass
from typing import Self

import torch

from remeta.core.weights import Weights


@dataclass(frozen=True)
class Moments:
    """Running means of gradients and of their squares, and how many were seen."""

    mean: Weights
    square: Weights
    count: int

    @classmethod
    def zeros(cls, weights: Weights) -> Self:
        """Before the first step."""
        zeros = {name: torch.zeros_like(value) for name, value in weights.items()}
        return cls(zeros, zeros, 0)


def adam_step(
    weights: Weights,
    gradient: Weights,
    moments: Moments,
    rate: float | dict[str, float],
    decay: tuple[float, float] = (0.9, 0.999),
    epsilon: float = 1e-8,
) -> tuple[Weights, Moments]:
    """weights - rate * m / (sqrt(v) + epsilon), m and v the bias-corrected moments.

    `rate` is a number, or a dict with one for every parameter.
    """
    rates = rate if isinstance(rate, dict) else dict.fromkeys(weights, rate)
    first, second = decay
    count = moments.count + 1
    mean = {n: first * moments.mean[n] + (1 - first) * g for n, g in gradient.items()}
    square = {n: second * moments.square[n] + (1 - second) * g * g for n, g in gradient.items()}
    short, long = 1 - first**count, 1 - second**count
    moved = {
        n: w - rates[n] * (mean[n] / short) / ((square[n] / long).sqrt() + epsilon)
        for n, w in weights.items()
    }
    return moved, Moments(mean, square, count)
