"""How steadily a robot carries itself: the pitch of its torso before and after adaptation."""

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

import numpy as np
import pandas as pd
from jaxtyping import Float
from matplotlib.axes import Axes
from matplotlib.lines import Line2D
from numpy import ndarray

from remeta.records import GAIT_COLUMNS, PHASES
from remeta.report.claims.rules import ON_SEEDS
from remeta.report.evidence.by_seed import Measure
from remeta.report.evidence.faults import of_gaits
from remeta.report.evidence.looked import Looked
from remeta.report.figures.style import caption, look, save, sheet, styled
from remeta.report.figures.words import choices
from remeta.report.kinds.by_measure import by_measure, cells, heads, values
from remeta.report.kinds.kind import Kind
from remeta.report.rows import where

BEFORE, AFTER = PHASES
WIRINGS = (("as intended", "#0072b2"), ("hips swapped", "#d55e00"))  # task by task
READING = """Unsteadiness is the standard deviation of the pitch within an episode, in degrees, mean
over tasks and episodes; length is the mean number of an episode's steps, the first of every row, so
that a robot that falls counts once."""

Steps = Callable[[pd.Series], float]  # what the pitches of an episode come to


def deviation(pitch: pd.Series) -> float:
    return float(np.degrees(pitch.to_numpy().std()))


def episodes(phase: str, of_episode: Steps) -> Callable[["Gaits", str], ndarray]:
    return lambda gaits, run: gaits.by_episode(run, phase, of_episode)


MEASURES: Mapping[str, Measure] = {
    "unsteadiness": Measure(
        "degrees", episodes(AFTER, deviation), head="unsteadiness after adaptation [95 %]"
    ),
    "unsteadiness before": Measure(
        "degrees", episodes(BEFORE, deviation), "unsteadiness_before", "before [95 %]"
    ),
    "length": Measure("steps", episodes(AFTER, len), head="length after adaptation"),
}


class Gaits(Looked):
    evidence, columns, fault = "gaits", GAIT_COLUMNS, staticmethod(of_gaits)
    measures = MEASURES

    def by_episode(self, run: str, phase: str, of_episode: Steps) -> Float[ndarray, " seed"]:
        """The mean over tasks and episodes."""
        rows = where(self.rows, run=run, phase=phase)
        found = rows.groupby(["seed", "task", "episode"]).pitch.agg(of_episode)
        return found.groupby(["seed", "task"]).mean().groupby("seed").mean().to_numpy(float)


def draw(conditions: Sequence[Gaits], stem: Path) -> None:
    """The first episode of the first seed, as published only; a colour for each wiring."""
    gaits = conditions[0]
    rows, runs = where(gaits.rows, seed=gaits.seeds[0], episode=0), list(gaits.runs)
    with styled():
        figure = sheet(1.2 + 0.9 * len(runs))
        grid = figure.subplots(len(runs), 2, sharex=True, sharey=True, squeeze=False)
        for line, run in zip(grid, runs, strict=True):
            for axes, phase in zip(line, PHASES, strict=True):
                _courses(axes, where(rows, run=run, phase=phase))
            line[0].set_ylabel(look(run).label)
        for axes, phase in zip(grid[0], PHASES, strict=True):
            axes.set_title(f"{phase} adaptation", fontsize=8, pad=3)
        figure.supylabel(gaits.panel.y, fontsize=8)
        for axes in grid[-1]:
            axes.set_xlabel(gaits.panel.x)
        handles = [Line2D([], [], color=colour, label=name) for name, colour in WIRINGS]
        figure.legend(handles=handles, loc="outside upper center", ncols=len(handles))
        caption(
            figure,
            f"{gaits.panel.source}: {gaits.panel.shows} An episode of each wiring, of one seed; a "
            f"line ends where the robot falls. Here: {choices(gaits.panel)}.",
        )
        save(figure, stem)


def _courses(axes: Axes, rows: pd.DataFrame) -> None:
    for task, (_, colour) in enumerate(WIRINGS):
        own = where(rows, task=task)
        axes.plot(own.step, np.degrees(own.pitch), color=colour, linewidth=0.7)
    axes.grid(axis="y", alpha=0.5)


KIND = Kind(
    name="gait",
    stages=("gaits",),
    reads=("gaits",),
    read=Gaits,
    frames={"": by_measure},
    cells=lambda gaits, table: cells(gaits, table, heads(gaits)),
    draw=draw,
    summary=lambda gaits: values(by_measure(gaits)),
    reading=READING + ON_SEEDS,
)
