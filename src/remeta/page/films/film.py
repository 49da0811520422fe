"""Films from poses: the same task before and after each update side by side, and of worlds of
points all tasks at once."""

from base64 import b64encode
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from io import BytesIO
from typing import Any

import numpy as np
from PIL import Image, ImageDraw, ImageFont

from remeta.frozen import Advice
from remeta.page.films.flat import INK, PAPER, Window, flat
from remeta.page.films.poses import Poses
from remeta.report.figures.style import look
from remeta.report.text import number
from remeta.tasks.families import build
from remeta.tasks.family import Family
from remeta.tasks.poses import goal, lines
from remeta.tasks.shots import shots

SIDE, HEAD, GAP = 150, 18, 4  # pixels of a picture, of the words above it, and between pictures
PACE = 80  # milliseconds of a frame
LARGEST = 300_000  # bytes
QUALITIES = (None, 70, 40, 20)  # None is without loss

Pictures = list[Image.Image]


@dataclass(frozen=True)
class Film:
    told: str
    webp: bytes
    still: bytes  # its last frame, PNG
    width: int
    height: int

    @property
    def moving(self) -> str:
        return f"data:image/webp;base64,{b64encode(self.webp).decode()}"

    @property
    def standing(self) -> str:
        return f"data:image/png;base64,{b64encode(self.still).decode()}"


def films(poses: Poses) -> Iterator[Film]:
    """One task, and all if there are several; flat where nothing draws robots off screen."""
    panel = poses.of
    family = build(panel.data.family, **dict(panel.data.options + panel.options))
    who, what = look(poses.run, panel).label, "held-out task" if poses.held_out else "task"
    told = f"{who}, seed {poses.seed}, before and after updates"
    heads = [_head(step, poses.returns[place, 0]) for place, step in enumerate(poses.steps)]
    yield _film(_one(family, poses), heads, f"{told}: a {what}")
    count = len(poses.tasks)
    if count > 1:
        heads = [_head(*one) for one in zip(poses.steps, poses.returns.mean(1), strict=True)]
        yield _film(_flat(family, poses, range(count)), heads, f"{told}: {count} {what}s at once")


def _head(step: int, value: float) -> str:
    return f"{f'after {step}' if step else 'before'}: {number(float(value))}"


def _one(family: Any, poses: Poses) -> list[Pictures]:
    """Of every step the frames of the first task."""
    if not getattr(family, "sim", None):
        return _flat(family, poses, range(1))
    where, path = goal(family, poses.tasks[0]), poses.poses[:, 0]
    try:
        seen = lines(family, np.concatenate([*path]))
        drawn = shots(family.sim, np.concatenate([*path]), seen, where, SIDE)
    except Advice:  # nothing here draws off screen
        return _flat(family, poses, range(1))
    frames = path.shape[1]
    return [
        [Image.fromarray(picture) for picture in drawn[start : start + frames]]
        for start in range(0, len(drawn), frames)
    ]


def _flat(family: Family, poses: Poses, tasks: Sequence[int]) -> list[Pictures]:
    goals = [place for task in tasks if (place := goal(family, poses.tasks[task])) is not None]
    seen = [[lines(family, step[task]) for task in tasks] for step in poses.poses]
    window = Window([one for step in seen for one in step], goals, SIDE)
    frames = range(poses.poses.shape[2])
    return [[flat(window, step, goals, frame) for frame in frames] for step in seen]


def _film(steps: list[Pictures], heads: list[str], told: str) -> Film:
    frames = [_beside(pictures, heads) for pictures in zip(*steps, strict=True)]
    still = BytesIO()
    flat = frames[-1].quantize(64, dither=Image.Dither.NONE)
    flat.save(still, "png", optimize=True)
    return Film(f"{told}. Numbers are returns.", small(frames), still.getvalue(), *frames[0].size)


def _beside(pictures: Sequence[Image.Image], heads: Sequence[str]) -> Image.Image:
    whole = Image.new("RGB", (len(pictures) * (SIDE + GAP) - GAP, HEAD + SIDE), PAPER)
    pen, font = ImageDraw.Draw(whole), ImageFont.load_default(12)
    for place, (picture, head) in enumerate(zip(pictures, heads, strict=True)):
        whole.paste(picture, (place * (SIDE + GAP), HEAD))
        pen.text((place * (SIDE + GAP) + 2, 1), head, INK, font)
    return whole


def small(frames: Pictures, pace: int = PACE) -> bytes:
    """As well as `LARGEST` allows: with loss, then with every other frame only, each as long as
    two."""
    for quality in QUALITIES:
        how: dict[str, Any] = {"save_all": True, "duration": pace, "loop": 0, "method": 2}
        how |= {"lossless": True} if quality is None else {"quality": quality}
        buffer, (first, *rest) = BytesIO(), frames
        first.save(buffer, "webp", append_images=rest, **how)
        if buffer.tell() <= LARGEST or len(frames) == 1:
            return buffer.getvalue()
    return small(frames[::2], 2 * pace)
