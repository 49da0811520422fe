"""Trained weights on disk: safetensors with a header that says whose they are."""

import json
from pathlib import Path
from typing import Any

import torch
from safetensors import SafetensorError, safe_open
from safetensors.torch import save

from remeta import __version__
from remeta.core.weights import Weights
from remeta.frozen import Advice
from remeta.storage import digest, write_bytes

BROKEN = (SafetensorError, OSError, ValueError)  # what reading a damaged file may raise


def write_model(path: Path, weights: Weights, about: dict[str, Any]) -> None:
    tensors = {name: value.detach().cpu().contiguous() for name, value in weights.items()}
    write_bytes(path, save(tensors, header(tensors, about)))


def header(tensors: Weights, about: dict[str, Any]) -> dict[str, str]:
    """What a file of tensors says of itself: `about`, our version and a digest."""
    # One entry only: safetensors writes several in an order that changes from call to call.
    metadata = about | {"digest": digest_of(tensors), "version": __version__}
    return {"about": json.dumps(metadata, sort_keys=True)}


def read_tensors(path: Path) -> tuple[Weights, dict[str, Any]]:
    """A file's tensors and what it says of itself; the digest is for the caller to check."""
    with safe_open(path, "pt") as file:
        about = json.loads((file.metadata() or {}).get("about", "{}"))
        if not isinstance(about, dict):
            raise ValueError("its header is of another kind")
        return {name: file.get_tensor(name) for name in file.keys()}, about  # noqa: SIM118


def read_model(path: Path, about: dict[str, Any], like: Weights, remedy: str) -> Weights:
    """The weights at `path` if they are of this very run and shape."""
    try:
        weights, metadata = read_tensors(path)
    except FileNotFoundError:
        raise Advice(f"{path} is missing; {remedy}.") from None
    except BROKEN as error:
        raise Advice(f"{path} is no readable model ({error}); {remedy}.") from error
    stamp = {key: metadata.pop(key, None) for key in ("digest", "version")}
    if metadata != about:
        raise Advice(f"{path} is of another run ({_difference(metadata, about)}); {remedy}.")
    if _shapes(weights) != _shapes(like):
        raise Advice(f"{path} holds weights of another shape; {remedy}.")
    if stamp["digest"] not in (None, digest_of(weights)):
        raise Advice(f"{path} was changed after it was written; {remedy}.")
    if not all(bool(torch.isfinite(value).all()) for value in weights.values()):
        raise Advice(f"{path} holds weights that are not finite; {remedy}.")
    return weights


def _shapes(weights: Weights) -> dict[str, tuple[torch.Size, torch.dtype]]:
    return {name: (value.shape, value.dtype) for name, value in weights.items()}


def digest_of(tensors: Weights) -> str:
    return digest(*(tensors[name].detach().numpy() for name in sorted(tensors)))


def _difference(metadata: dict[str, Any], expected: dict[str, Any]) -> str:
    for key, value in expected.items():
        if metadata.get(key) != value:
            return f"{key} is {metadata.get(key)!r}, not {value!r}"
    return "its header says more than it should"
