"""Roll-outs of trained policies before and after adaptation, on the corner world."""

from pathlib import Path

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.lines import Line2D
from matplotlib.patches import Circle

from remeta.report.figures.learning import choices
from remeta.report.files import where
from remeta.report.style import caption, look, save, sheet, styled
from remeta.report.traces import NEAR, PHASES, Traces

TASKS = ("#0072b2", "#d55e00", "#009e73", "#cc79a7")  # apart for the colour-blind, too
EPISODES = 4  # drawn of each task
BOX = 4.2


def draw(traces: Traces, stem: Path) -> None:
    """The first seed's; a colour for the corner that pays."""
    rows, runs = where(traces.rows, seed=traces.seeds[0]), list(traces.runs)
    with styled():
        figure = sheet(0.85 + 1.5 * len(runs))
        grid = figure.subplots(len(runs), 2, sharex=True, sharey=True, squeeze=False)
        for line, run in zip(grid, runs, strict=True):
            for axes, phase in zip(line, PHASES, strict=True):
                _walks(axes, where(rows, run=run, phase=phase), traces.goals)
            line[0].set_ylabel(look(run).label)
        for axes, phase in zip(grid[0], PHASES, strict=True):
            axes.set_title(f"{phase} adaptation", fontsize=8, pad=3)
        caption(
            figure,
            f"The paper: {traces.panel.shows} Colours: the task's corner; {EPISODES} roll-outs of "
            f"each task of one seed, dots where they end; circles: visited (within {NEAR:g}). "
            f"Before adaptation MAME's mu acts, after it pi. Here: {choices(traces.panel)}.",
        )
        save(figure, stem)


def _walks(axes: Axes, rows: pd.DataFrame, goals: np.ndarray) -> None:
    for place, goal in enumerate(goals):
        colour = TASKS[place % len(TASKS)]
        axes.add_patch(Circle(tuple(goal), NEAR, fill=False, color=colour, linewidth=1.0))
        own = where(rows, goal_x=goal[0], goal_y=goal[1])
        for _, walk in list(own.groupby(["task", "episode"]))[:EPISODES]:
            axes.add_line(Line2D(walk.x, walk.y, color=colour, linewidth=0.6, alpha=0.8))
            axes.plot(walk.x.iloc[-1], walk.y.iloc[-1], "o", color=colour, markersize=2.5)
    axes.plot(0, 0, "+", color="#333333", markersize=6)
    axes.set(
        xlim=(-BOX, BOX), ylim=(-BOX, BOX), aspect="equal", xticks=[-2, 0, 2], yticks=[-2, 0, 2]
    )
