"""How far a long stage is: a bar on a terminal, sparse lines in a log."""

import sys
from collections.abc import Mapping
from time import monotonic

FIRST, EVERY = 2.0, 15.0  # seconds between lines of a log


class Progress:
    def __init__(self, title: str, total: int):
        self.title, self.total = title, total
        self._began = self._shown = monotonic()
        self._pause = FIRST
        self._bar = sys.stderr.isatty()

    def show(self, done: int, numbers: Mapping[str, float]) -> None:
        """Tell how much is done, what the numbers are and when it will end."""
        now = monotonic()
        last = done >= self.total
        if not last and now - self._shown < (0.2 if self._bar else self._pause):
            return
        self._shown, self._pause = now, EVERY
        left = (now - self._began) * (self.total - done) / max(done, 1)
        told = "  ".join(f"{name} {value:.4g}" for name, value in numbers.items())
        line = f"{self.title}  {done}/{self.total}  {clock(left)} left  {told}"
        if self._bar:
            filled = "█" * (20 * done // self.total)
            print(f"\r{filled:░<20} {line[:100]}\x1b[K", end="\n" if last else "", file=sys.stderr)
        else:
            print(line, file=sys.stderr, flush=True)


def clock(seconds: float) -> str:
    minutes, rest = divmod(round(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{rest:02}" if hours else f"{minutes}:{rest:02}"
