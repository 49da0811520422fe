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
    not where an engine is there for a single stage, `detached` on a node of a cluster.
    """

    def __init__(self, jobs: int, detached: bool = False):
        self.jobs, self.forking = jobs, not detached
        self._programs: dict[str, subprocess.Popen] = {}
        self._forks: list[Forks] = []  # the last is the present one
        words = [sys.executable, "-I", "-S", str(Path(reaper.__file__)), *["detached"] * detached]
        self._reaper = subprocess.Popen(words, stdin=subprocess.PIPE, start_new_session=True)
        if detached:
            self._reaper.wait()  # the one that remains reads the same pipe

    def has_room(self, name: str) -> bool:
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
        statuses, lost = self._poll()
        for task in lost:  # a program has nothing that it could be lost with
            self._program(task)
        return statuses

    def stop(self) -> None:
        """End everything now."""
        self._poll()
        signalled, deadline = set[int](), time.monotonic() + PATIENCE
        while (running := self._processes()) and time.monotonic() < deadline:
            for pid in running - signalled:
                _kill(pid, signal.SIGTERM)
            signalled |= running
            self._poll()
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

    def _poll(self) -> tuple[dict[str, int], list[Task]]:
        """What has ended, and what was lost with its zygote."""
        ended = {name: child.poll() for name, child in self._programs.items()}
        statuses = {name: status for name, status in ended.items() if status is not None}
        for name in statuses:
            self._kill_leftovers(self._programs.pop(name).pid)
        lost = []
        for forks in self._forks:
            events = forks.poll()
            for pid in events.started:
                self._tell_reaper("+", pid)
            for pid in events.stopped:
                self._kill_leftovers(pid)
            statuses |= events.ended
            lost += events.lost
        for old in [forks for forks in self._forks[:-1] if not forks.tasks]:
            self._forks.remove(old)
            old.close()
        return statuses, lost

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
        self._tell_reaper("+", child.pid)

    def _forks_for(self, task: Task) -> Forks:
        if not (self._forks and self._forks[-1].fits(task)):
            self._forks.append(Forks(task))
        return self._forks[-1]

    def _kill_leftovers(self, pid: int) -> None:
        _kill(pid, signal.SIGKILL)  # whatever it left running
        self._tell_reaper("-", pid)

    def _tell_reaper(self, sign: str, group: int) -> None:
        pipe: Any = self._reaper.stdin
        with contextlib.suppress(BrokenPipeError):
            pipe.write(f"{sign}{group}\n".encode())
            pipe.flush()


def _kill(group: int, signum: signal.Signals) -> None:
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(group, signum)
