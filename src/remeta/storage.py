"""Files that are either whole or absent: written beside their name, then moved there."""

import hashlib
import os
import tempfile
from pathlib import Path

from remeta.frozen import Advice


def digest(data: bytes) -> str:
    """What a file keeps of its own content, so that a flipped byte is seen."""
    return hashlib.sha256(data).hexdigest()[:16]


def write_text(path: Path, text: str) -> None:
    """Write `text` as UTF-8 with plain line ends, all of it or nothing."""
    write_bytes(path, text.encode())


def write_bytes(path: Path, data: bytes) -> None:
    """Write `data`, all of it or nothing; the folders above are made."""
    path = Path(path)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        _replace(path, data)
    except OSError as mishap:
        reason = mishap.strerror or mishap
        advice = f"{path} cannot be written ({reason}); free space there or mend the path."
        raise Advice(advice) from mishap


def _replace(path: Path, data: bytes) -> None:
    handle, beside = tempfile.mkstemp(prefix=f".{path.name}.", suffix=".tmp", dir=path.parent)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        os.chmod(beside, 0o644)  # mkstemp makes it private; results are for all
        os.replace(beside, path)
    except BaseException:
        Path(beside).unlink(missing_ok=True)
        raise
