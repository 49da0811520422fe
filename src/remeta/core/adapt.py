"""The inner loop: gradient steps that return new weights, written for one task (`vmap` makes many).

The trials an adaptation learns from were drawn by the very weights it starts at, so the expected
update depends on those weights twice: through the gradient, and through the density of the trials.
Plain automatic differentiation sees only the first. A loss that wants the second, too, weighs its
terms by the density, whose value is one and whose derivative is the missing term; for this it is
given the weights it differentiates and, apart from them, the weights that `drew` the trial.
"""

from collections.abc import Callable, Sequence
from functools import reduce
from typing import Any

import torch
from torch import Tensor
from torch.func import grad, vmap

from remeta.core.weights import Weights

Loss = Callable[[Weights, Weights, Any], Tensor]  # (weights, drew, trial) -> scalar


def descend(
    loss: Loss,
    weights: Weights,
    trial: Any,
    rate: float | Weights,
    only: Sequence[str] = (),
) -> Weights:
    """One step against the gradient of `loss`; `only` names the parameters that move.

    `rate` is a number, or a dict with a number or tensor for every parameter that moves.
    """
    moving = {name: weights[name] for name in only or weights}
    slope = grad(lambda part: loss(weights | part, weights, trial))(moving)
    rates = rate if isinstance(rate, dict) else dict.fromkeys(moving, rate)
    return weights | {name: value - rates[name] * slope[name] for name, value in moving.items()}


def adapt(
    loss: Loss,
    weights: Weights,
    trials: Sequence[Any],
    rate: float | Weights,
    only: Sequence[str] = (),
) -> Weights:
    """As many steps as there are trials."""
    return reduce(lambda w, trial: descend(loss, w, trial, rate, only), trials, weights)


def inner_losses(loss: Loss, start: Weights, adapted: Weights, trials: Any) -> dict[str, float]:
    """What the trials of all tasks say of where adaptation began and of where it ended."""
    with torch.no_grad():
        before = vmap(lambda trial: loss(start, start, trial))(trials)
        after = vmap(lambda own, trial: loss(own, own, trial))(adapted, trials)
    return {"inner_loss_before": float(before.mean()), "inner_loss_after": float(after.mean())}
