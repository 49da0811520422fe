"""A damaged dvc.lock, built again from whatever still knows."""

import subprocess
import sys
from pathlib import Path

from dvc.schema import COMPILED_LOCK_FILE_STAGE_SCHEMA

from remeta.frozen import Advice
from remeta.runner.lockfile import HEAD, Entries, LockFile, parsed, read, split
from remeta.runner.locks import LOCAL, SHARED


def repair_locks(root: Path) -> None:
    """dvc.lock, and what stands beside it if there is any."""
    _repair_file(root / SHARED)
    if (root / LOCAL).exists():
        _repair_file(root / LOCAL)


def _repair_file(path: Path) -> None:
    """Keep the whole entries, take those of the last commit, leave the rest to the run cache.

    No entry is trusted for being there: a stage whose files or parameters differ from its entry is
    stale as ever, and what the run cache knows of it is then restored without a run.
    """
    try:
        read(path)
        print(f"{path} is whole; nothing to repair", file=sys.stderr)
        return
    except FileNotFoundError:
        text = ""
    except Advice:
        text = path.read_text(errors="replace")
        path.replace(path.with_name(f"{path.name}.broken"))
    kept, committed = valid_entries(text), valid_entries(_committed(path))
    LockFile(path).write(committed | kept)
    print(
        f"{path}: kept {len(kept)} stages, {len(committed.keys() - kept.keys())} from git; the "
        f"run cache has the rest if they ran here. What was there is {path.name}.broken.",
        file=sys.stderr,
    )


def valid_entries(text: str) -> Entries:
    """The entries that DVC would accept; the last of a cut file may lack lines and is left out."""
    entries = split(text) if text.startswith(HEAD) else {}
    valid = {name: lines for name, lines in entries.items() if _valid(lines)}
    truncated = not text.endswith("\n") or len(valid) < len(entries)
    if truncated and entries:
        valid.pop(list(entries)[-1], None)
    return valid


def _valid(lines: str) -> bool:
    try:
        COMPILED_LOCK_FILE_STAGE_SCHEMA(parsed(lines))
    except Exception:
        return False
    return True


def _committed(path: Path) -> str:
    words = ["git", "show", f"HEAD:./{path.name}"]
    result = subprocess.run(words, cwd=path.parent, capture_output=True, text=True, check=False)
    return result.stdout if result.returncode == 0 else ""
