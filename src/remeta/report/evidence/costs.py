"""What the runs of a panel cost, where their stages have noted it."""

import json
from pathlib import Path

from remeta.frozen import Advice
from remeta.report.text import count, number


def spent(folder: Path) -> tuple[str, str]:
    """Environment steps and hours of all runs in `folder`, as words; empty where not noted."""
    paths = sorted(folder.glob("*.json"))
    if not paths:
        return "", ""
    notes = [_read(path) for path in paths]
    hours = sum(note["wall_s"] for note in notes) / 3600
    return count(sum(note["env_steps"] for note in notes)), number(hours)


def core_hours(folder: Path) -> float:
    """Of all runs in `folder`: of each its hours, times the threads that it had."""
    notes = [_read(path) for path in folder.glob("*.json")]
    return sum(note["wall_s"] * note["threads"] for note in notes) / 3600


def _read(path: Path) -> dict[str, float]:
    try:
        note = {"threads": 1} | json.loads(path.read_text())
        return {name: float(note[name]) for name in ("threads", "wall_s", "env_steps", "updates")}
    except (OSError, ValueError, KeyError, TypeError) as broken:
        raise Advice(
            f"{path} is no note of costs ({broken}); run the training of its run again."
        ) from broken
