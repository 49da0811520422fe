"""Trust-region steps: the largest improvement along the natural gradient within a divergence.

Everything here works on one flat vector; `remeta.core.weights` goes back and forth.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

import torch
from jaxtyping import Float
from pydantic import NonNegativeFloat, PositiveFloat, PositiveInt
from torch import Tensor
from torch.func import vjp

from remeta.core.weights import Weights, flat, unflattener
from remeta.frozen import Frozen

Vector = Float[Tensor, "n"]
Product = Callable[[Vector], Vector]
Outputs = Callable[[Weights], tuple[Tensor, Tensor]]  # weights -> (mean, log_std)


class TrustRegion(Frozen):
    """Settings of a step."""

    radius: PositiveFloat
    iterations: PositiveInt  # of conjugate gradients
    damping: NonNegativeFloat
    shrink: PositiveFloat
    tries: PositiveInt


@dataclass(frozen=True)
class TrustRegionStep:
    """Where a trust-region step ended and what it did; `accepted` is False where nothing moved."""

    vector: Tensor
    loss: float
    divergence: float
    accepted: bool
    tries: int

    @property
    def metrics(self) -> dict[str, float]:
        """All of it that is a number."""
        names = "loss", "divergence", "accepted", "tries"
        return {name: float(getattr(self, name)) for name in names}


def conjugate_gradient(
    product: Product, b: Vector, iterations: int, tolerance: float = 1e-10
) -> Vector:
    """Solve A x = b for a positive definite A given by its products, starting from zero.

    It stops early where the squared residual has fallen to `tolerance` of the first.
    """
    x, residual, direction = torch.zeros_like(b), b.clone(), b.clone()
    square = residual @ residual
    enough = tolerance * square
    for _ in range(iterations):
        if square <= enough:
            break
        product_direction = product(direction)
        step = square / (direction @ product_direction)
        x = x + step * direction
        residual = residual - step * product_direction
        next_square = residual @ residual
        direction = residual + (next_square / square) * direction
        square = next_square
    return x


def fisher_product(parts: Iterable[tuple[Outputs, Tensor]], weights: Weights) -> Product:
    """v -> F v, the curvature at `weights` of the mean divergence from the policy there.

    Each part maps the weights to Gaussian outputs, mean and log_std both [..., dim], and has the
    weight of each of its steps, which over all parts sum to one. At the old policy
    F = J^T diag(1 / std^2, 2) J is exact. Both halves of J are made once: a forward
    linearisation and a reverse product, so that a product costs no new forward pass.
    """
    unflat = unflattener(weights)
    maps = []
    for outputs, share in parts:
        (mean, log_std), pull = value_and_vjp(outputs, weights)
        _, push = value_and_vjp(pull, (torch.zeros_like(mean), torch.zeros_like(mean)))
        precision = share[..., None] * torch.exp(-2 * log_std)
        maps.append((push, pull, precision, (2 * share[..., None]).expand_as(mean)))

    def product(vector: Vector) -> Vector:
        tangent = unflat(vector)
        images = []
        for push, pull, precision, double in maps:
            ((d_mean, d_log_std),) = push((tangent,))
            (image,) = pull((precision * d_mean, double * d_log_std))
            images.append(flat({name: image[name] for name in weights}))
        return torch.stack(images).sum(0)

    return product


def value_and_vjp(function: Callable[..., Any], at: Any) -> tuple[Any, Callable[..., Any]]:
    """Value and reverse product; torch types the pair as if it might be a triple."""
    value, pull = vjp(function, at)  # pyright: ignore[reportAssignmentType]
    return value, pull


def trust_region_step(
    evaluate: Callable[[Vector], tuple[Tensor, Tensor]],
    product: Product,
    start: Vector,
    loss: float,
    gradient: Vector,
    *,
    radius: float,
    iterations: int,
    damping: float,
    shrink: float,
    tries: int,
) -> TrustRegionStep:
    """Minimise a loss around `start`, where `loss` and `gradient` are known, within the radius.

    With the damped curvature A = F + damping, the step along x = -A^-1 gradient is scaled to
    sqrt(2 radius / x^T A x), then shrunk until the loss falls and the divergence holds; otherwise
    nothing moves.
    """

    def damped(vector: Vector) -> Vector:
        return product(vector) + damping * vector

    direction = conjugate_gradient(damped, -gradient, iterations)
    curvature = direction @ damped(direction)
    if not curvature > 0:
        return TrustRegionStep(start, loss, 0.0, accepted=False, tries=0)
    full = torch.sqrt(2 * radius / curvature) * direction
    for attempt in range(tries):
        vector = start + shrink**attempt * full
        lower, divergence = evaluate(vector)
        if lower < loss and divergence <= radius:
            return TrustRegionStep(
                vector, float(lower), float(divergence), accepted=True, tries=attempt + 1
            )
    return TrustRegionStep(start, loss, 0.0, accepted=False, tries=tries)
