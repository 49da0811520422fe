"""What git knows of the project."""

import subprocess
from pathlib import Path


def asked(*words: str | Path) -> str:
    """What git says; nothing where it cannot be asked, or has no answer."""
    try:
        done = subprocess.run(["git", *map(str, words)], capture_output=True, text=True)
    except OSError:
        return ""
    return done.stdout if done.returncode == 0 else ""
