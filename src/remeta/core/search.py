"""Augmented random search (Mania et al. 2018): an ascent that needs returns and no gradient.

    W <- W + rate / (b sigma) sum_{k in the b best} (r_k+ - r_k-) delta_k

r_k+ and r_k- are the returns at W + noise delta_k and W - noise delta_k, the best those whose
larger return is largest, sigma the standard deviation of their 2b returns.
"""

from dataclasses import dataclass
from typing import Self

import torch
from jaxtyping import Float
from torch import Tensor

from remeta.core.weights import Weights

TINY = 1e-8  # in place of a spread of returns that are all the same, or of an input


def perturbed(weights: Weights, directions: Weights, noise: float) -> Weights:
    """Weights [2 x direction, ...]: a step along every direction, then one against each."""
    ahead = {name: noise * step for name, step in directions.items()}
    return {name: torch.cat([w + ahead[name], w - ahead[name]]) for name, w in weights.items()}


def search_step(
    weights: Weights,
    directions: Weights,
    returns: Float[Tensor, "two_per_direction"],
    kept: int,
    rate: float,
) -> Weights:
    """One step, from the returns of the weights `perturbed`."""
    ahead, behind = returns.chunk(2)
    best = torch.argsort(torch.maximum(ahead, behind), descending=True, stable=True)[:kept]
    spread = torch.cat([ahead[best], behind[best]]).std(correction=0).clamp_min(TINY)
    gain = rate * (ahead - behind)[best] / (kept * spread)
    return {
        name: w + torch.tensordot(gain.to(w), directions[name][best], 1)
        for name, w in weights.items()
    }


@dataclass(frozen=True)
class Scaling:
    """Mean and sum of squared deviations of all observations so far, and how many they were."""

    mean: Tensor
    square: Tensor
    count: int

    @classmethod
    def zeros(cls, size: int) -> Self:
        """Before the first observation of so many numbers."""
        zero = torch.zeros(size, dtype=torch.float64)
        return cls(zero, zero, 0)

    def updated(self, rows: Float[Tensor, "row size"]) -> Self:
        """The same after these rows, too, as if all had come at once."""
        rows = rows.double()
        count, shift = self.count + len(rows), rows.mean(0) - self.mean
        within = (rows - rows.mean(0)).square().sum(0)
        between = shift.square() * self.count * len(rows) / count
        mean = self.mean + shift * len(rows) / count
        return type(self)(mean, self.square + within + between, count)

    @property
    def scale(self) -> Tensor:
        """One over the standard deviation; 1 where nothing has ever varied."""
        std = (self.square / max(self.count, 1)).sqrt()
        return 1 / torch.where(std > TINY, std, torch.ones_like(std))
