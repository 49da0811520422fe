"""Curves of two sets of results, run by run: how far they are apart, and both in one picture."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from io import StringIO
from pathlib import PurePosixPath
from typing import Any

import numpy as np
import pandas as pd

from remeta.page.curves import Plot, line
from remeta.papers.panel import Panel
from remeta.papers.registry import PANELS
from remeta.report.figures.style import look
from remeta.report.kinds import kind_of
from remeta.report.kinds.sight import Sight
from remeta.report.rows import where

SAME = 1e-5  # relative to the greatest value; tables have six digits
SIDES = ("before", "after")


@dataclass(frozen=True)
class Pair:
    """What a reader sees of a panel, on both sides; `moved` says by how much each run's curve is
    off at most, infinitely so where one side alone has it, or at other places."""

    panel: Panel
    title: str
    home: str  # the profile, where there may be several
    moved: dict[str, float]
    plot: Plot

    @property
    def name(self) -> str:
        return "/".join(filter(None, (self.home, self.panel.id)))


def pairs(before: Mapping[str, str], after: Mapping[str, str]) -> Iterator[Pair]:
    """Of tables that both sides have, by path, those whose curves moved."""
    for path in (path for path in after if path in before and before[path] != after[path]):
        for panel, sight in _sights(path):
            frames = [pd.read_csv(StringIO(side[path])) for side in (before, after)]
            yield from _of_sight(panel, sight, path, frames)


def _sights(path: str) -> Iterator[tuple[Panel, Sight]]:
    paper, name = PurePosixPath(path).parts[-3], PurePosixPath(path).stem
    for panel in (panel for panel in PANELS if panel.paper == paper):
        for sight in kind_of(panel).sights:
            if name == f"{panel.name}{sight.part}":
                yield panel, sight


def _of_sight(panel: Panel, sight: Sight, path: str, frames: list[pd.DataFrame]) -> Iterator[Pair]:
    """Nothing of tables of another day that lack a column."""
    needed = {"run", sight.over(panel), sight.y, *sight.band, *dict(sight.only), sight.apart} - {""}
    if any(needed - {*frame.columns} for frame in frames):
        return
    old, new = (dict(sight.parts(frame)) for frame in frames)
    for part in (part for part in new if part in old):
        moved = {run: off for run, off in _moved(panel, sight, old[part], new[part]) if off}
        if moved:
            title = sight.titled(part)
            both = [*zip(SIDES, (old[part], new[part]), strict=True)]
            lines = [_line(panel, sight, run, side, rows) for run in moved for side, rows in both]
            drawn = {"lines": [one for one in lines if one["x"]]}
            plot = {"title": title} | sight.labels(panel) | drawn
            yield Pair(panel, title, "/".join(PurePosixPath(path).parts[:-3]), moved, plot)


def _moved(
    panel: Panel, sight: Sight, old: pd.DataFrame, new: pd.DataFrame
) -> Iterator[tuple[str, float]]:
    for run in dict.fromkeys([*new.run, *old.run]):
        one, other = (
            where(rows, run=run).set_index(sight.over(panel))[sight.y] for rows in (old, new)
        )
        if not (one.index.equals(other.index) and one.isna().equals(other.isna())):
            yield run, float("inf")
            continue
        off = float(np.abs(one - other).max())
        yield run, off if off > SAME * float(np.abs(one).max()) else 0.0


def _line(panel: Panel, sight: Sight, run: str, side: str, rows: pd.DataFrame) -> dict[str, Any]:
    label = f"{look(run, panel).label}, {side}"
    return line(panel, sight, run, where(rows, run=run)) | {"label": label, "old": side == SIDES[0]}
