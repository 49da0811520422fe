"""Return over the number of gradient steps at test time: figures 3 and 4 of MRI."""

from pathlib import Path

import numpy as np
import pandas as pd
from matplotlib.axes import Axes

from remeta.report.curves import labels
from remeta.report.figures.lines import draw_lines, legend
from remeta.report.files import where
from remeta.report.results import Results
from remeta.report.style import caption, deep_scale, look, save, sheet, styled
from remeta.report.tables import by_step

FAR = 3  # times as low as any other, from which on a run would flatten all others


def draw(results: Results, stem: Path) -> None:
    rows = by_step(results)
    panel = results.panel
    with styled():
        figure = sheet(2.75)
        order = adaptation(figure.add_subplot(), rows, results)
        legend(figure, labels(results), order, panel.name)
        caption(figure, f"The paper: {panel.shows} {band(rows)}")
        save(figure, stem)


def adaptation(axes: Axes, rows: pd.DataFrame, results: Results) -> list[str]:
    """Lines for all runs and a level for the expert; returns the runs, best first."""
    rows = where(rows, metric="return").assign(low=lambda r: r.mean_low, high=lambda r: r.mean_high)
    lines = rows.take(np.flatnonzero(rows.run != "expert"))
    order = draw_lines(axes, lines, results.panel.name, "adapt_step", "mean")
    level, style = where(rows, run="expert")["mean"].iloc[0], look("expert")
    axes.axhline(level, color=style.colour, dashes=style.dash, linewidth=1, zorder=1)  # type: ignore[arg-type]
    axes.set(xlabel="number of gradient steps", ylabel="average return")
    axes.set_xticks(sorted(lines.adapt_step.unique()))
    axes.grid(axis="y", alpha=0.5)
    lowest = sorted(np.min(where(lines, run=run)["mean"].to_numpy()) for run in order)
    if lowest[0] < FAR * lowest[1] < 0:
        deep_scale(axes, linear=25, ticks=(-1000, -500, -200, -100, -50, -25, 0))
    return [*order, "expert"] if level < lines["mean"].max() else ["expert", *order]


def band(rows: pd.DataFrame) -> str:
    """What a reader must know of the numbers drawn."""
    seeds, tasks = int(rows.seeds.max()), int(rows.tasks.max())
    episodes = int(rows.adapt_episodes.max() / rows.adapt_step.max())
    means = f"Means over {tasks} held-out tasks, {episodes} roll-outs per step"
    if seeds == 1:
        return f"{means}; one seed, hence no band."
    return f"{means}; bands: 95 % interval over {seeds} seeds."
