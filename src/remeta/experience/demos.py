"""Demonstrations: stored with what they are, refused when they are not that."""

import json
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from typing import Any
from zipfile import BadZipFile

import numpy as np
from jaxtyping import Float
from numpy import ndarray

from remeta import __version__
from remeta.frozen import Advice
from remeta.storage import write_bytes

FORMAT = 1


@dataclass(frozen=True)
class DemoFile:
    """Demonstrations of a training set's tasks, in its order.

    `scores` are the expert's mean returns per task, on the task's own dense reward.
    """

    family: str
    tasks: Float[ndarray, "task _"]
    obs: Float[ndarray, "task episode time obs"]
    act: Float[ndarray, "task episode time act"]
    mask: Float[ndarray, "task episode time"]
    scores: Float[ndarray, "task"]
    seed: int
    expert_env_steps: int

    def write(self, path: Path) -> None:
        about = {
            "format": FORMAT,
            "family": self.family,
            "seed": self.seed,
            "expert_env_steps": self.expert_env_steps,
            "versions": {"remeta": __version__, "numpy": np.__version__},
        }
        arrays = {name: getattr(self, name) for name in ("tasks", "obs", "act", "mask", "scores")}
        buffer = BytesIO()
        np.savez_compressed(buffer, allow_pickle=False, about=np.array(json.dumps(about)), **arrays)
        write_bytes(path, buffer.getvalue())

    @classmethod
    def read(cls, path: Path, family: str, tasks: Float[ndarray, "task _"]) -> "DemoFile":
        """The demonstrations of exactly these tasks, or advice."""
        remedy = f"run `dvc repro --force demos_{family}`"
        try:
            with np.load(path, allow_pickle=False) as file:
                arrays = {name: file[name] for name in file.files}
            about: dict[str, Any] = json.loads(str(arrays.pop("about")))
            if about.pop("format") != FORMAT:
                raise Advice(f"{path} is of another format; {remedy}.")
            about.pop("versions")
            demos = cls(**about, **arrays)
        except FileNotFoundError:
            raise Advice(f"{path} is missing; {remedy}.") from None
        except (OSError, ValueError, KeyError, TypeError, EOFError, BadZipFile) as broken:
            raise Advice(
                f"{path} is no readable demonstration file ({broken}); {remedy}."
            ) from broken
        demos._check(path, family, tasks, remedy)
        return demos

    def _check(self, path: Path, family: str, tasks: ndarray, remedy: str) -> None:
        if self.family != family:
            raise Advice(f"{path} shows {self.family}, not {family}; {remedy}.")
        if self.tasks.shape != tasks.shape or not np.array_equal(self.tasks, tasks):
            raise Advice(f"{path} shows another task set than the one chosen; {remedy}.")
        steps = self.mask.shape
        if not (len(steps) == 3 and self.obs.shape[:3] == steps == self.act.shape[:3]):
            raise Advice(f"{path} has arrays that do not fit together; {remedy}.")
        if not all(np.isfinite(part).all() for part in (self.obs, self.act, self.scores)):
            raise Advice(f"{path} holds numbers that are not finite; {remedy}.")

    def pairs(self) -> tuple[ndarray, ndarray]:
        """State-action pairs per task [task, sample, ...], equally many for each.

        Where some episodes ended early, tasks are cut to the shortest one's number of steps.
        """
        kept = self.mask.reshape(len(self.mask), -1).astype(bool)
        count = int(kept.sum(-1).min())
        first = np.argsort(~kept, axis=1, kind="stable")[:, :count, None]
        return (
            np.take_along_axis(self.obs.reshape(*kept.shape, -1), first, 1),
            np.take_along_axis(self.act.reshape(*kept.shape, -1), first, 1),
        )
