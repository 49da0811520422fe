"""The inner loop: gradient steps that return new weights, written for one task (`vmap` makes many).

The batch an adaptation learns from was sampled by the very weights it starts at, so the expected
update depends on those weights twice: through the gradient, and through the density of the batch.
Plain automatic differentiation sees only the first. A loss that wants the second, too, weighs its
terms by the density, whose value is one and whose derivative is the missing term; for this it is
given the weights it differentiates and, apart from them, the weights of the `sampler`.
"""

from collections.abc import Callable, Sequence
from functools import reduce
from typing import Any

import torch
from torch import Tensor
from torch.func import grad, vmap

from remeta.core.weights import Weights

Loss = Callable[[Weights, Weights, Any], Tensor]  # (weights, sampler, batch) -> scalar


def gradient_step(
    loss: Loss,
    weights: Weights,
    batch: Any,
    rate: float | Weights,
    only: Sequence[str] = (),
) -> Weights:
    """One step against the gradient of `loss`; `only` names the parameters that move.

    `rate` is a number, or a dict with a number or tensor for every parameter that moves.
    """
    moving = {name: weights[name] for name in only or weights}
    gradient = grad(lambda part: loss(weights | part, weights, batch))(moving)
    rates = rate if isinstance(rate, dict) else dict.fromkeys(moving, rate)
    return weights | {name: value - rates[name] * gradient[name] for name, value in moving.items()}


def adapt(
    loss: Loss,
    weights: Weights,
    batches: Sequence[Any],
    rate: float | Weights,
    only: Sequence[str] = (),
) -> Weights:
    """As many steps as there are batches, each taken as sampled by the weights it moves."""
    return reduce(lambda w, batch: gradient_step(loss, w, batch, rate, only), batches, weights)


def inner_losses(loss: Loss, start: Weights, adapted: Weights, batches: Any) -> dict[str, float]:
    """Mean over tasks of the loss on the batches [task, ...] where adaptation began and ended."""
    with torch.no_grad():
        before = vmap(lambda batch: loss(start, start, batch))(batches)
        after = vmap(lambda own, batch: loss(own, own, batch))(adapted, batches)
    return {"inner_loss_before": float(before.mean()), "inner_loss_after": float(after.mean())}
