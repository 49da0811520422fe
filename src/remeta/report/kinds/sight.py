"""What a reader of the page can look into: curves of a kind's tables, with bands and seeds."""

from collections.abc import Iterator
from dataclasses import dataclass
from io import StringIO
from pathlib import Path

import pandas as pd

from remeta.papers.panel import Panel
from remeta.records import shared
from remeta.report.rows import where

Only = tuple[tuple[str, str], ...]  # columns, and the value that a row must have there


@dataclass(frozen=True)
class Seeds:
    """Where single seeds are found: `y` over `x` in the files of a folder of evidence.

    Rows with the same x, such as those of several tasks, count by their mean.
    """

    folder: str
    x: str
    y: str
    only: Only = ()
    apart: str = ""  # the column that tells parts of a sight from each other

    def read(self, path: Path, part: str) -> pd.Series:
        """One seed's curve; x is its index."""
        _, text = shared(path.read_text())
        wanted = {self.x, self.y, self.apart, *dict(self.only)} - {""}
        table = pd.read_csv(StringIO(text), usecols=lambda name: name in wanted)
        if wanted - {*table.columns}:
            return pd.Series(dtype=float)
        rows = _chosen(table, (*self.only, (self.apart, part)) if self.apart else self.only)
        return pd.Series(rows.dropna(subset=[self.y]).groupby(self.x)[self.y].mean())


@dataclass(frozen=True)
class Sight:
    """A line per run, `y` within `band` over `x`, of one of the frames that a kind makes."""

    title: str
    part: str = ""  # of the kind's frames
    x: str = ""  # `over` of the panel if empty
    label: str = ""  # of the x axis; the panel's own if empty
    counts: str = ""  # what the y axis says; the panel's own if empty
    y: str = "mean"
    band: tuple[str, str] = ("low", "high")
    only: Only = ()
    apart: str = ""  # a column: one picture for each of its values
    seeds: Seeds | None = None

    def over(self, panel: Panel) -> str:
        return self.x or panel.over

    def titled(self, part: str) -> str:
        """Which of its pictures this is, if there are several."""
        return f"{self.title}: {part}" if part else self.title

    def labels(self, panel: Panel) -> dict[str, str]:
        """What its axes say."""
        return {"x": self.label or panel.x, "y": self.counts or panel.y}

    def parts(self, table: pd.DataFrame) -> Iterator[tuple[str, pd.DataFrame]]:
        """The rows of every picture, and what tells it from the others."""
        rows = _chosen(table, self.only)
        if not self.apart:
            yield "", rows
            return
        for value in rows[self.apart].unique():
            yield str(value), where(rows, **{self.apart: value})


def _chosen(table: pd.DataFrame, only: Only) -> pd.DataFrame:
    return where(table, **dict(only)) if only else table
