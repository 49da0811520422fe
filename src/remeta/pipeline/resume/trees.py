"""What changes as a stage goes on, as plain values and tensors, and back again.

A tree is made of numbers, words, lists, dicts, dataclasses, arrays, tensors, generators, modules
and optimisers. Other objects take part by two methods: `state()` gives a tree and `restore(tree)`
takes it back.
"""

from collections.abc import Sequence
from dataclasses import fields, is_dataclass, replace
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn
from torch.optim import Optimizer

from remeta.core.weights import Weights

Living = dict[str, tuple[object, Sequence[str]]]  # by name: an object, its attributes that change
TENSOR = "$tensor"


def packed(value: Any, name: str, tensors: Weights) -> Any:
    """`value` as JSON has it; tensors go to `tensors`, under names that begin with `name`."""
    match value:
        case None | bool() | int() | float() | str():
            return value
        case np.generic():
            return packed(value.item(), name, tensors)
        case Tensor():
            tensors[name] = _own(value.detach(), tensors)
            return {TENSOR: name, "dtype": str(value.dtype), "shape": list(value.shape)}
        case np.ndarray():
            return packed(torch.from_numpy(value.copy()), name, tensors)
        case np.random.Generator():
            return packed(value.bit_generator.state, name, tensors)
        case torch.Generator():
            return packed(value.get_state(), name, tensors)
        case nn.Module():
            return packed(dict(value.state_dict()), name, tensors)
        case Optimizer():
            return packed(_of_optimiser(value), name, tensors)
        case dict() if all(isinstance(key, str) for key in value):
            return {key: packed(item, f"{name}.{key}", tensors) for key, item in value.items()}
        case list() | tuple():
            return [packed(item, f"{name}.{at}", tensors) for at, item in enumerate(value)]
        case _ if is_dataclass(value):
            parts = {field.name: getattr(value, field.name) for field in fields(value)}
            return packed(parts, name, tensors)
        case _ if hasattr(value, "restore"):
            return packed(value.state(), name, tensors)
    raise TypeError(f"{name} is a {type(value).__name__}, of which no file can be made")


def unpacked(kept: Any, like: Any, tensors: Weights) -> Any:
    """The value that was packed; `like`, from a fresh start of the same, tells of what kind."""
    if _stands_for_a_tensor(kept):
        return unpacked(_tensor(kept, tensors), like, tensors)
    match like:
        case np.ndarray():
            return kept.numpy()
        case np.random.Generator():
            fresh = np.random.Generator(type(like.bit_generator)())
            fresh.bit_generator.state = kept
            return fresh
        case torch.Generator():
            return torch.Generator().set_state(kept)
        case nn.Module():
            like.load_state_dict(unpacked(kept, dict(like.state_dict()), tensors))
            return like
        case Optimizer():
            _to_optimiser(unpacked(kept, _of_optimiser(like), tensors), like)
            return like
        case dict():
            return {key: unpacked(item, like.get(key), tensors) for key, item in kept.items()}
        case tuple():
            return tuple(unpacked(kept, list(like), tensors))
        case list():
            likes = [*like, *[None] * len(kept)]
            return [unpacked(item, one, tensors) for item, one in zip(kept, likes, strict=False)]
        case _ if is_dataclass(like) and not isinstance(like, type):
            return replace(like, **unpacked(kept, vars(like), tensors))
        case _ if hasattr(like, "restore"):
            like.restore(unpacked(kept, like.state(), tensors))
            return like
    return _plain(kept, tensors)


def _of_optimiser(optimiser: Optimizer) -> dict[str, Any]:
    """What it knows of every parameter, by its number, and how it steps."""
    state = optimiser.state_dict()
    groups = [
        {name: value for name, value in group.items() if name != "params"}
        for group in state["param_groups"]
    ]
    return {"moments": {str(n): known for n, known in state["state"].items()}, "groups": groups}


def _to_optimiser(kept: dict[str, Any], optimiser: Optimizer) -> None:
    numbers = [group["params"] for group in optimiser.state_dict()["param_groups"]]
    groups = [group | {"params": own} for group, own in zip(kept["groups"], numbers, strict=True)]
    state = {int(n): known for n, known in kept["moments"].items()}
    optimiser.load_state_dict({"state": state, "param_groups": groups})


def _stands_for_a_tensor(kept: Any) -> bool:
    return isinstance(kept, dict) and TENSOR in kept


def _tensor(kept: dict[str, Any], tensors: Weights) -> Any:
    value = tensors[kept[TENSOR]]
    if (str(value.dtype), list(value.shape)) != (kept["dtype"], kept["shape"]):
        raise ValueError(f"{kept[TENSOR]} is of another kind")
    return value.clone()  # in memory of its own, no longer in the file


def _plain(kept: Any, tensors: Weights) -> Any:
    match kept:
        case dict():
            return unpacked(kept, {}, tensors)
        case list():
            return unpacked(kept, [], tensors)
    return kept


def _own(value: Tensor, tensors: Weights) -> Tensor:
    """Tensors that lie in the same memory are no two tensors to safetensors."""
    taken = {other.untyped_storage().data_ptr() for other in tensors.values()}
    shared = value.untyped_storage().data_ptr() in taken
    return value.clone() if shared else value.contiguous()


def gathered(living: Living) -> tuple[Any, Weights]:
    tensors: Weights = {}
    parts = {name: {of: getattr(one, of) for of in which} for name, (one, which) in living.items()}
    return packed(parts, "state", tensors), tensors


def spread(living: Living, tree: Any, tensors: Weights) -> None:
    """Give every living attribute what it was; where the tree has others, change nothing."""
    wanted = {name: set(which) for name, (_, which) in living.items()}
    if {name: set(parts) for name, parts in tree.items()} != wanted:
        raise ValueError("it holds other attributes")
    found = {
        (name, of): unpacked(tree[name][of], getattr(one, of), tensors)
        for name, (one, which) in living.items()
        for of in which
    }
    for (name, of), value in found.items():
        setattr(living[name][0], of, value)
