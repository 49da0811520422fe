"""A process that has imported what stages need and becomes a stage by forking.

Most of what a short stage takes is importing: two to three seconds, against a few hundredths that
a fork takes. A zygote imports the code of a verb when it is first asked for it. It is started as a
program of its own, so that it has nothing of the runner's, and hears from it by a socket at its
standard input, a JSON object a line:

    hears {"name", "words", "folder", "env", "log"}     tells {"name", "pid"} and {"name", "status"}

When it forks it has one thread, has run no parallel region and drawn nothing random, so that a
stage it becomes is one that was started by its command: own session, own log, own environment, and
its exit status. When the runner is gone the socket ends, and with it everything the zygote became.
"""

import atexit
import contextlib
import gc
import json
import os
import select
import signal
import socket
import sys
import threading
from collections.abc import Iterator
from importlib import import_module
from typing import Any, NoReturn

from remeta.cli import VERBS, main
from remeta.runner.death import die_with

LATE = {  # what code imports when it is first run, and takes long
    "remeta.pipeline.stages.train": "omegaconf",
    "remeta.pipeline.stages.reports": "matplotlib.backends.backend_pdf",
}
# Else pyarrow begins with a thread of its own; those of OpenBLAS end by themselves before a fork.
ONE_THREAD = {"JE_ARROW_MALLOC_CONF": "background_thread:false"}
UNSAID = 120  # how Python ends when its last words found no room
SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP, signal.SIGCHLD)


def warm(verb: str) -> None:
    """Import what a verb needs, and leave none of it to the garbage collector."""
    module = f"remeta.{VERBS[verb][1].partition(':')[0]}"
    if module in sys.modules:
        return
    gc.disable()
    with contextlib.suppress(Exception):  # what is wrong is for the stage to tell
        import_module(module)
        import_module(LATE.get(module, module))
    gc.collect()
    gc.freeze()
    gc.enable()


class Zygote:
    def __init__(self, runner: socket.socket):
        self.runner, self.children = runner, dict[int, str]()
        self.alarm, self.awake = socket.socketpair()  # rings when a child has ended

    def serve(self) -> None:
        """Fork for every request, tell of every end, until the runner hangs up."""
        for end in (self.alarm, self.awake):
            end.setblocking(False)
        signal.set_wakeup_fd(self.alarm.fileno())
        signal.signal(signal.SIGCHLD, lambda *_: None)
        try:
            for line in self._lines():
                self._become(json.loads(line))
        finally:
            for child in self.children:
                os.kill(child, signal.SIGKILL)  # first: it may not lead its group yet
                with contextlib.suppress(ProcessLookupError, PermissionError):
                    os.killpg(child, signal.SIGKILL)

    def _lines(self) -> Iterator[bytes]:
        """Requests as they come; in between, the dead are buried."""
        ends, rest = select.poll(), b""
        for end in (self.runner, self.awake):
            ends.register(end, select.POLLIN)
        while True:
            ready = {end for end, _ in ends.poll()}
            if self.awake.fileno() in ready:
                self.awake.recv(4096)
                self._bury()
            if self.runner.fileno() in ready:
                data = b""
                with contextlib.suppress(ConnectionError):  # it did not hear all that was told
                    data = self.runner.recv(65536)
                if not data:
                    return
                *whole, rest = (rest + data).split(b"\n")
                yield from whole

    def _become(self, task: dict[str, Any]) -> None:
        warm(task["words"][0])
        parent = os.getpid()
        child = os.fork()
        if not child:
            signal.set_wakeup_fd(-1)
            self.alarm.close()
            self.awake.close()
            _live(task, parent)
        self.children[child] = task["name"]
        self._tell({"name": task["name"], "pid": child})
        self._bury()  # one that was very quick

    def _bury(self) -> None:
        for child in list(self.children):
            pid, status = os.waitpid(child, os.WNOHANG)
            if pid:
                code = os.waitstatus_to_exitcode(status)
                self._tell({"name": self.children.pop(pid), "status": code})

    def _tell(self, what: dict[str, Any]) -> None:
        with contextlib.suppress(OSError):  # the runner is gone; the next line is none
            self.runner.sendall(json.dumps(what).encode() + b"\n")


def _live(task: dict[str, Any], parent: int) -> NoReturn:
    """The stage, from its first to its last moment."""
    status = 1
    try:
        os.setsid()
        for which in SIGNALS:
            ours = signal.default_int_handler if which == signal.SIGINT else signal.SIG_DFL
            signal.signal(which, ours)
        die_with(parent)()
        atexit._clear()  # what the zygote will do at its own end
        _dress(task)
        status = main(task["words"])
    except SystemExit as end:
        status = _status(end)
    except BaseException as mishap:
        trace = mishap.__traceback__ and mishap.__traceback__.tb_next  # from the stage on
        sys.excepthook(type(mishap), mishap.with_traceback(trace), trace)
    finally:
        try:
            status = _ended(status)
        finally:
            os._exit(status)


def _status(end: SystemExit) -> int:
    if not isinstance(end.code, str):
        return end.code or 0
    print(end.code, file=sys.stderr)
    return 1


def _ended(status: int) -> int:
    """As an interpreter ends: threads, what is to be done at last, and what is still to be said."""
    try:
        vars(threading)["_shutdown"]()  # as forks of multiprocessing do
        atexit._run_exitfuncs()
        sys.stdout.flush()
        sys.stderr.flush()
    except OSError:
        return UNSAID
    return status


def _dress(task: dict[str, Any]) -> None:
    """The stage's own folder, environment and streams."""
    os.chdir(task["folder"])
    os.environ.clear()
    os.environ.update(task["env"])
    empty, log = os.open(os.devnull, os.O_RDONLY), os.open(task["log"], os.O_WRONLY | os.O_TRUNC)
    for here, there in ((empty, 0), (log, 1), (log, 2)):
        os.dup2(here, there)
    os.close(empty)
    os.close(log)
    sys.argv = ["remeta", *task["words"]]


if __name__ == "__main__":
    os.environ.update(ONE_THREAD)
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    Zygote(socket.socket(fileno=0)).serve()
