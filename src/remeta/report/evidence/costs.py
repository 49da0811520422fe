"""What the runs of a panel cost, where their stages have noted it."""

import json
from pathlib import Path

import numpy as np
from jaxtyping import Float
from numpy import ndarray

from remeta.frozen import Advice
from remeta.report.evidence.files import Files
from remeta.report.text import count, number

ALWAYS = ("threads", "wall_s", "env_steps", "updates")
TOLD = {"shown": "expert_steps", "queries": "expert_queries"}  # in notes


def spent(folder: Path) -> tuple[str, str]:
    """Environment steps and hours of all runs in `folder`, as words; empty where not noted."""
    paths = sorted(folder.glob("*.json"))
    if not paths:
        return "", ""
    notes = [_read(path) for path in paths]
    hours = sum(note["wall_s"] for note in notes) / 3600
    return count(sum(note["env_steps"] for note in notes)), number(hours)


def told(results: Files, what: str, run: str) -> Float[ndarray, "seed 1"]:
    """How many of an expert's actions a run was `shown`, or asked for (`queries`)."""
    folder = results.folder(results.all_runs[run]) / "costs"
    paths = [folder / f"{run}-{seed}.json" for seed in results.seeds]
    return np.array([[_read(path, TOLD[what])[TOLD[what]]] for path in paths])


def core_hours(folder: Path) -> float:
    """Of all runs in `folder`: of each its hours, times the threads that it had."""
    notes = [_read(path) for path in folder.glob("*.json")]
    return sum(note["wall_s"] * note["threads"] for note in notes) / 3600


def _read(path: Path, *more: str) -> dict[str, float]:
    try:
        note = {"threads": 1} | json.loads(path.read_text())
        return {name: float(note[name]) for name in (*ALWAYS, *more)}
    except (OSError, ValueError, KeyError, TypeError) as broken:
        raise Advice(
            f"{path} is no note of costs ({broken}); run the training of its run again."
        ) from broken
