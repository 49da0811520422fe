"""Errors of those who imitate, step by step: in the expert's states and in their own."""

from collections.abc import Mapping

import numpy as np
import pandas as pd
from jaxtyping import Float
from matplotlib.axes import Axes
from numpy import ndarray

from remeta.records import DRIFT_COLUMNS, VISITED
from remeta.report.claims.rules import ON_SEEDS
from remeta.report.evidence.by_seed import Measure
from remeta.report.evidence.faults import of_drifts
from remeta.report.evidence.looked import Looked
from remeta.report.figures.lines import line
from remeta.report.figures.sides import Picture
from remeta.report.figures.style import Look, log_scale, look
from remeta.report.figures.words import bands
from remeta.report.kinds.by_measure import by_measure, cells, heads, values
from remeta.report.kinds.kind import Kind
from remeta.report.kinds.sight import Seeds, Sight
from remeta.report.rows import where
from remeta.report.statistics.paired import t_interval

EXPERT, OWN = VISITED
LATE = 0.5  # of an episode: what comes after it
READING = """Errors are mean squares of the difference between a run's actions and its expert's, the
modes of both, in states that the expert visits and in those that the run does. Late errors are
means over the second half of an episode, and the drift is how much larger the own is there."""


def late(visited: str, of: "Drifts", run: str) -> Float[ndarray, " seed"]:
    return of.errors(run, visited)[:, int(LATE * of.errors(run, visited).shape[1]) :].mean(1)


MEASURES: Mapping[str, Measure] = {
    "error": Measure("error", lambda of, run: of.errors(run, EXPERT).mean(1), head="error [95 %]"),
    "own error": Measure(
        "error", lambda of, run: of.errors(run, OWN).mean(1), "own_error", "in own states"
    ),
    "drift": Measure(
        "error",
        lambda of, run: late(OWN, of, run) - late(EXPERT, of, run),
        head="drift [95 %]",
    ),
}


class Drifts(Looked):
    evidence, columns, fault = "drifts", DRIFT_COLUMNS, staticmethod(of_drifts)
    measures = MEASURES

    def errors(self, run: str, visited: str) -> Float[ndarray, "seed step"]:
        rows = where(self.rows, run=run, visited=visited)
        return rows.pivot(index="seed", columns="step", values="error").to_numpy()


def by_step(drifts: Drifts) -> pd.DataFrame:
    """The mean over seeds and its interval, a row per run, states and step."""
    frames = []
    for run in drifts.runs:
        for visited in VISITED:
            errors = drifts.errors(run, visited)
            low, high = np.transpose([t_interval(column[:, None]) for column in errors.T])
            steps = {"run": run, "visited": visited, "step": np.arange(errors.shape[1])}
            frames.append(pd.DataFrame(steps | {"mean": errors.mean(0), "low": low, "high": high}))
    return pd.concat(frames, ignore_index=True)


def plot(axes: Axes, drifts: Drifts) -> list[str]:
    """Full lines in a run's own states, thin ones in the expert's."""
    steps = by_step(drifts)
    for run in drifts.runs:
        for visited in VISITED:
            one = where(steps, run=run, visited=visited)
            shown = look(run, drifts.panel)
            band = (one.low.clip(lower=one["mean"] / 3), one.high)
            line(axes, shown, one.step, one["mean"], band, few=True, thin=visited == EXPERT)
    log_scale(axes, "y", labelled=(1,))
    axes.minorticks_off()
    axes.set(xlabel=drifts.panel.x, ylabel=drifts.panel.y)
    axes.grid(axis="y", alpha=0.5)
    return list(drifts.runs)


def looks(drifts: Drifts) -> dict[str, Look]:
    return {run: look(run, drifts.panel) for run in drifts.runs}


def words(drifts: Drifts) -> str:
    return (
        f"{drifts.panel.source}: {drifts.panel.shows} Marked lines: in the states that a run "
        f"visits itself; thin: in the expert's. 4 demonstrations; {bands(len(drifts.seeds))}."
    )


SIGHTS = (
    Sight(
        "By who visited the states",
        part="_steps",
        x="step",
        apart="visited",
        seeds=Seeds("drifts", "step", "error", apart="visited"),
    ),
)

KIND = Kind(
    name="drift",
    stages=("drifts",),
    reads=("drifts",),
    read=Drifts,
    frames={"": by_measure, "_steps": by_step},
    cells=lambda drifts, table: cells(drifts, table, heads(drifts)),
    draw=Picture(2.75, plot, looks, words).draw,
    summary=lambda drifts: values(by_measure(drifts)),
    reading=READING + ON_SEEDS,
    sights=SIGHTS,
)
