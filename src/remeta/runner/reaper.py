"""Kills what a runner leaves behind when it dies.

Reads process groups from its standard input, `+group` when a stage starts and `-group` when it has
ended. The input ends when the runner does, however it ends. With the word `detached` it soon is no
child of the runner, whose own end may begin with its children's.
"""

import contextlib
import os
import signal
import sys


def main() -> None:
    if "detached" in sys.argv and os.fork():
        os._exit(0)
    for stop in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(stop, signal.SIG_IGN)
    groups: set[int] = set()
    for line in sys.stdin:
        group = int(line[1:])
        (groups.add if line[0] == "+" else groups.discard)(group)
    for group in groups:
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(group, signal.SIGKILL)


if __name__ == "__main__":
    main()
