"""Who is alive, and whose."""

import os
from pathlib import Path


def of(folder: Path) -> dict[int, str]:
    """Processes that work somewhere in a folder: their ids and what they are."""
    found = {}
    for entry in Path("/proc").iterdir():
        if entry.name.isdecimal() and int(entry.name) != os.getpid():
            try:
                if Path(os.readlink(entry / "cwd")).is_relative_to(folder):
                    found[int(entry.name)] = _command(entry)
            except OSError:
                continue  # it has ended meanwhile, or is nothing but its status
    return found


def _command(entry: Path) -> str:
    return (entry / "cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace").strip()
