"""What was made of texts, remembered in .scratch until they change.

Reading dvc.yaml and dvc.lock is most of a look at the project, and they seldom change. What is
remembered is only ever a saving: a damaged memory is made again, and no room for one is no matter.
"""

import json
from collections.abc import Callable
from contextlib import suppress
from hashlib import sha256
from pathlib import Path
from typing import Any

from dvc import __version__ as dvc_version

from remeta.frozen import Advice
from remeta.runner.traces import SCRATCH
from remeta.storage import write_text

VERSION = f"1 {dvc_version}"  # of what is made of a text; one more when the making changes


def recall(root: Path, name: str, text: str, make: Callable[[], Any]) -> Any:
    """What `make` made of this text before, if it was plain enough to be written down."""
    path = root / SCRATCH / "memory" / f"{name}.json"
    digest = sha256(f"{VERSION}\n{text}".encode()).hexdigest()
    with suppress(OSError, ValueError, KeyError, TypeError):
        known, told = path.read_text().split("\n", 1)
        if known == digest:
            return json.loads(told)
    value = make()
    with suppress(Advice, ValueError, TypeError):
        told = json.dumps(value, separators=(",", ":"))
        if json.loads(told) == value:
            write_text(path, f"{digest}\n{told}")
    return value
