"""Flat drawings of poses, from above or from the side: what needs no graphics of any kind."""

from collections.abc import Sequence

import numpy as np
from jaxtyping import Float
from numpy import ndarray
from PIL import Image, ImageDraw

from remeta.tasks.poses import Lines

INK, PAPER, TRAIL, GREEN = "#1c1f23", "#ffffff", "#9aa3ad", "#2c9a3f"
COLOURS = ("#0b5fa5", "#a63d00", "#6f3a9e", "#0b7285", "#b8860b", "#5f666e")  # of tasks, in turn
EDGE = 0.08  # beside what there is to see, as a share of it
DOT, CROSS = 3, 4  # pixels


class Window:
    """A square of the plane as pixels: all lines and goals lie in it."""

    def __init__(self, seen: Sequence[Lines], goals: Sequence[ndarray], side: int):
        points = [one.ends.reshape(-1, 2) for one in seen]
        points += [goal[None, list(one.across)] for one in seen[:1] for goal in goals]
        low, high = (extreme(np.concatenate(points), axis=0) for extreme in (np.min, np.max))
        extent = max(*(high - low), 0.5)
        self.side, self.scale = side, side * (1 - 2 * EDGE) / extent
        self.middle = (low + high) / 2

    def __call__(self, points: Float[ndarray, "*point 2"]) -> Float[ndarray, "*point 2"]:
        """Upwards is up."""
        return self.side / 2 + self.scale * (points - self.middle) * np.array([1, -1])


def flat(
    window: Window, seen: Sequence[Lines], goals: Sequence[ndarray], frame: int
) -> Image.Image:
    """Of every task where it is, the way it came, and where it should be."""
    picture = Image.new("RGB", (window.side, window.side), PAPER)
    pen, alone = ImageDraw.Draw(picture), len(seen) == 1
    for task, one in enumerate(seen):
        colour = INK if alone else COLOURS[task % len(COLOURS)]
        way = [tuple(point) for point in window(one.ends[: frame + 1].mean((1, 2)))]
        if len(way) > 1:
            pen.line(way, TRAIL if alone else colour)
        for (begin, end), width in zip(window(one.ends[frame]), one.widths, strict=True):
            _line(pen, begin, end, max(2 * DOT, width * window.scale), colour)
        if goals:
            x, y = window(goals[task][list(one.across)])
            mark = GREEN if alone else colour
            pen.line((x - CROSS, y, x + CROSS, y), mark, 2)
            pen.line((x, y - CROSS, x, y + CROSS), mark, 2)
    return picture


def _line(pen: ImageDraw.ImageDraw, begin: ndarray, end: ndarray, width: float, ink: str) -> None:
    """With round ends."""
    pen.line((*begin, *end), ink, round(width))
    for x, y in (begin, end):
        pen.ellipse((x - width / 2, y - width / 2, x + width / 2, y + width / 2), ink)
