"""Gradients of a mean over tasks, a few tasks at a time: the same value in bounded memory."""

from collections.abc import Callable, Iterator
from typing import Any

import torch
from torch import Tensor
from torch.func import grad_and_value, vmap
from torch.utils import _pytree as pytree

from remeta.core.weights import Weights


def chunks(data: Any, size: int) -> Iterator[Any]:
    """Slices of at most `size` tasks of every tensor in `data`."""
    count = len(pytree.tree_leaves(data)[0])
    for first in range(0, count, size):
        yield pytree.tree_map(lambda leaf, a=first: leaf[a : a + size], data)


def mean_gradient(
    one_task: Callable[..., Tensor], weights: Weights, data: tuple[Any, ...], size: int
) -> tuple[Weights, Tensor]:
    """Gradient and value of the mean over tasks of one_task(weights, *data of that task).

    `data` are records [task, ...], of which at most `size` tasks are differentiated at once.
    """
    count = len(pytree.tree_leaves(data)[0])

    def total(weights: Weights, part: tuple[Any, ...]) -> Tensor:
        return vmap(lambda *one: one_task(weights, *one))(*part).sum() / count

    gradient = {name: torch.zeros_like(value) for name, value in weights.items()}
    loss = torch.zeros((), device=next(iter(weights.values())).device)
    for part in chunks(data, size):
        more, value = grad_and_value(total)(weights, part)
        gradient = {name: gradient[name] + more[name] for name in weights}
        loss = loss + value
    return gradient, loss


def mean_and_task_gradients(
    one_task: Callable[..., Tensor],
    weights: Weights,
    own: Tensor,
    data: tuple[Any, ...],
    size: int,
) -> tuple[Weights, Tensor, Tensor]:
    """Gradient by weights that all tasks share and by numbers of which each has its own, and value.

    The first and the last are of the mean over tasks of one_task(weights, own, *data of that task),
    the second, [task, ...], is of each task's own loss.
    """
    count = len(own)

    def total(weights: Weights, own: Tensor, part: tuple[Any, ...]) -> Tensor:
        return vmap(lambda mine, *one: one_task(weights, mine, *one))(own, *part).sum()

    gradient = {name: torch.zeros_like(value) for name, value in weights.items()}
    gradients, loss = [], torch.zeros((), device=own.device)
    for mine, part in chunks((own, data), size):
        (more, each), value = grad_and_value(total, argnums=(0, 1))(weights, mine, part)
        gradient = {name: gradient[name] + more[name] / count for name in weights}
        gradients, loss = [*gradients, each], loss + value / count
    return gradient, torch.cat(gradients), loss
