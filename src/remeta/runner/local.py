"""Stages as local processes, which never outlive the runner."""

import contextlib
import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

from remeta.runner import reaper
from remeta.runner.death import die_with
from remeta.runner.engine import Task
from remeta.runner.forks import Forks, forkable

PATIENCE = 3.0  # seconds between asking a stage to stop and stopping it
PAUSE = 0.01  # seconds between looks at what is being stopped


class Local:
    """At most `jobs` processes at a time, each with its share of the cores.

    Stages that are `remeta` itself begin as forks of a process that has imported what they need;
    not where an engine is there for a single stage, `apart` on a node of a cluster.
    """

    def __init__(self, jobs: int, apart: bool = False):
        self.jobs, self.forking = jobs, not apart
        self._programs: dict[str, subprocess.Popen] = {}
        self._forks: list[Forks] = []  # the last is the present one
        words = [sys.executable, "-I", "-S", str(Path(reaper.__file__)), *["apart"] * apart]
        self._reaper = subprocess.Popen(words, stdin=subprocess.PIPE, start_new_session=True)
        if apart:
            self._reaper.wait()  # the one that remains reads the same pipe

    def room(self, name: str) -> bool:
        return len(self._programs) + sum(len(forks.tasks) for forks in self._forks) < self.jobs

    def start(self, task: Task) -> None:
        task.log.parent.mkdir(parents=True, exist_ok=True)
        task.log.write_bytes(b"")
        words = forkable(task) if self.forking else None
        if words is None:
            self._program(task)
        else:
            self._forks_for(task).start(task, words)

    def ended(self) -> dict[str, int]:
        """Exit statuses of what has ended since the last call."""
        found, lost = self._news()
        for task in lost:  # a program has nothing that it could be lost with
            self._program(task)
        return found

    def stop(self) -> None:
        """End everything now."""
        self._news()
        asked, limit = set[int](), time.monotonic() + PATIENCE
        while (running := self._processes()) and time.monotonic() < limit:
            for pid in running - asked:
                _kill(pid, signal.SIGTERM)
            asked |= running
            self._news()
            time.sleep(PAUSE)
        for pid in self._processes():
            _kill(pid, signal.SIGKILL)
        for child in self._programs.values():
            child.wait()
        self._programs.clear()
        while self._forks:  # and what is about to be born, with its zygote
            self._forks.pop().close()

    def close(self) -> None:
        self.stop()
        assert self._reaper.stdin is not None
        self._reaper.stdin.close()
        self._reaper.wait()

    def _news(self) -> tuple[dict[str, int], list[Task]]:
        """What has ended, and what was lost with its zygote."""
        ended = {name: child.poll() for name, child in self._programs.items()}
        found = {name: status for name, status in ended.items() if status is not None}
        for name in found:
            self._bury(self._programs.pop(name).pid)
        lost = []
        for forks in self._forks:
            news = forks.news()
            for pid in news.born:
                self._tell("+", pid)
            for pid in news.dead:
                self._bury(pid)
            found |= news.ended
            lost += news.lost
        for old in [forks for forks in self._forks[:-1] if not forks.tasks]:
            self._forks.remove(old)
            old.close()
        return found, lost

    def _processes(self) -> set[int]:
        """Of all stages that have begun."""
        forked = {pid for forks in self._forks for pid in forks.pids.values()}
        return forked | {child.pid for child in self._programs.values()}

    def _program(self, task: Task) -> None:
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
        self._programs[task.name] = child
        self._tell("+", child.pid)

    def _forks_for(self, task: Task) -> Forks:
        if not (self._forks and self._forks[-1].fits(task)):
            self._forks.append(Forks(task))
        return self._forks[-1]

    def _bury(self, pid: int) -> None:
        _kill(pid, signal.SIGKILL)  # whatever it left running
        self._tell("-", pid)

    def _tell(self, sign: str, group: int) -> None:
        pipe: Any = self._reaper.stdin
        with contextlib.suppress(BrokenPipeError):
            pipe.write(f"{sign}{group}\n".encode())
            pipe.flush()


def _kill(group: int, how: signal.Signals) -> None:
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(group, how)
