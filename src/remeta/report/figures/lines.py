"""Lines with bands, one per run, and the legend above them: the part all curves share."""

from collections.abc import Iterable, Sequence

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from numpy.typing import ArrayLike

from remeta.report.figures.style import Look
from remeta.report.rows import where

LETTERS, ROOM = 75, 7.5  # of a legend in one row; what a handle takes
WIDE, THIN = 1.3, 0.9
FEW = 6  # marks of a line that has too many points for one each


def line(
    axes: Axes,
    look: Look,
    x: ArrayLike,
    mean: ArrayLike,
    band: tuple[ArrayLike, ArrayLike],
    few: bool = False,
    thin: bool = False,
    layer: float = 2,
) -> None:
    """A mean within its interval, a mark at every point or at `few`; no band if that is open."""
    every = max(1, len(np.asarray(x)) // FEW) if few else 1
    axes.plot(
        x, mean, color=look.colour, dashes=look.dash or (None, None),
        marker="" if thin else look.marker, markeredgecolor="white", markeredgewidth=0.4,
        markevery=every, linewidth=THIN if thin else WIDE, zorder=layer,
    )  # fmt: skip
    low, high = band
    if np.isfinite(low).all():
        axes.fill_between(x, low, high, color=look.colour, alpha=0.15, linewidth=0)


def lines(axes: Axes, rows: pd.DataFrame, looks: dict[str, Look], x: str, y: str) -> list[str]:
    """`y` within `low` to `high` over `x` for every run; returns the runs, best end first."""
    last = rows.groupby("run")[y].last().to_dict()
    order = sorted(last, key=lambda run: -last[run])
    for run in order:
        one = where(rows, run=run)
        line(axes, looks[run], one[x], one[y], (one.low, one.high))
    axes.grid(axis="y", alpha=0.5)
    return order


def legend(figure: Figure, looks: Iterable[Look], columns: int, stroke: float = 1.9) -> None:
    """Above the axes, in this order; `stroke` is the length of a handle's."""
    handles = [
        figure.axes[0].plot(
            [], [], color=look.colour, marker=look.marker, markeredgecolor="white",
            markeredgewidth=0.4, dashes=look.dash or (None, None), label=look.label,
        )[0]
        for look in looks
    ]  # fmt: skip
    figure.legend(
        handles=handles, loc="outside upper center", ncols=columns, columnspacing=1.0,
        handlelength=stroke, handletextpad=0.4, borderaxespad=0.1,
    )  # fmt: skip


def columns(looks: Sequence[Look]) -> int:
    """One row, or two if their letters do not fit into one."""
    letters = sum(len(look.label) + ROOM for look in looks)
    return len(looks) if letters <= LETTERS else (len(looks) + 1) // 2
