"""Files that are either whole or absent: written beside their name, then moved there."""

import glob
import hashlib
import os
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

from remeta.frozen import Advice


def digest(*parts: Any) -> str:
    """What a file keeps of its own content, bytes or arrays, so that a flipped byte is seen."""
    told = hashlib.sha256()
    for part in parts:
        told.update(part)
    return told.hexdigest()[:16]


def write_text(path: Path, text: str) -> None:
    """Write `text` as UTF-8 with plain line ends, all of it or nothing."""
    write_bytes(path, text.encode())


def write_bytes(path: Path, data: bytes) -> None:
    """Write `data`, all of it or nothing; the folders above are made."""
    write_by(path, lambda beside: beside.write_bytes(data))


def write_by(path: Path, fill: Callable[[Path], Any]) -> None:
    """Have `fill` write a file beside `path`, which takes its name once it is whole and on disk."""
    path = Path(path)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        _replace(path, fill)
    except OSError as mishap:
        reason = mishap.strerror or mishap
        advice = f"{path} cannot be written ({reason}); free space there or mend the path."
        raise Advice(advice) from mishap


def remove_partials(path: Path) -> None:
    """Clear away what a process left beside `path` that was killed as it wrote."""
    for partial in path.parent.glob(f".{glob.escape(path.name)}.*.tmp"):
        partial.unlink(missing_ok=True)


def _replace(path: Path, fill: Callable[[Path], Any]) -> None:
    handle, beside = tempfile.mkstemp(prefix=f".{path.name}.", suffix=".tmp", dir=path.parent)
    try:
        os.close(handle)
        fill(Path(beside))  # which may put another file there, so it is opened anew
        with os.fdopen(os.open(beside, os.O_RDWR)) as file:
            os.fsync(file.fileno())
        os.chmod(beside, 0o644)  # mkstemp makes it private; results are for all
        os.replace(beside, path)
    except BaseException:
        Path(beside).unlink(missing_ok=True)
        raise
