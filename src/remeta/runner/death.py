"""That a process dies with the one that started it."""

import ctypes
import os
import signal
import sys
from collections.abc import Callable

DIE_WITH_PARENT = 1  # PR_SET_PDEATHSIG
LIBC = ctypes.CDLL(None) if sys.platform == "linux" else None


def die_with(parent: int) -> Callable[[], None]:
    """For the child, before it becomes what it shall be: to be killed when its parent dies."""

    def prepare() -> None:
        if LIBC is not None:
            LIBC.prctl(DIE_WITH_PARENT, signal.SIGKILL)
        if os.getppid() != parent:  # it died just before
            os._exit(1)

    return prepare
