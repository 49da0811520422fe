"""What a person sees of a run: one live picture on a terminal, a line per event in a log."""

import json
import time
from collections.abc import Mapping
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, TextIO

from remeta.pipeline.resume.progress import clock
from remeta.runner.schedule import Schedule, State

LIVE, SPARSE = 0.25, 60.0  # seconds between two pictures, or two lines of a log
WIDTH = 110
CLEAR = "\x1b[K"

Progress = dict[str, Any]  # done, total, before, and its numbers as text


def read_progress(path: Path) -> Progress:
    """What a stage says of itself: done, total, numbers; nothing while it has not spoken."""
    try:
        return json.loads(path.read_text())
    except (OSError, ValueError):
        return {}


class Display:
    def __init__(self, schedule: Schedule, out: TextIO):
        self.schedule, self.out = schedule, out
        self._live = out.isatty()
        self._height = 0
        self._last = 0.0 if self._live else time.monotonic()

    @property
    def needs_refresh(self) -> bool:
        return time.monotonic() - self._last >= (LIVE if self._live else SPARSE)

    def print_line(self, line: str) -> None:
        """A line that stays, above the picture."""
        self._erase()
        print(line, file=self.out, flush=True)
        if self._live:
            self._last = 0.0

    def show(self, running: Mapping[str, tuple[float, Progress]], seconds_left: float) -> None:
        """The picture: how much is done, what runs and how far it is, when all will be over."""
        self._last = time.monotonic()
        if not self._live:
            print(self.summary(seconds_left), file=self.out, flush=True)
            return
        lines = [self.summary(seconds_left), *(_line(name, *run) for name, run in running.items())]
        self._erase()
        self.out.write("".join(f"{line[:WIDTH]}{CLEAR}\n" for line in lines))
        self.out.flush()
        self._height = len(lines)

    def summary(self, seconds_left: float) -> str:
        count = self.schedule.count
        done, total = count(State.DONE), len(self.schedule.state)
        parts = [f"{done}/{total} done", f"{count(State.RUNNING)} running"]
        parts.append(f"{count(State.WAITING)} waiting")
        if failed := count(State.FAILED) + count(State.SKIPPED):
            parts.append(f"{failed} failed or skipped")
        if seconds_left > 0:
            end = datetime.now() + timedelta(seconds=seconds_left)
            parts.append(f"about {clock(seconds_left)} left, done at {end:%H:%M}")
        return " · ".join(parts)

    def _erase(self) -> None:
        if self._height:
            self.out.write(f"\x1b[{self._height}A\x1b[J")
            self._height = 0


def _line(name: str, seconds: float, progress: Progress) -> str:
    line = f"  {name}  {clock(seconds)}"
    if progress:
        filled = int(12 * progress["done"] / max(progress["total"], 1))
        line += f"  {'█' * filled:░<12} {progress['done']}/{progress['total']}  {progress['told']}"
    return line
