"""Demonstrations: stored with what they are, refused when they are not that."""

import json
import struct
import zlib
from dataclasses import dataclass, replace
from io import BytesIO
from pathlib import Path
from typing import Any
from zipfile import BadZipFile, ZipFile

import numpy as np
import torch
from jaxtyping import Float, Int
from numpy import ndarray
from torch import Tensor
from torch.utils import _pytree as pytree

from remeta import __version__
from remeta.core.episodes import Demonstrations, Demos
from remeta.experience.world import World
from remeta.frozen import Advice
from remeta.storage import write_bytes

FORMAT = 1
BROKEN = (
    OSError, ValueError, KeyError, TypeError, AttributeError, EOFError, RuntimeError,
    BadZipFile, zlib.error, struct.error,
)  # fmt: skip


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
        """All of it in one compressed file, or the file that was there."""
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
        remedy = f"run `dvc repro --force demos_{path.stem}`"
        try:
            arrays = _arrays(path)
            about: dict[str, Any] = json.loads(str(arrays.pop("about")))
            if about.pop("format") != FORMAT:
                raise Advice(f"{path} is of another format; {remedy}.")
            about.pop("versions")
            demos = cls(**about, **arrays)
            demos._check(path, family, tasks, remedy)
        except FileNotFoundError:
            raise Advice(f"{path} is missing; {remedy}.") from None
        except BROKEN as error:
            raise Advice(
                f"{path} is no readable demonstration file ({error}); {remedy}."
            ) from error
        return demos

    def _check(self, path: Path, family: str, tasks: ndarray, remedy: str) -> None:
        if self.family != family:
            raise Advice(f"{path} shows {self.family}, not {family}; {remedy}.")
        if self.tasks.shape != tasks.shape or not np.array_equal(self.tasks, tasks):
            raise Advice(f"{path} shows another task set than the one chosen; {remedy}.")
        if not self._fits():
            raise Advice(f"{path} has arrays that do not fit together; {remedy}.")
        parts = (self.obs, self.act, self.mask, self.scores)
        if not all(np.isfinite(part).all() for part in parts):
            raise Advice(f"{path} holds numbers that are not finite; {remedy}.")

    def _fits(self) -> bool:
        """As many tasks, episodes and steps everywhere; at least one step of each task."""
        steps, parts = self.mask.shape, (self.obs, self.act, self.mask, self.scores)
        return (
            type(self.expert_env_steps) is int
            and all(part.dtype.kind == "f" for part in parts)
            and len(steps) == 3
            and self.obs.shape[:-1] == steps == self.act.shape[:-1]
            and self.scores.shape == steps[:1] == self.tasks.shape[:1]
            and bool(self.mask.any((1, 2)).all())
        )

    def first(self, tasks: int, episodes: int) -> "DemoFile":
        """A part: the first so many tasks, and of each the first so many episodes."""
        parts = {name: getattr(self, name)[:tasks, :episodes] for name in ("obs", "act", "mask")}
        return replace(self, tasks=self.tasks[:tasks], scores=self.scores[:tasks], **parts)

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


def pairs_of(world: World, file: DemoFile) -> Demos:
    """State-actions of all demonstrations of a task together, as a policy of this world sees them.

    [task, sample, ...], equally many of each task.
    """
    obs, act = file.pairs()
    return Demos(obs=world.padded(torch.from_numpy(obs)), act=torch.from_numpy(act))


def demonstrations_of(world: World, file: DemoFile) -> Demonstrations:
    """Each demonstration by itself [task, demo, time, ...], and what every step led to.

    Of an episode's last step that is not on file, so the step is left out.
    """
    obs, act, mask = (torch.from_numpy(part).float() for part in (file.obs, file.act, file.mask))
    padded = world.padded(obs)
    return Demonstrations(padded[:, :, :-1], act[:, :, :-1], padded[:, :, 1:], mask[:, :, 1:])


def subsampled(demos: Demonstrations, every: int, rng: np.random.Generator) -> Demonstrations:
    """Every so many steps of each demonstration, from an offset of its own."""
    *shape, steps = demos.mask.shape
    offset = torch.from_numpy(rng.integers(every, size=(*shape, 1)))
    return _at(demos, offset + every * torch.arange(steps // every))


def refilled(demos: Demonstrations) -> Demonstrations:
    """Where one is over it begins again, under the mask, and is not followed by noughts.

    So who normalises by all steps, masked or not, sees none that nobody took.
    """
    lasting = demos.mask.sum(-1, keepdim=True).long().clamp_min(1)
    time = torch.arange(demos.mask.shape[-1]) % lasting
    return replace(_at(demos, time), mask=demos.mask)


def _at(demos: Demonstrations, time: Int[Tensor, "task demo time"]) -> Demonstrations:
    """These steps of each."""

    def gathered(part: Tensor) -> Tensor:
        tail = part.shape[time.ndim :]
        index = time.reshape(*time.shape, *[1] * len(tail)).expand(*time.shape, *tail)
        return part.gather(time.ndim - 1, index)

    return pytree.tree_map(gathered, demos)


def transitions(
    demos: Demonstrations, indices: ndarray, count: int, rng: np.random.Generator
) -> dict[str, Tensor]:
    """So many random steps of these tasks' demonstrations, uniform over all that were taken.

    With replacement; `obs`, `act` and `next_obs`, each [task, count, size].
    """
    lengths = demos.mask[indices].sum(-1).numpy().astype(np.int64)
    ends = np.cumsum(lengths, -1)
    draw = rng.integers(ends[:, -1:], size=(len(indices), count))
    demo = (draw[..., None] >= ends[:, None]).sum(-1)
    time = draw - np.take_along_axis(ends - lengths, demo, 1)
    index = tuple(map(torch.from_numpy, (indices[:, None], demo, time)))
    return {name: getattr(demos, name)[index] for name in ("obs", "act", "next_obs")}


def _arrays(path: Path) -> dict[str, Any]:
    """Whole members only, so that every checksum is looked at; no pickled object is ever loaded."""
    with ZipFile(path) as file:
        members = {name.removesuffix(".npy"): file.read(name) for name in file.namelist()}
    return {
        name: np.lib.format.read_array(BytesIO(data), allow_pickle=False)
        for name, data in members.items()
    }
