"""What a person sees of a run: one live picture on a terminal, a line per event in a log."""

import json
import time
from collections.abc import Mapping
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, TextIO

from remeta.pipeline.resume.progress import clock
from remeta.runner.board import Board, State

LIVE, SPARSE = 0.25, 60.0  # seconds between two pictures, or two lines of a log
WIDTH = 110
CLEAR = "\x1b[K"


def told(path: Path) -> dict[str, Any]:
    """What a stage says of itself: done, total, numbers; nothing while it has not spoken."""
    try:
        return json.loads(path.read_text())
    except (OSError, ValueError):
        return {}


class Display:
    def __init__(self, board: Board, out: TextIO):
        self.board, self.out = board, out
        self._live = out.isatty()
        self._height = 0
        self._last = 0.0 if self._live else time.monotonic()

    @property
    def due(self) -> bool:
        return time.monotonic() - self._last >= (LIVE if self._live else SPARSE)

    def say(self, line: str) -> None:
        """A line that stays, above the picture."""
        self._erase()
        print(line, file=self.out, flush=True)
        if self._live:
            self._last = 0.0

    def show(self, running: Mapping[str, tuple[float, dict[str, Any]]], left: float) -> None:
        """The picture: how much is done, what runs and how far it is, when all will be over."""
        self._last = time.monotonic()
        if not self._live:
            print(self.summary(left), file=self.out, flush=True)
            return
        lines = [self.summary(left), *(_line(name, *how) for name, how in running.items())]
        self._erase()
        self.out.write("".join(f"{line[:WIDTH]}{CLEAR}\n" for line in lines))
        self.out.flush()
        self._height = len(lines)

    def summary(self, left: float) -> str:
        count = self.board.count
        done, total = count(State.DONE), len(self.board.state)
        parts = [f"{done}/{total} done", f"{count(State.RUNNING)} running"]
        parts.append(f"{count(State.WAITING)} waiting")
        if lost := count(State.FAILED) + count(State.SKIPPED):
            parts.append(f"{lost} failed or skipped")
        if left > 0:
            end = datetime.now() + timedelta(seconds=left)
            parts.append(f"about {clock(left)} left, done at {end:%H:%M}")
        return " · ".join(parts)

    def _erase(self) -> None:
        if self._height:
            self.out.write(f"\x1b[{self._height}A\x1b[J")
            self._height = 0


def _line(name: str, seconds: float, how: dict[str, Any]) -> str:
    line = f"  {name}  {clock(seconds)}"
    if how:
        filled = int(12 * how["done"] / max(how["total"], 1))
        line += f"  {'█' * filled:░<12} {how['done']}/{how['total']}  {how['told']}"
    return line
