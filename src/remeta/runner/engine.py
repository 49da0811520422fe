"""What runs stages, wherever that is."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol


@dataclass(frozen=True)
class Task:
    """A command to run, for whichever engine."""

    name: str
    words: list[str]
    folder: str
    env: Mapping[str, str]
    log: Path


class Engine(Protocol):
    """Where stages run."""

    @property
    def jobs(self) -> int: ...
    def has_room(self, name: str) -> bool: ...
    def start(self, task: Task) -> None: ...
    def ended(self) -> dict[str, int]: ...
    def stop(self) -> None: ...
    def close(self) -> None: ...
