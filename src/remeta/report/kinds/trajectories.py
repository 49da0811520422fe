"""Where trained policies go before and after adaptation, on the corner world."""

from collections.abc import Callable, Mapping, Sequence
from functools import cached_property
from pathlib import Path

import numpy as np
import pandas as pd
from jaxtyping import Float
from matplotlib.axes import Axes
from matplotlib.lines import Line2D
from matplotlib.patches import Circle
from numpy import ndarray

from remeta.records import PHASES, TRACE_COLUMNS
from remeta.report.evidence.by_seed import Measure
from remeta.report.evidence.faults import of_traces
from remeta.report.evidence.looked import Looked
from remeta.report.figures.style import caption, look, save, sheet, styled
from remeta.report.figures.words import choices
from remeta.report.kinds.by_measure import by_measure, cells, heads, values
from remeta.report.kinds.kind import Kind
from remeta.report.kinds.training import READING
from remeta.report.rows import where

NEAR = 1.0  # from a corner: half of the radius in which it pays; who came so near has visited it
CELL = 0.5  # side of the cells in which visits are counted
TASKS = ("#0072b2", "#d55e00", "#009e73", "#cc79a7")  # apart for the colour-blind, too
EPISODES = 4  # drawn of each task
BOX = 4.2


def points(rows: pd.DataFrame) -> Float[ndarray, "point 2"]:
    return rows[["x", "y"]].to_numpy()


def parted(one: pd.DataFrame, other: pd.DataFrame) -> float:
    """How much further two policies' roll-outs are apart than halves of either's own.

    Halves have fewer visits and so fewer in common than wholes, which errs on the safe side.
    """
    own = [_halves(rows) for rows in (one, other)]
    return apart(points(one), points(other)) - float(np.mean(own))


def _halves(rows: pd.DataFrame) -> float:
    first = rows.episode.to_numpy() < (rows.episode.max() + 1) / 2
    return apart(*(points(rows.take(np.flatnonzero(part))) for part in (first, ~first)))


def corners(points: Float[ndarray, "point 2"], goals: Float[ndarray, "goal 2"]) -> float:
    """How many were visited by any roll-out."""
    distance = np.linalg.norm(points[:, None] - goals[None], axis=-1)
    return float((distance < NEAR).any(0).sum())


def apart(one: Float[ndarray, "point 2"], other: Float[ndarray, "point 2"]) -> float:
    """The share of visits, by cell, that two sets of roll-outs do not have in common."""
    cells = np.floor(np.concatenate([one, other]) / CELL).astype(int)
    _, which = np.unique(cells, axis=0, return_inverse=True)
    which, size = which.reshape(-1), which.max() + 1
    shares = [np.bincount(part, minlength=size) / len(part) for part in np.split(which, [len(one)])]
    return float(np.abs(shares[0] - shares[1]).sum() / 2)


def visited(phase: str) -> Callable[["Traces", str], ndarray]:
    """Corners per task in a phase."""
    place = PHASES.index(phase)
    return lambda of, run: of.by_task(run, lambda *both: corners(points(both[place]), of.goals))


MEASURES: Mapping[str, Measure] = {
    "corners before": Measure(
        "corners", visited("before"), "corners_before", "corners before adaptation [95 %]"
    ),
    "corners after": Measure("corners", visited("after"), "corners_after", "corners after"),
    "visits apart": Measure(
        "distance", lambda of, run: of.by_task(run, parted), "apart", "visits apart"
    ),
}


class Traces(Looked):
    evidence, columns, fault = "traces", TRACE_COLUMNS, staticmethod(of_traces)
    measures = MEASURES

    @cached_property
    def goals(self) -> Float[ndarray, "goal 2"]:
        return np.unique(self.rows[["goal_x", "goal_y"]].to_numpy(), axis=0)

    def by_task(
        self, run: str, of: Callable[[pd.DataFrame, pd.DataFrame], float]
    ) -> Float[ndarray, " seed"]:
        """Of the roll-outs of each task before and after adaptation, mean over tasks."""

        def mean(rows: pd.DataFrame) -> float:
            phases = [
                [where(own, phase=phase) for phase in PHASES] for _, own in rows.groupby("task")
            ]
            return float(np.mean([of(before, after) for before, after in phases]))

        own = where(self.rows, run=run)
        return np.array([mean(rows) for _, rows in own.groupby("seed")])


def draw(conditions: Sequence[Traces], stem: Path) -> None:
    """The first seed's, as published only; a colour for the corner that pays."""
    traces = conditions[0]
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


KIND = Kind(
    name="trajectories",
    stages=("traces",),
    reads=("traces",),
    read=Traces,
    frames={"": by_measure},
    cells=lambda results, table: cells(results, table, heads(results)),
    draw=draw,
    summary=lambda results: values(by_measure(results)),
    reading=READING,
)
