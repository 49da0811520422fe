"""Stages that start by a fork: the runner's side of `remeta.zygote`."""

import contextlib
import json
import os
import re
import shutil
import socket
import subprocess
import sys
from pathlib import Path
from typing import NamedTuple

import remeta
from remeta.runner.death import die_with
from remeta.runner.engine import Task

STAGES = (
    "tasks", "expert", "demos", "context", "tune", "train", "evaluate", "gradients", "traces",
    "adaptations", "drifts", "gaits", "outside",
    "table", "figure", "goals", "claims", "report", "scoreboard", "page",
)  # fmt: skip
PLAIN = re.compile(rf"remeta ({'|'.join(STAGES)})(?: [\w./@:=-]+)*")  # nothing that a shell reads
CODE = Path(remeta.__file__).parent
THREAD_VARIABLES = ("REMETA_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS", "OPENBLAS_NUM_THREADS")


def forkable(task: Task) -> list[str] | None:
    """The words behind `remeta` where a fork of this very program can stand for the command."""
    command = task.words[-1]
    executable = shutil.which("remeta", path=task.env.get("PATH"))
    same_program = executable and Path(executable).parent == Path(sys.executable).parent
    return command.split()[1:] if same_program and PLAIN.fullmatch(command) else None


def _thread_settings(task: Task) -> dict[str, str | None]:
    return {name: task.env.get(name) for name in THREAD_VARIABLES}


def source_hash() -> int:
    """Tells of any change to the code that stages run."""
    files = sorted(CODE.rglob("*.py"))
    return hash(tuple((str(file), file.stat().st_mtime_ns) for file in files))


class Events(NamedTuple):
    """What became of stages since it was last asked."""

    started: list[int]  # processes
    stopped: list[int]
    ended: dict[str, int]  # exit statuses
    lost: list[Task]  # nobody can tell how they ended, if they began


class Forks:
    """One zygote, and the stages it was asked for."""

    def __init__(self, task: Task):
        self.source_hash = source_hash()
        self.thread_settings = _thread_settings(task)  # read as libraries load
        self.tasks: dict[str, Task] = {}  # which have not ended
        self.pids: dict[str, int] = {}  # of those that have begun
        own_end, zygote_end = socket.socketpair()
        with zygote_end:
            # To be called from the main thread: the parent's death signal is its thread's.
            self._zygote = subprocess.Popen(
                [sys.executable, "-P", "-m", "remeta.zygote"],
                stdin=zygote_end.fileno(),
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                env=dict(task.env),
                start_new_session=True,
                preexec_fn=die_with(os.getpid()),
            )
        own_end.setblocking(False)
        self._socket, self._rest, self._unsent = own_end, b"", b""

    def fits(self, task: Task) -> bool:
        """Whether a fork is what a program started now would be."""
        same = self.thread_settings == _thread_settings(task)
        return same and self._zygote.poll() is None and self.source_hash == source_hash()

    def start(self, task: Task, words: list[str]) -> None:
        self.tasks[task.name] = task
        request = {"name": task.name, "words": words, "folder": task.folder, "env": dict(task.env)}
        request["log"] = str(task.log.resolve())
        self._unsent += json.dumps(request).encode() + b"\n"
        self._send()

    def poll(self) -> Events:
        """A zygote that died takes its stages along, but for those of whose end it told."""
        dead = self._zygote.poll() is not None  # to be asked before its last words are read
        self._send()
        events = Events([], [], {}, [])
        for message in map(json.loads, self._lines()):
            if "pid" in message:
                self.pids[message["name"]] = message["pid"]
                events.started.append(message["pid"])
            else:
                self.tasks.pop(message["name"])
                events.stopped.append(self.pids.pop(message["name"]))
                events.ended[message["name"]] = message["status"]
        if dead:
            events.stopped.extend(self.pids.values())
            events.lost.extend(self.tasks.values())
            self.pids.clear()
            self.tasks.clear()
        return events

    def close(self) -> None:
        """The zygote hears that the line is gone, and ends."""
        self._socket.close()
        with contextlib.suppress(subprocess.TimeoutExpired):
            self._zygote.wait(1.0)
        self._zygote.kill()
        self._zygote.wait()

    def _send(self) -> None:
        with contextlib.suppress(OSError):  # full, or gone
            while self._unsent:
                self._unsent = self._unsent[self._socket.send(self._unsent) :]

    def _lines(self) -> list[bytes]:
        with contextlib.suppress(OSError):
            while data := self._socket.recv(65536):
                self._rest += data
        *whole, self._rest = self._rest.split(b"\n")
        return whole
