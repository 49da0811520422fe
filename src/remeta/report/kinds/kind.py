"""What a kind of panel is: all that stages, reports and contracts ask of it."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd

from remeta.papers.panel import Panel
from remeta.report.kinds.sight import Sight

Cells = tuple[list[str], list[list[str]]]  # head and rows of a readers' table
Summary = dict[str, dict[str, float]]  # by run


def one_picture(panel: Panel) -> tuple[str, ...]:
    return ("",)


@dataclass(frozen=True)
class Kind:
    """`results` below are what `read` makes of a panel, a profile, its seeds and the folder."""

    name: str
    stages: tuple[str, ...]  # blocks of dvc.yaml for every run and seed, before table and figure
    reads: tuple[str, ...]  # folders of files; those in the first one say whether it was run
    read: Callable[..., Any]
    frames: Mapping[str, Callable[[Any], pd.DataFrame]]  # by what follows the name of the table
    cells: Callable[[Any, pd.DataFrame], Cells]  # of the results and the frame called ""
    draw: Callable[[Sequence[Any], Path], None]  # results as published, and perhaps evenly tuned
    summary: Callable[[Any], Summary]
    reading: str  # how to read its numbers
    pictures: Callable[[Panel], tuple[str, ...]] = one_picture  # what follows a figure's name
    sights: tuple[Sight, ...] = ()  # curves that a reader of the page can look into

    @property
    def evidence(self) -> str:
        return self.reads[0]

    @property
    def endings(self) -> tuple[str, ...]:
        """What follows the panel's name in those of its tables."""
        return *(f"{part}.csv" for part in self.frames), ".md", ".tex"

    def tables(self, results: Any) -> tuple[dict[str, pd.DataFrame], Cells]:
        frames = {part: make(results) for part, make in self.frames.items()}
        return frames, self.cells(results, frames[""])
