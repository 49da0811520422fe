"""How long a newcomer waits: the whole pipeline at the quick profile, in a fresh clone."""

import json
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from time import monotonic

from remeta.bench import book
from remeta.frozen import Advice
from remeta.storage import write_text

TARGET = 960.0  # seconds: ten minutes for MRI, six for MAME


def quick() -> None:
    """Clone what is committed, run all of it there, keep the seconds and the results."""
    with tempfile.TemporaryDirectory(prefix="remeta-quick-") as folder:
        clone = Path(folder) / "remeta"
        run("git", "clone", "--quiet", str(Path.cwd()), str(clone), at=Path.cwd())
        began = monotonic()
        run(sys.executable, "-m", "remeta", "repro", at=clone)
        seconds = monotonic() - began
        shutil.copytree(clone / "results/quick", "results/quick", dirs_exist_ok=True)
    known = book.read(book.BOOK) | {"quick": {"wall_s": round(seconds, 1), "target": TARGET}}
    write_text(book.BOOK, json.dumps(known, indent=1) + "\n")
    if "machine" in known:
        book.show(book.README, book.table(known))
    print(f"quick took {seconds:.0f} s")


def run(*words: str, at: Path) -> None:
    """A command in a folder, with its packages and the programs of this environment."""
    path = os.pathsep.join([str(Path(sys.executable).parent), os.environ.get("PATH", "")])
    environment = os.environ | {
        "PATH": path,
        "PYTHONPATH": str(at / "src"),
        "DVC_NO_ANALYTICS": "1",
    }
    if subprocess.run(words, cwd=at, env=environment).returncode:
        raise Advice(f"`{' '.join(words)}` failed in a fresh clone; mend what it says above.")
