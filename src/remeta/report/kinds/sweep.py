"""A metric of every run over one number: what tasks vary in, what adaptation has spent, or what
runs differ in.

`over` of the panel names it. `adapt_step`, `adapt_env_steps` and `adapt_episodes` are what
adaptation has spent so far. Another column that score files carry, such as a sensor's bias, groups
tasks by its values, after the last step. With `variant`, runs of a method are points of one line,
at the number that their variant ends with: demonstrations, the size of a context.
"""

import re
from collections.abc import Mapping
from functools import cached_property

import numpy as np
import pandas as pd
from jaxtyping import Float
from matplotlib.axes import Axes
from numpy import ndarray

from remeta.frozen import Advice
from remeta.records import SCORE_COLUMNS, Run
from remeta.report.claims.outcome import Outcome
from remeta.report.claims.rules import ON_TASKS
from remeta.report.evidence.scores import LESS_IS_BETTER, Scores
from remeta.report.figures.lines import lines
from remeta.report.figures.sides import Picture
from remeta.report.figures.style import Look, look
from remeta.report.figures.words import bands
from remeta.report.kinds.kind import Cells, Kind, Summary
from remeta.report.kinds.sight import Sight
from remeta.report.rows import where
from remeta.report.statistics.paired import gaps, t_interval
from remeta.report.text import ranged

SPENT = ("adapt_step", "adapt_env_steps", "adapt_episodes")
VARIANT = "variant"
OVERALL = "overall"  # in the place of a point: the mean over the whole axis
Points = dict[float, Float[ndarray, "seed task"]]
READING = """Sweeps are means over seeds and tasks, their intervals (95 %) Student's over seeds.
Overall is the mean over the axis, points being joined by straight lines."""


class Sweep(Scores):
    """A measure is `metric at x`, of the last point up to there, or `metric overall`."""

    @property
    def all_runs(self) -> dict[str, str]:
        """Those compared; there is no scale."""
        return self.runs

    @property
    def columns(self) -> tuple[str, ...]:
        over = self.panel.over
        return SCORE_COLUMNS if over in (*SCORE_COLUMNS, VARIANT) else (*SCORE_COLUMNS, over)

    @cached_property
    def lines(self) -> dict[str, Points]:
        """By method if runs are points, else by run; points from the left to the right."""
        found: dict[str, Points] = {}
        for run in self.runs:
            name = Run.parse(run).method if self.panel.over == VARIANT else run
            found.setdefault(name, {}).update(self._points(run))
        return {name: dict(sorted(points.items())) for name, points in found.items()}

    def _points(self, run: str) -> Points:
        over, metric = self.panel.over, self.panel.metric
        steps = self.steps(run, metric)
        if over == VARIANT:
            return {self._number(run): self.matrix(run, steps[-1], metric)}
        rows = where(self.scores, run=run, metric=metric)
        if over in SPENT:
            spent = {step: where(rows, adapt_step=step)[over].to_numpy().mean() for step in steps}
            return {float(x): self.matrix(run, step, metric) for step, x in spent.items()}
        last = where(rows, adapt_step=steps[-1]).sort_values(["seed", "task"])
        parts = {x: where(last, **{over: x}).value for x in last[over].unique()}
        return {float(x): of.to_numpy().reshape(len(self.seeds), -1) for x, of in parts.items()}

    def _number(self, run: str) -> float:
        found = re.search(r"[\d.]+$", run)
        if not found:
            raise Advice(f"{run} of {self.panel.id} ends with no number; name its variant by one.")
        return float(found[0])

    def cautions(self, outcome: Outcome) -> Mapping[str, bool]:
        return {"one seed: no interval": len(self.seeds) == 1}

    def unit(self, measure: str) -> str:
        return self.panel.metric

    def also(self, measure: str) -> tuple[str, ...]:
        overall = f"{self.panel.metric} {OVERALL}"
        return (overall,) if measure != overall else ()

    def values(self, measure: str, run: str) -> Float[ndarray, "seed task"]:
        points, place = self.lines[run], measure.rpartition(" ")[2]
        if place != OVERALL:
            passed = [x for x in points if x <= float(place)]
            return points[passed[-1]]
        x, y = np.array([*points]), np.stack([gaps(cells) for cells in points.values()], -1)
        if len(x) == 1:
            return y
        return (np.trapezoid(y, x, axis=-1) / (x[-1] - x[0]))[:, None]


def by_point(sweep: Sweep) -> pd.DataFrame:
    """A row per line and point: the mean, and its interval over seeds."""
    rows = []
    for run, points in sweep.lines.items():
        for x, cells in points.items():
            low, high = t_interval(gaps(cells))
            row = {"run": run, sweep.panel.over: x, "mean": cells.mean(), "low": low, "high": high}
            rows.append(row | {"seeds": cells.shape[0], "tasks": cells.shape[1]})
    return pd.DataFrame(rows)


def cells(sweep: Sweep, table: pd.DataFrame) -> Cells:
    """A column per point, the best line first."""
    xs = sorted(table[sweep.panel.over].unique())
    means = {run: where(table, run=run)["mean"].to_numpy().mean() for run in sweep.lines}
    rows = []
    less = sweep.panel.metric in LESS_IS_BETTER
    for run in sorted(means, key=lambda run: means[run], reverse=not less):
        own = where(table, run=run).set_index(sweep.panel.over)
        told = (ranged(*own.loc[x, ["mean", "low", "high"]]) if x in own.index else "" for x in xs)
        rows.append([look(run, sweep.panel).label, *told, str(own.seeds.max())])
    return ["run", *(f"{sweep.panel.x} {x:g} [95 %]" for x in xs), "seeds"], rows


def looks(sweep: Sweep) -> dict[str, Look]:
    return {run: look(run, sweep.panel) for run in sweep.lines}


def plot(axes: Axes, sweep: Sweep) -> list[str]:
    axes.set(xlabel=sweep.panel.x, ylabel=sweep.panel.y)
    return lines(axes, by_point(sweep), looks(sweep), sweep.panel.over, "mean")


def words(sweep: Sweep) -> str:
    return f"{sweep.panel.source}: {sweep.panel.shows} Means over tasks; {bands(len(sweep.seeds))}."


def summary(sweep: Sweep) -> Summary:
    metric = sweep.panel.metric
    return {
        run: {f"{metric} at {x:g}": float(cells.mean()) for x, cells in points.items()}
        for run, points in sweep.lines.items()
    }


KIND = Kind(
    name="sweep",
    stages=("train", "evaluate"),
    reads=("scores",),
    read=Sweep,
    frames={"": by_point},
    cells=cells,
    draw=Picture(2.75, plot, looks, words).draw,
    summary=summary,
    reading=READING + ON_TASKS,
    sights=(Sight("Means over tasks"),),
)
