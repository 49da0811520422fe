"""Stages as local processes, which never outlive the runner."""

import contextlib
import ctypes
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from remeta.runner import reaper
from remeta.runner.engine import Task

DIE_WITH_PARENT = 1  # PR_SET_PDEATHSIG
LIBC = ctypes.CDLL(None) if sys.platform == "linux" else None
PATIENCE = 3.0  # seconds between asking a stage to stop and stopping it


class Local:
    """At most `jobs` processes at a time, each with its share of the cores."""

    def __init__(self, jobs: int, apart: bool = False):
        self.jobs = jobs
        self._running: dict[str, subprocess.Popen] = {}
        words = [sys.executable, "-I", "-S", str(Path(reaper.__file__)), *["apart"] * apart]
        self._reaper = subprocess.Popen(words, stdin=subprocess.PIPE, start_new_session=True)
        if apart:
            self._reaper.wait()  # the one that remains reads the same pipe

    def room(self, name: str) -> bool:
        return len(self._running) < self.jobs

    def start(self, task: Task) -> None:
        task.log.parent.mkdir(parents=True, exist_ok=True)
        with task.log.open("w") as log:
            # To be called from the main thread: the parent's death signal is its thread's.
            child = subprocess.Popen(
                task.words,
                cwd=task.folder,
                env=dict(task.env),
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
                preexec_fn=die_with(os.getpid()),
            )
        self._running[task.name] = child
        self._tell("+", child.pid)

    def ended(self) -> dict[str, int]:
        """Exit statuses of what has ended since the last call."""
        done = {name: child.poll() for name, child in self._running.items()}
        found = {name: status for name, status in done.items() if status is not None}
        for name in found:
            child = self._running.pop(name)
            _kill(child.pid, signal.SIGKILL)  # whatever it left running
            self._tell("-", child.pid)
        return found

    def stop(self) -> None:
        """End everything now."""
        for child in self._running.values():
            _kill(child.pid, signal.SIGTERM)
        limit = time.monotonic() + PATIENCE
        for child in self._running.values():
            with contextlib.suppress(subprocess.TimeoutExpired):
                child.wait(max(0.0, limit - time.monotonic()))
            _kill(child.pid, signal.SIGKILL)
            child.wait()
        self._running.clear()

    def close(self) -> None:
        self.stop()
        assert self._reaper.stdin is not None
        self._reaper.stdin.close()
        self._reaper.wait()

    def _tell(self, sign: str, group: int) -> None:
        pipe: Any = self._reaper.stdin
        with contextlib.suppress(BrokenPipeError):
            pipe.write(f"{sign}{group}\n".encode())
            pipe.flush()


def _kill(group: int, how: signal.Signals) -> None:
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(group, how)


def die_with(parent: int) -> Callable[[], None]:
    """For the child, before it becomes the stage: to be killed when its parent dies."""

    def prepare() -> None:
        if LIBC is not None:
            LIBC.prctl(DIE_WITH_PARENT, signal.SIGKILL)
        if os.getppid() != parent:  # it died just before
            os._exit(1)

    return prepare
