"""A picture of a panel under one condition, or of two side by side."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from textwrap import fill
from typing import Any

from matplotlib.axes import Axes

from remeta.report.figures.lines import columns, legend
from remeta.report.figures.style import Look, caption, save, sheet, styled

LETTERS = 30  # of a label below half a column
CONDITIONS = ("as published", "evenly tuned")


@dataclass(frozen=True)
class Picture:
    """Of results of a panel: what is plotted and said, whatever the condition."""

    height: float  # inches
    plot: Callable[[Axes, Any], list[str]]  # returns the runs in the order of the legend
    looks: Callable[[Any], dict[str, Look]]
    words: Callable[[Any], str]  # of the caption
    columns: Callable[[Sequence[Look]], int] = columns  # of the legend
    stroke: float = 1.9

    def draw(self, results: Sequence[Any], stem: Path) -> None:
        """`results` are those of the panel, and perhaps those of its evenly tuned sibling."""
        with styled():
            figure = sheet(self.height)
            grid = figure.subplots(1, len(results), sharey=True, squeeze=False)[0]
            orders = [self.plot(axes, one) for axes, one in zip(grid, results, strict=True)]
            if len(grid) > 1:
                _titled(grid)
            looks = self.looks(results[0])
            shown = [looks[run] for run in orders[0]]
            legend(figure, shown, self.columns(shown), self.stroke)
            caption(figure, self.words(results[0]))
            save(figure, stem)


def _titled(grid: Sequence[Axes]) -> None:
    for axes, condition in zip(grid, CONDITIONS, strict=True):
        axes.set_title(condition, fontsize=8, pad=3)
        axes.set_xlabel(fill(axes.get_xlabel(), LETTERS), fontsize=7)
    grid[1].set_ylabel("")
