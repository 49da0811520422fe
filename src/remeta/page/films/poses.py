"""What a film is drawn from: a few frames of some tasks, before and after updates."""

import json
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from typing import Any, Self
from zipfile import BadZipFile

import numpy as np
from jaxtyping import Float
from numpy import ndarray

from remeta.frozen import Advice
from remeta.papers.panel import Panel
from remeta.papers.registry import panel_named
from remeta.storage import write_bytes

FORMAT, FINE = 1, 1e-3  # metres and radians that a pose is rounded to
FOLDER = "films"


@dataclass(frozen=True)
class Poses:
    """Of one episode of every task at a time; `steps` says after how many updates."""

    panel: str
    run: str
    seed: int
    steps: tuple[int, ...]
    held_out: bool
    tasks: Float[ndarray, "task _"]
    poses: Float[ndarray, "step task frame _"]
    returns: Float[ndarray, "step task"]  # means over all episodes

    @property
    def of(self) -> Panel:
        return panel_named(self.panel)

    def write(self, path: Path) -> None:
        """Each frame as what has moved since the one before: whole numbers, most of them small."""
        names = ("panel", "run", "seed", "steps", "held_out")
        about = {"format": FORMAT} | {name: getattr(self, name) for name in names}
        moves = np.diff(np.rint(self.poses / FINE).astype(np.int32), axis=2, prepend=0)
        kept = {"moves": moves, "tasks": self.tasks.astype(np.float32)}
        kept |= {"returns": self.returns.astype(np.float32), "about": np.array(json.dumps(about))}
        buffer = BytesIO()
        np.savez_compressed(buffer, allow_pickle=False, **kept)
        write_bytes(path, buffer.getvalue())

    @classmethod
    def read(cls, path: Path) -> Self:
        try:
            with np.load(path, allow_pickle=False) as file:
                kept: dict[str, Any] = {name: file[name] for name in file.files}
            about = json.loads(str(kept.pop("about")))
            if about.pop("format") != FORMAT:
                raise ValueError("of another format")
            poses = FINE * np.cumsum(kept.pop("moves"), axis=2)
            return cls(**about | {"steps": tuple(about["steps"])}, poses=poses, **kept)
        except (OSError, EOFError, ValueError, KeyError, TypeError, BadZipFile) as broken:
            remedy = "film it again by `remeta film`, or remove it"
            raise Advice(f"{path} holds no poses ({broken}); {remedy}.") from broken


def path_of(root: Path, profile: str, panel: Panel, run: str, seed: int) -> Path:
    return root / profile / panel.paper / FOLDER / f"{panel.name}-{run}-{seed}.npz"


def films_of(panel: Panel, folder: Path) -> list[Poses]:
    """All that there are of a panel, in a folder of its paper's results."""
    found = [Poses.read(path) for path in sorted((folder / FOLDER).glob(f"{panel.name}-*.npz"))]
    return [poses for poses in found if poses.panel == panel.id]
