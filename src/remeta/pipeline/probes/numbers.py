"""Fingerprints of the files that stages write."""

import csv
import json
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from safetensors import safe_open

from remeta.records import shared, unfolded

Numbers = dict[str, list[float]]
COUNTS = ("train_env_steps", "updates", "demos", "adapt_env_steps")


def of_tasks(path: Path) -> Numbers:
    sets = json.loads(path.read_text())
    names = ("train", "validation", "test")
    return {name: [value for task in sets[name] for value in task] for name in names}


def of_weights(path: Path) -> Numbers:
    with safe_open(path, "np") as file:
        tensors = {name: file.get_tensor(name) for name in sorted(file.keys())}
    return {name: _moments(value) for name, value in tensors.items()}


def of_demos(paths: Sequence[Path]) -> Numbers:
    numbers: Numbers = {}
    for path in paths:
        with np.load(path, allow_pickle=False) as file:
            for name in ("obs", "act", "mask", "scores"):
                numbers[name] = numbers.get(name, []) + _moments(file[name])
    return numbers


def of_rows(path: Path) -> Numbers:
    """Every value of a result file, by metric, in the order of the file."""
    numbers: Numbers = {}
    common, rows = _rows(path)
    for row in rows if rows and "metric" in rows[0] else unfolded(rows):
        numbers.setdefault(row["metric"], []).append(float(row["value"]))
        for count, number in (common | row).items():
            if count in COUNTS:
                numbers.setdefault(count, []).append(float(number))
    return numbers


def of_columns(path: Path) -> Numbers:
    """Sums of every column of numbers."""
    _, rows = _rows(path)
    names = [name for name in rows[0] if name not in ("task", "episode", "step")]
    columns = {name: _floats([row[name] for row in rows]) for name in names}
    return {name: _moments(column) for name, column in columns.items() if column is not None}


def _rows(path: Path) -> tuple[dict[str, str], list[dict[str, str]]]:
    """What they share, and each by itself."""
    common, table = shared(path.read_text())
    return common, [*csv.DictReader(table.splitlines())]


def _floats(words: list[str]) -> np.ndarray | None:
    """None where they are no numbers."""
    try:
        return np.array(words, float)
    except ValueError:
        return None


def _moments(value: np.ndarray) -> list[float]:
    """Two sums of which the second depends on the order of the elements."""
    flat = value.astype(float).ravel()
    return [float(flat.sum()), float(flat @ np.cos(np.arange(flat.size)))]
