"""A process that has imported what stages need and becomes a stage by forking.

Most of what a short stage takes is importing: two to three seconds, against a few hundredths that
a fork takes. A zygote imports the code of a verb when it is first asked for it. It is started as a
program of its own, so that it has nothing of the runner's, and hears from it by a socket at its
standard input, a JSON object a line:

    hears {"name", "words", "folder", "env", "log"}     tells {"name", "pid"} and {"name", "status"}

It forks before any parallel region has run and draws nothing random, so that a stage it becomes is
one that was started by its command: own session, own log, own environment, and its exit status.
When the runner is gone the socket ends, and with it everything the zygote became.
"""

import atexit
import contextlib
import gc
import json
import os
import selectors
import signal
import socket
import sys
import threading
import traceback
from collections.abc import Iterator
from importlib import import_module
from typing import Any, NoReturn

from remeta.cli import VERBS, main
from remeta.runner.death import die_with

SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP, signal.SIGCHLD)


def warm(verb: str) -> None:
    """Import what a verb needs, and leave none of it to the garbage collector."""
    module = f"remeta.{VERBS[verb][1].partition(':')[0]}"
    if module in sys.modules:
        return
    gc.disable()
    with contextlib.suppress(Exception):  # what is wrong is for the stage to tell
        import_module(module)
    gc.collect()
    gc.freeze()
    gc.enable()


class Zygote:
    def __init__(self, runner: socket.socket):
        self.runner, self.children = runner, dict[int, str]()

    def serve(self) -> None:
        """Fork for every request, tell of every end, until the runner hangs up."""
        awake, wake = os.pipe()
        for end in (awake, wake):
            os.set_blocking(end, False)
        signal.set_wakeup_fd(wake)
        signal.signal(signal.SIGCHLD, lambda *_: None)
        with selectors.DefaultSelector() as ready:
            ready.register(self.runner, selectors.EVENT_READ)
            ready.register(awake, selectors.EVENT_READ)
            for line in self._lines(ready, awake):
                self._become(json.loads(line))
        for child in self.children:
            with contextlib.suppress(ProcessLookupError, PermissionError):
                os.killpg(child, signal.SIGKILL)

    def _lines(self, ready: selectors.BaseSelector, awake: int) -> Iterator[bytes]:
        """Requests as they come; in between, the dead are buried."""
        rest = b""
        while True:
            for key, _ in ready.select():
                if key.fileobj == awake:
                    with contextlib.suppress(BlockingIOError):
                        os.read(awake, 4096)
                    self._bury()
                    continue
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
        signal.set_wakeup_fd(-1)
        for which in SIGNALS:
            ours = signal.default_int_handler if which == signal.SIGINT else signal.SIG_DFL
            signal.signal(which, ours)
        die_with(parent)()
        atexit._clear()  # what the zygote will do at its own end
        _dress(task)
        status = main(task["words"])
    except SystemExit as end:
        status = end.code if isinstance(end.code, int) else int(end.code is not None)
    except BaseException:
        traceback.print_exc()
    finally:
        with contextlib.suppress(BaseException):
            _wait_for_threads()
            atexit._run_exitfuncs()
            sys.stdout.flush()
            sys.stderr.flush()
        os._exit(status)


def _wait_for_threads() -> None:
    """As the interpreter does at its end."""
    for thread in threading.enumerate():
        if thread is not threading.main_thread() and not thread.daemon:
            thread.join()


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
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    Zygote(socket.socket(fileno=0)).serve()
