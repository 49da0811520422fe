"""Several metrics of every run: a dot and an interval each, or a line over what was shown.

What runs are shown of a task, and how many numbers of demonstrations, is the panel's protocol. Of
one number, the picture has a dot for every run; of several, lines over them.
"""

from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np
import pandas as pd
from jaxtyping import Float
from matplotlib.axes import Axes
from numpy import ndarray

from remeta.report.claims.outcome import Outcome
from remeta.report.claims.rules import ON_TASKS
from remeta.report.evidence.costs import TOLD, told
from remeta.report.evidence.scores import SCALE, Scores
from remeta.report.figures.lines import columns, legend, line
from remeta.report.figures.style import Look, caption, look, save, sheet, styled
from remeta.report.figures.words import bands
from remeta.report.kinds.kind import Cells, Kind, Summary
from remeta.report.rows import where
from remeta.report.statistics.paired import gaps, t_interval
from remeta.report.text import count, ranged

EXPERT = SCALE[1]
EVERY = 0  # in the place of a number of demonstrations: the mean over all that were shown at a time
SHARES, ENDS = ("success", "no_op", "reached"), (-0.05, 1.05)  # of episodes, drawn whole
READING = """Values are means over seeds, held-out tasks and, where nothing else is said, numbers of
demonstrations that were shown at test, their intervals (95 %) Student's over seeds."""


class Metrics(Scores):
    """A measure is a metric, or `metric at n`, after n demonstrations; `shown` and `queries` are
    how many of an expert's actions a run learned from, and asked for."""

    marks: tuple[str, ...] = (EXPERT,)  # runs across the picture

    @property
    def metrics(self) -> tuple[str, ...]:
        return (self.panel.metric, *self.panel.beside)

    @property
    def shown(self) -> list[int]:
        return self.steps(next(iter(self.runs)), "return")[1:]

    def unit(self, measure: str) -> str:
        return measure.partition(" ")[0]

    def also(self, measure: str) -> tuple[str, ...]:
        return ()

    def cautions(self, outcome: Outcome) -> Mapping[str, bool]:
        return {"one seed: no interval": len(self.seeds) == 1}

    def values(self, measure: str, run: str) -> Float[ndarray, "seed task"]:
        if measure in TOLD:
            return told(self, measure, run)
        metric, _, shown = measure.partition(" at ")
        known = [int(shown)] if shown else self.steps(run, metric)[1:] or [0]
        return np.mean([self.matrix(run, step, metric) for step in known], axis=0)


def by_metric(results: Metrics) -> pd.DataFrame:
    """A row per run, metric and number of demonstrations; marks, who see none, have no number."""
    several = results.shown if len(results.shown) > 1 else []
    rows = [
        _row(results, run, metric, shown)
        for metric in results.metrics
        for run in results.runs
        for shown in (EVERY, *several)
    ]
    ends = [(run, metric) for metric in results.metrics for run in results.marks]
    told = [(run, name) for name in TOLD for run in results.runs]
    return pd.DataFrame([*rows, *(_row(results, *part, EVERY) for part in (*ends, *told))])


def _row(results: Metrics, run: str, metric: str, shown: int) -> dict[str, object]:
    cells = results.values(f"{metric} at {shown}" if shown else metric, run)
    low, high = t_interval(gaps(cells))
    found = {"run": run, "metric": metric, "shown": shown, "mean": cells.mean(), "low": low}
    seeds, tasks = cells.shape
    return found | {"high": high, "std": gaps(cells).std(), "seeds": seeds, "tasks": tasks}


def cells(results: Metrics, table: pd.DataFrame) -> Cells:
    """A column per metric; whoever asked an expert, how often."""
    lines = []
    for run in (*results.runs, *results.marks):
        rows = where(table, run=run, shown=EVERY)
        own, means = rows.set_index("metric"), dict(zip(rows.metric, rows["mean"], strict=True))
        found = [ranged(*own.loc[name, ["mean", "low", "high"]]) for name in results.metrics]
        asked = [count(means[name]) if name in means else "" for name in TOLD]
        lines.append([look(run, results.panel).label, *found, *asked, str(own.seeds.max())])
    heads = [f"{worded(name)} [95 %]" for name in results.metrics]
    return ["run", *heads, "expert's steps shown", "asked", "seeds"], lines


def worded(metric: str) -> str:
    return metric.replace("_", "-")


def plot(axes: Axes, results: Metrics, metric: str) -> None:
    """One metric of all runs; marks are lines across."""
    table, seen = where(by_metric(results), metric=metric), looks(results)
    if len(results.shown) > 1:
        for run in results.runs:
            own = where(table, run=run)
            own = own.take(np.flatnonzero(own.shown != EVERY))
            line(axes, seen[run], own.shown, own["mean"], (own.low, own.high))
        axes.set_xticks(results.shown)
        axes.set_xlabel(results.panel.x)
    else:
        dots(axes, where(table, shown=EVERY).set_index("run"), seen, [*results.runs])
    for run in results.marks:
        level, one = where(table, run=run)["mean"].iloc[0], seen[run]
        axes.axhline(level, color=one.colour, dashes=one.dash or (4, 2), linewidth=1.0, zorder=1)
    axes.set_ylim(ENDS if metric in SHARES else around(table["mean"].to_numpy()))
    axes.set_ylabel(worded(metric))
    axes.grid(axis="y", alpha=0.5)


def dots(axes: Axes, rows: pd.DataFrame, seen: Mapping[str, Look], runs: Sequence[str]) -> None:
    """Side by side, their intervals cut where the picture ends."""
    for place, run in enumerate(runs):
        row, one = rows.loc[run], seen[run]
        low, high = np.nan_to_num([row.low, row.high], nan=0.0, posinf=1e9, neginf=-1e9)
        axes.vlines(place, low, high, color=one.colour, alpha=0.35, linewidth=3)
        axes.plot(place, row["mean"], color=one.colour, marker=one.marker, linestyle="")
    axes.set(xticks=[], xlim=(-0.6, len(runs) - 0.4))


def around(means: ndarray) -> tuple[float, float]:
    """Bands of few seeds are wider than what there is to see: they may leave the picture."""
    known = means[np.isfinite(means)] if np.isfinite(means).any() else np.zeros(1)
    room = 0.35 * np.ptp(known) or 1.0
    return float(known.min() - room), float(known.max() + room)


def looks(results: Metrics) -> dict[str, Look]:
    return {run: look(run, results.panel) for run in (*results.runs, *results.marks)}


def draw(conditions: Sequence[Metrics], stem: Path) -> None:
    """A metric beside the other."""
    results = conditions[0]
    with styled():
        figure = sheet(2.6)
        sides = figure.subplots(1, len(results.metrics), squeeze=False)[0]
        for axes, metric in zip(sides, results.metrics, strict=True):
            plot(axes, results, metric)
        shown = [*looks(results).values()]
        legend(figure, shown, columns(shown))
        says = f"{results.panel.source}: {results.panel.shows} Means over held-out tasks"
        caption(figure, f"{says}; {bands(len(results.seeds))}.")
        save(figure, stem)


def summary(results: Metrics) -> Summary:
    return {
        run: {metric: float(results.values(metric, run).mean()) for metric in results.metrics}
        for run in results.runs
    }


KIND = Kind(
    name="metrics",
    stages=("train", "evaluate", "score"),
    reads=("scores",),
    read=Metrics,
    frames={"": by_metric},
    cells=cells,
    draw=draw,
    summary=summary,
    reading=READING + ON_TASKS,
)
