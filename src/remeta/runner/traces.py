"""What stages leave for people to read: a log each, and how far they are."""

from collections.abc import Iterable, Mapping
from pathlib import Path

SCRATCH = Path(".scratch/runner")
TAIL = 12  # lines of a failed stage's log


def log_file(name: str) -> Path:
    return SCRATCH / "logs" / f"{name}.log"


def progress_file(name: str) -> Path:
    return SCRATCH / "progress" / f"{name}.json"


def failure_report(faults: Mapping[str, str], skipped: Iterable[str]) -> str:
    """What failed, why, and what was not tried because of it."""
    lines = []
    for name, fault in faults.items():
        lines.append(f"{name}: {fault}  ({log_file(name)})")
        if log_file(name).exists():
            tail = log_file(name).read_text(errors="replace").splitlines()[-TAIL:]
            lines += [f"    {line}" for line in tail]
    if lost := ", ".join(skipped):
        lines.append(f"skipped, since they need these: {lost}")
    return "\n".join(lines)
