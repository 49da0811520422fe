"""How far a long stage is: a bar on a terminal, sparse lines in a log, a file for the runner."""

import json
import os
import sys
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from time import monotonic

FIRST, EVERY = 2.0, 15.0  # seconds between lines of a log
LIVE = 0.2  # seconds between two states of the bar or of the runner's file


class Progress:
    """REMETA_PROGRESS names the file in which a runner looks how far this is."""

    def __init__(self, title: str, total: int):
        self.title, self.total = title, total
        self._began = self._shown = self._written = monotonic()
        self._pause, self._resumed_at = FIRST, 0
        self._bar = sys.stderr.isatty()
        self._file = os.environ.get("REMETA_PROGRESS")

    def resume(self, done: int) -> None:
        """Tell that so much was done before; what is left is judged by what is done from now on."""
        self._resumed_at = done
        if self._file:
            _write(Path(self._file), self._state(done, "resumes"))
        print(f"{self.title}  resumes at {done}/{self.total}", file=sys.stderr, flush=True)

    def show(self, done: int, metrics: Mapping[str, float]) -> None:
        """Tell how much is done, what the numbers are and when it will end."""
        now, last = monotonic(), done >= self.total
        text = "  ".join(f"{name} {value:.4g}" for name, value in metrics.items())
        if self._file and (last or now - self._written >= LIVE):
            self._written = now
            _write(Path(self._file), self._state(done, text))
        if not last and now - self._shown < (LIVE if self._bar else self._pause):
            return
        self._shown, self._pause = now, EVERY
        left = (now - self._began) * (self.total - done) / max(done - self._resumed_at, 1)
        line = f"{self.title}  {done}/{self.total}  {clock(left)} left  {text}"
        if self._bar:
            filled = "█" * (20 * done // self.total)
            print(f"\r{filled:░<20} {line[:100]}\x1b[K", end="\n" if last else "", file=sys.stderr)
        else:
            print(line, file=sys.stderr, flush=True)

    def _state(self, done: int, text: str) -> dict[str, object]:
        return {"done": done, "total": self.total, "before": self._resumed_at, "told": text}


def _write(path: Path, state: Mapping[str, object]) -> None:
    with suppress(OSError):  # progress that cannot be told is no reason to stop
        path.write_text(json.dumps(state))


def clock(seconds: float) -> str:
    minutes, rest = divmod(round(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{rest:02}" if hours else f"{minutes}:{rest:02}"
