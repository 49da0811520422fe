"""Return over the number of gradient steps at test time: figures 3 and 4 of MRI."""

import numpy as np
import pandas as pd
from matplotlib.axes import Axes

from remeta.report.evidence.scores import Scores
from remeta.report.figures.lines import lines
from remeta.report.figures.sides import Picture
from remeta.report.figures.style import deep_scale, look
from remeta.report.kinds.adaptation.tables import by_step, looks
from remeta.report.rows import where

SPENT = {"adapt_env_steps": "environment steps of adaptation"}
FAR = 3  # times as low as any other, from which on a run would flatten all others


def plot(axes: Axes, results: Scores) -> list[str]:
    """Lines for all runs and a level for the expert; returns the runs, best first."""
    over = results.panel.over or "adapt_step"
    rows = where(by_step(results), metric="return")
    rows = rows.assign(low=rows.mean_low, high=rows.mean_high)
    runs = rows.take(np.flatnonzero(rows.run != "expert"))
    order = lines(axes, runs, looks(results), over, "mean")
    level, style = where(rows, run="expert")["mean"].iloc[0], look("expert")
    axes.axhline(level, color=style.colour, dashes=style.dash, linewidth=1, zorder=1)  # type: ignore[arg-type]
    axes.set(xlabel=SPENT.get(over, results.panel.x), ylabel="average return")
    if over == "adapt_step":
        axes.set_xticks(sorted(runs.adapt_step.unique()))
    lowest = sorted(np.min(where(runs, run=run)["mean"].to_numpy()) for run in order)
    if lowest[0] < FAR * lowest[1] < 0:
        deep_scale(axes, linear=25, ticks=(-1000, -500, -200, -100, -50, -25, 0))
    return [*order, "expert"] if level < runs["mean"].max() else ["expert", *order]


def words(results: Scores) -> str:
    return f"{results.panel.source}: {results.panel.shows} {band(by_step(results))}"


def band(rows: pd.DataFrame) -> str:
    """What a reader must know of the numbers drawn."""
    seeds, tasks = int(rows.seeds.max()), int(rows.tasks.max())
    episodes = int(rows.adapt_episodes.max() / rows.adapt_step.max())
    sampled = "one episode" if episodes == 1 else f"{episodes} roll-outs"
    means = f"Means over {tasks} held-out tasks, {sampled} per step"
    if seeds == 1:
        return f"{means}; one seed, hence no band."
    return f"{means}; bands: 95 % interval over {seeds} seeds."


PICTURE = Picture(2.75, plot, looks, words)
