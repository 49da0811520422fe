"""MAML's trust-region iteration as a first prototype has it.

The mathematics of `remeta.methods.maml`, done plainly: all tasks at once, every curvature product
differentiates the divergence through a recomputed inner step (forward over reverse), the line
search goes through the data once for the loss and once more for the divergence.
"""

from collections.abc import Iterator
from contextlib import contextmanager

import torch
from torch import Tensor
from torch.func import grad, grad_and_value, jvp, vmap

from remeta.core import gaussian
from remeta.core.episodes import Batch, masked_mean
from remeta.core.returns import with_advantages
from remeta.core.trust_region import conjugate_gradient
from remeta.core.weights import Weights, flat, unflattener
from remeta.experience.practice import Practice
from remeta.methods.maml import MAML


@contextmanager
def default_products() -> Iterator[None]:
    """Float32 matrix products as torch does them unless told otherwise."""
    chosen = torch.get_float32_matmul_precision()
    torch.set_float32_matmul_precision("highest")
    try:
        yield
    finally:
        torch.set_float32_matmul_precision(chosen)


def meta_step(method: MAML, practice: Practice) -> None:
    """One meta-iteration; moves `method.weights` as `method.meta_step` would."""
    indices, discount = practice.draw_tasks(), method.params.discount
    support = with_advantages(
        practice.rollouts(method.policy.actor(method.weights), indices), discount
    )
    adapted = method.adapted(method.weights, support)
    query = with_advantages(
        practice.rollouts(method.policy.actor(adapted), indices, adapted=True), discount
    )
    method.weights = outer_step(method, support, query)


def outer_step(method: MAML, support: Batch, query: Batch) -> Weights:
    settings, start = method.params.trust_region, method.weights
    unflat = unflattener(start)
    with torch.no_grad():
        old = method.ascent.distributions(start, support, query)

    def loss(weights: Weights) -> Tensor:
        return vmap(method.ascent.loss, (None, 0, 0))(weights, support, query).mean()

    def divergence(weights: Weights) -> Tensor:
        apart = gaussian.kl_divergence(*old, *method.ascent.distributions(weights, support, query))
        return vmap(masked_mean)(apart, query.mask).mean()

    def product(vector: Tensor) -> Tensor:
        image = jvp(grad(divergence), (start,), (unflat(vector),))[1]
        return flat({name: image[name] for name in start}) + settings.damping * vector

    gradient, old_loss = grad_and_value(loss)(start)
    direction = conjugate_gradient(product, -flat(gradient), settings.iterations)
    full = torch.sqrt(2 * settings.radius / (direction @ product(direction))) * direction
    for attempt in range(settings.tries):
        weights = unflat(flat(start) + settings.shrink**attempt * full)
        if loss(weights) < old_loss and divergence(weights) <= settings.radius:
            return weights
    return start
