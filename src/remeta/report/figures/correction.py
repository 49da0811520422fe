"""What the correction of the meta-gradient does: to adaptation, and to exploration before it."""

from pathlib import Path

import pandas as pd
from matplotlib.axes import Axes

from remeta.report.curves import labels
from remeta.report.figures.adaptation import adaptation, band
from remeta.report.figures.lines import legend
from remeta.report.files import where
from remeta.report.results import Results
from remeta.report.style import caption, log_scale, look, save, sheet, styled
from remeta.report.tables import by_step

WIDE = 5  # from this factor on, an axis is logarithmic


def draw(results: Results, stem: Path) -> None:
    rows, panel = by_step(results), results.panel
    with styled():
        figure = sheet(2.75)
        left, right = figure.subplots(1, 2, width_ratios=[1.7, 1])
        order = adaptation(left, rows, results)
        coverage(right, where(rows, metric="coverage"), [r for r in order if r != "expert"])
        legend(figure, labels(results), order, panel.name)
        caption(figure, f"Corrections. The paper: {panel.shows} {band(rows)}")
        save(figure, stem)


def coverage(axes: Axes, rows: pd.DataFrame, order: list[str]) -> None:
    """A dot and an interval per run, before any update."""
    rows = rows.set_index("run")
    for place, run in enumerate(order):
        style, row = look(run), rows.loc[run]
        axes.errorbar(
            place, row["mean"], color=style.colour, marker=style.marker, markersize=5, capsize=2,
            yerr=[[row["mean"] - row.mean_low], [row.mean_high - row["mean"]]],
        )  # fmt: skip
    if rows.mean_high.max() > WIDE * rows.mean_low.min():
        log_scale(axes, "y")
        axes.minorticks_off()
    axes.set(xticks=[], xlim=(-0.6, len(order) - 0.4), ylabel="coverage before the update")
    axes.grid(axis="y", alpha=0.5)
