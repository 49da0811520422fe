"""What imitation steps per data collection save: return over roll-outs in meta-training."""

from dataclasses import replace

import numpy as np
import pandas as pd
from matplotlib.axes import Axes

from remeta.report.figures.lines import lines
from remeta.report.figures.sides import Picture
from remeta.report.figures.style import Look, log_scale, look
from remeta.report.figures.words import bands
from remeta.report.kinds import adaptation
from remeta.report.kinds.adaptation import tables
from remeta.report.kinds.adaptation.results import Results
from remeta.report.kinds.kind import Cells

GOOD = 0.95


def looks(results: Results) -> dict[str, Look]:
    """Each run is called by its number of steps, the most first."""
    named = tables.looks(results)
    counts = {run: results.curve(run).updates_per_iteration for run in results.runs}
    most = sorted(counts, key=lambda run: -counts[run])
    steps = {run: f"{counts[run]:.0f} step{'s' * (counts[run] != 1)}" for run in most}
    return {run: replace(named[run], label=steps[run]) for run in most} | {
        "expert": named["expert"]
    }


def full(results: Results) -> str:
    """The run whose gain says what is good: it takes all steps, and was trained elsewhere."""
    ((_, run),) = results.panel.borrowed
    return run


def cells(results: Results, table: pd.DataFrame) -> Cells:
    return tables.cells(table, looks(results))


def plot(axes: Axes, results: Results) -> list[str]:
    rows, whole = tables.by_iteration(results), results.curve(full(results))
    rows = rows.take(np.flatnonzero(rows["roll-outs"] > 0))
    lines(axes, rows, looks(results), "roll-outs", "mean")
    counts = np.ones((1, len(whole.returns)))
    start, good = whole.returns[:, 0].mean(), whole.good(counts, GOOD)[0]
    axes.axhline(start, color="#777777", linewidth=0.8, dashes=(1, 1.5))
    if np.isfinite(good):
        axes.axhline(good, color="#333333", linewidth=0.8, dashes=(5, 2))
    axes.set(xlabel=results.panel.x, ylabel=results.panel.y)
    log_scale(axes, labelled=(1, 3))
    return [run for run in looks(results) if run != "expert"]


def words(results: Results) -> str:
    return (
        f"The paper: {results.panel.shows} Supervised steps per collection of roll-outs; dashed: "
        f"95 % of {look(full(results)).label}'s final gain; dotted: before training; "
        f"{bands(len(results.seeds))}."
    )


KIND = replace(
    adaptation.KIND,
    name="economy",
    cells=cells,
    draw=Picture(2.85, plot, looks, words).draw,
)
