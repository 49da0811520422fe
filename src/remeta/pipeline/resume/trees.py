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

Stateful = dict[str, tuple[object, Sequence[str]]]  # by name: an object, its attributes that change
TENSOR = "$tensor"


def pack(value: Any, name: str, tensors: Weights) -> Any:
    """`value` as JSON has it; tensors go to `tensors`, under names that begin with `name`."""
    match value:
        case None | bool() | int() | float() | str():
            return value
        case np.generic():
            return pack(value.item(), name, tensors)
        case Tensor():
            tensors[name] = _with_own_memory(value.detach(), tensors)
            return {TENSOR: name, "dtype": str(value.dtype), "shape": list(value.shape)}
        case np.ndarray():
            return pack(torch.from_numpy(value.copy()), name, tensors)
        case np.random.Generator():
            return pack(value.bit_generator.state, name, tensors)
        case torch.Generator():
            return pack(value.get_state(), name, tensors)
        case nn.Module():
            return pack(dict(value.state_dict()), name, tensors)
        case Optimizer():
            return pack(_of_optimiser(value), name, tensors)
        case dict() if all(isinstance(key, str) for key in value):
            return {key: pack(item, f"{name}.{key}", tensors) for key, item in value.items()}
        case list() | tuple():
            return [pack(item, f"{name}.{at}", tensors) for at, item in enumerate(value)]
        case _ if is_dataclass(value):
            parts = {field.name: getattr(value, field.name) for field in fields(value)}
            return pack(parts, name, tensors)
        case _ if hasattr(value, "restore"):
            return pack(value.state(), name, tensors)
    raise TypeError(f"{name} is a {type(value).__name__}, of which no file can be made")


def unpack(packed: Any, template: Any, tensors: Weights) -> Any:
    """The value that was packed; `template`, from a fresh start of the same, tells of what kind."""
    if _is_tensor(packed):
        return unpack(_tensor(packed, tensors), template, tensors)
    match template:
        case np.ndarray():
            return packed.numpy()
        case np.random.Generator():
            generator = np.random.Generator(type(template.bit_generator)())
            generator.bit_generator.state = packed
            return generator
        case torch.Generator():
            return torch.Generator().set_state(packed)
        case nn.Module():
            template.load_state_dict(unpack(packed, dict(template.state_dict()), tensors))
            return template
        case Optimizer():
            _to_optimiser(unpack(packed, _of_optimiser(template), tensors), template)
            return template
        case dict():
            return {key: unpack(item, template.get(key), tensors) for key, item in packed.items()}
        case tuple():
            return tuple(unpack(packed, list(template), tensors))
        case list():
            templates = [*template, *[None] * len(packed)]
            return [unpack(item, t, tensors) for item, t in zip(packed, templates, strict=False)]
        case _ if is_dataclass(template) and not isinstance(template, type):
            return replace(template, **unpack(packed, vars(template), tensors))
        case _ if hasattr(template, "restore"):
            template.restore(unpack(packed, template.state(), tensors))
            return template
    return _plain(packed, tensors)


def _of_optimiser(optimiser: Optimizer) -> dict[str, Any]:
    """What it knows of every parameter, by its number, and how it steps."""
    state = optimiser.state_dict()
    groups = [
        {name: value for name, value in group.items() if name != "params"}
        for group in state["param_groups"]
    ]
    return {"moments": {str(n): moments for n, moments in state["state"].items()}, "groups": groups}


def _to_optimiser(packed: dict[str, Any], optimiser: Optimizer) -> None:
    params = [group["params"] for group in optimiser.state_dict()["param_groups"]]
    groups = [group | {"params": ids} for group, ids in zip(packed["groups"], params, strict=True)]
    state = {int(n): moments for n, moments in packed["moments"].items()}
    optimiser.load_state_dict({"state": state, "param_groups": groups})


def _is_tensor(packed: Any) -> bool:
    return isinstance(packed, dict) and TENSOR in packed


def _tensor(packed: dict[str, Any], tensors: Weights) -> Any:
    value = tensors[packed[TENSOR]]
    if (str(value.dtype), list(value.shape)) != (packed["dtype"], packed["shape"]):
        raise ValueError(f"{packed[TENSOR]} is of another kind")
    return value.clone()  # in memory of its own, no longer in the file


def _plain(packed: Any, tensors: Weights) -> Any:
    match packed:
        case dict():
            return unpack(packed, {}, tensors)
        case list():
            return unpack(packed, [], tensors)
    return packed


def _with_own_memory(value: Tensor, tensors: Weights) -> Tensor:
    """Tensors that lie in the same memory are no two tensors to safetensors."""
    taken = {other.untyped_storage().data_ptr() for other in tensors.values()}
    shared = value.untyped_storage().data_ptr() in taken
    return value.clone() if shared else value.contiguous()


def gather(stateful: Stateful) -> tuple[Any, Weights]:
    tensors: Weights = {}
    parts = {
        name: {attribute: getattr(owner, attribute) for attribute in names}
        for name, (owner, names) in stateful.items()
    }
    return pack(parts, "state", tensors), tensors


def restore(stateful: Stateful, tree: Any, tensors: Weights) -> None:
    """Give every attribute what it was; where the tree has others, change nothing."""
    expected = {name: set(names) for name, (_, names) in stateful.items()}
    if {name: set(parts) for name, parts in tree.items()} != expected:
        raise ValueError("it holds other attributes")
    values = {
        (name, attribute): unpack(tree[name][attribute], getattr(owner, attribute), tensors)
        for name, (owner, names) in stateful.items()
        for attribute in names
    }
    for (name, attribute), value in values.items():
        setattr(stateful[name][0], attribute, value)
