"""What a start explores before its update, beside how it adapts."""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pandas as pd
from matplotlib.axes import Axes

from remeta.report.figures.lines import columns, legend
from remeta.report.figures.style import Look, caption, log_scale, save, sheet, styled
from remeta.report.kinds import adaptation
from remeta.report.kinds.adaptation.drawing import plot, words
from remeta.report.kinds.adaptation.results import Results
from remeta.report.kinds.adaptation.tables import by_step, looks
from remeta.report.rows import where

WIDE = 5  # from this factor on, an axis is logarithmic


def draw(conditions: Sequence[Results], stem: Path) -> None:
    """As published only: coverage takes the other side."""
    results = conditions[0]
    styles = looks(results)
    with styled():
        figure = sheet(2.75)
        left, right = figure.subplots(1, 2, width_ratios=[1.7, 1])
        order = plot(left, results)
        rows = where(by_step(results), metric="coverage")
        coverage(right, rows, {run: styles[run] for run in order if run != "expert"})
        shown = [styles[run] for run in order]
        legend(figure, shown, columns(shown))
        caption(figure, f"Corrections. {words(results)}")
        save(figure, stem)


def coverage(axes: Axes, rows: pd.DataFrame, styles: dict[str, Look]) -> None:
    """A dot and an interval per run, before any update."""
    rows = rows.set_index("run")
    for place, (run, style) in enumerate(styles.items()):
        row = rows.loc[run]
        axes.errorbar(
            place, row["mean"], color=style.colour, marker=style.marker, markersize=5, capsize=2,
            yerr=[[row["mean"] - row.mean_low], [row.mean_high - row["mean"]]],
        )  # fmt: skip
    if rows.mean_high.max() > WIDE * rows.mean_low.min():
        log_scale(axes, "y")
        axes.minorticks_off()
    axes.set(xticks=[], xlim=(-0.6, len(styles) - 0.4), ylabel="coverage before the update")
    axes.grid(axis="y", alpha=0.5)


KIND = replace(adaptation.KIND, name="exploration", draw=draw)
