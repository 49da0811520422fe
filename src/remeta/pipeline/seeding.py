"""All randomness begins here: one seed a run, split by name."""

import zlib

import numpy as np
import torch


def stream(seed: int, *names: str) -> np.random.Generator:
    """A generator of its own for every purpose, so that one purpose never shifts another."""
    return np.random.default_rng([seed, *(zlib.crc32(name.encode()) for name in names)])


def torch_stream(seed: int, *names: str) -> torch.Generator:
    return torch.Generator().manual_seed(int(stream(seed, *names).integers(2**62)))
