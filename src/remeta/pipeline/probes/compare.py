"""What moved: the numbers of a probe against those in its file, and when the file is written anew.

A setting that was not probed before says nothing about what the code did before. Its numbers lie
in a folder `beside` the probes, which no stage depends on, so that being looked at more closely
invalidates nothing. As soon as any number moves, the file of the probe itself takes all of them.
"""

import json
from dataclasses import dataclass
from math import isclose
from pathlib import Path

from remeta.pipeline.probes.numbers import Numbers
from remeta.pipeline.probes.project import PLAIN, SETTINGS
from remeta.storage import write_text

RELATIVE, ABSOLUTE = 1e-3, 1e-5  # what processors and thread counts may differ by
SETTING_MARKS = tuple(f"{setting.name} " for setting in SETTINGS if setting is not PLAIN)


@dataclass(frozen=True)
class Change:
    """One measure of a probe that is not as it was; None where it was not there."""

    measure: str
    old: list[float] | None
    current: list[float] | None

    @property
    def indices(self) -> list[int]:
        """Where the numbers moved."""
        pairs = zip(self.old or [], self.current or [], strict=False)
        return [index for index, (old, current) in enumerate(pairs) if not close(old, current)]

    @property
    def any(self) -> bool:
        if self.old is None or self.current is None:
            return True
        return len(self.old) != len(self.current) or bool(self.indices)

    @property
    def line(self) -> str:
        if self.old is None or self.current is None:
            return f"{self.measure} {'came' if self.old is None else 'went'}"
        if len(self.old) != len(self.current):
            return f"{self.measure} has {len(self.current)} values instead of {len(self.old)}"
        index = self.indices[0]
        return f"{self.measure}[{index}] was {self.old[index]:.6g} and is {self.current[index]:.6g}"


@dataclass(frozen=True)
class Finding:
    name: str
    numbers: Numbers
    changed: list[Change]
    is_new: bool  # a probe without a file

    @property
    def valid(self) -> bool:
        """Nothing moved: there is at most a setting that was never looked at."""
        first_seen = [c.old is None and c.measure.startswith(SETTING_MARKS) for c in self.changed]
        return not self.is_new and all(first_seen)

    @property
    def line(self) -> str:
        if self.is_new:
            return f"{self.name}: new"
        if self.valid:
            return f"{self.name}: looked at more closely, nothing moved"
        return f"{self.name}: {self.changed[0].line}"


def close(old: float, current: float) -> bool:
    return isclose(old, current, rel_tol=RELATIVE, abs_tol=ABSOLUTE)


def find_changes(folder: Path, name: str, numbers: Numbers) -> Finding:
    path = _file(folder, name)
    old = _read(path) | _read(_beside(folder, name))
    measures = dict.fromkeys([*old, *numbers])
    changes = [Change(measure, old.get(measure), numbers.get(measure)) for measure in measures]
    changed = [change for change in changes if change.any]
    return Finding(name, numbers, changed, is_new=not path.exists())


def save(folder: Path, finding: Finding) -> None:
    """Write what was found, without touching a file whose numbers still hold."""
    path, beside = _file(folder, finding.name), _beside(folder, finding.name)
    if finding.valid:
        stored = _read(path)
        _write(beside, {key: part for key, part in finding.numbers.items() if key not in stored})
    else:
        _write(path, finding.numbers)
        beside.unlink(missing_ok=True)


def _write(path: Path, numbers: Numbers) -> None:
    write_text(path, json.dumps(numbers, indent=1) + "\n")


def _file(folder: Path, name: str) -> Path:
    return folder / f"{name}.json"


def _beside(folder: Path, name: str) -> Path:
    return folder / "beside" / f"{name}.json"


def _read(path: Path) -> Numbers:
    return json.loads(path.read_text()) if path.exists() else {}
