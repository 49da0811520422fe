"""dvc.lock as text, stage by stage: read whole or refused, written whole or not at all.

DVC parses and rewrites the entire file after every stage, and leaves it empty when it is killed
in between. Here an entry is rendered once, as DVC renders it, and the file is moved into place.
"""

import os
import re
from collections.abc import Callable, Mapping, Sequence
from itertools import pairwise, takewhile
from pathlib import Path
from typing import Any

from dvc.schema import COMPILED_LOCKFILE_SCHEMA
from dvc.utils.serialize import dumps_yaml

from remeta.frozen import Advice
from remeta.pipeline.settings import yaml12
from remeta.runner.memory import recall
from remeta.storage import write_text

HEAD = "schema: '2.0'\nstages:\n"
_ENTRY = re.compile(r"^  (?=\S)", re.MULTILINE)  # where a stage begins

Entries = dict[str, str]  # stage name -> its lines
Values = dict[str, dict[str, Any]]  # stage name -> what they say


def render(name: str, entry: Mapping[str, Any]) -> str:
    """A stage's lines, folded as in the whole file."""
    return dumps_yaml({"schema": "2.0", "stages": {name: entry}}).removeprefix(HEAD)


class LockFile:
    """The entries of a dvc.lock that other processes may write, too."""

    def __init__(self, path: Path):
        self.path = path
        self._read_stamp: tuple[int, int, int] | None = None
        self._entries: Entries = {}
        self._values: Values = {}

    def entries(self) -> Entries:
        """As they are on disk now; a damaged file is refused."""
        stamp = _stamp(self.path)
        if stamp != self._read_stamp:
            self._entries, self._values = _read(self.path) if stamp else ({}, {})
            self._read_stamp = stamp
        return self._entries

    def values(self) -> Values:
        """The same, as DVC reads them."""
        self.entries()
        return self._values

    def put(self, name: str, text: str, order: Sequence[str]) -> None:
        """Keep what is there in its place; a new entry comes last, but for what the plan has later.

        So the file of a run that was stopped and resumed is that of one that was left alone.
        """
        entries = self.entries()
        if name not in entries:
            later = set(order[order.index(name) + 1 :])
            after = [*takewhile(later.__contains__, reversed(entries))][::-1]
            before = {other: entries[other] for other in entries if other not in after}
            entries = before | {name: text} | {other: entries[other] for other in after}
        self.write(entries | {name: text})

    def drop(self, unwanted: Callable[[str], bool]) -> list[str]:
        """Remove entries by name; say which."""
        entries = self.entries()
        dropped = [name for name in entries if unwanted(name)]
        if dropped:
            self.write({name: text for name, text in entries.items() if name not in dropped})
        return dropped

    def write(self, entries: Entries) -> None:
        if entries:
            write_text(self.path, HEAD + "".join(entries.values()))
        else:
            self.path.unlink(missing_ok=True)  # DVC knows no file without stages
        old, values = self._entries, self._values
        self._values = {
            name: values[name] if old.get(name) == text else parsed(text)
            for name, text in entries.items()
        }
        self._entries, self._read_stamp = entries, _stamp(self.path)


def read(path: Path) -> Entries:
    """The entries of a whole and valid file."""
    return _read(path)[0]


def _read(path: Path) -> tuple[Entries, Values]:
    text = path.read_text()
    try:
        lock = recall(path.parent, path.name, text, lambda: _valid(text))
        entries = split(text)
        if not (text.startswith(HEAD) and text.endswith("\n")):
            raise ValueError("its head or its end is missing")
    except Exception as error:
        raise Advice(
            f"{path.name} is empty or damaged; `remeta repro --repair` builds it again from what "
            "is whole in it, from git and from the run cache."
        ) from error
    return entries, lock["stages"]


def _valid(text: str) -> Any:
    return COMPILED_LOCKFILE_SCHEMA(yaml12.load(text))


def split(text: str) -> Entries:
    """The entries of a file that may be cut off; the last may then be less than whole."""
    body = text.removeprefix(HEAD)
    starts = [match.start() for match in _ENTRY.finditer(body)]
    entries = [body[a:b] for a, b in pairwise([*starts, len(body)])]
    return {chunk.strip().partition(":")[0].strip("'\""): chunk for chunk in entries}


def parsed(text: str) -> dict[str, Any]:
    """What DVC reads in one entry."""
    (entry,) = yaml12.load(HEAD + text)["stages"].values()
    return entry


def _stamp(path: Path) -> tuple[int, int, int] | None:
    try:
        stat = os.stat(path)
    except FileNotFoundError:
        return None
    return stat.st_ino, stat.st_mtime_ns, stat.st_size
