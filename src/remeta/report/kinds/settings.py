"""A metric of every method over data settings: how much each was shown of an expert.

Runs of a method are settings of one line, named after the demonstrations of a task and the steps
of them: `smile-16_20` learned from 16 demonstrations, of which every 20th step was shown. A value
is the mean over all steps of adaptation but the one before the first, when nothing is known.
"""

from functools import cached_property

import numpy as np
import pandas as pd
from jaxtyping import Float
from matplotlib.axes import Axes
from numpy import ndarray

from remeta.records import Run
from remeta.report.claims.rules import ON_TASKS
from remeta.report.evidence.costs import TOLD, told
from remeta.report.evidence.scores import SCALE, Scores
from remeta.report.figures.sides import Picture
from remeta.report.figures.style import Look, look
from remeta.report.figures.words import bands
from remeta.report.kinds.kind import Cells, Kind, Summary
from remeta.report.rows import where
from remeta.report.statistics.paired import gaps, t_interval
from remeta.report.text import number, ranged

EXPERT = SCALE[1]
Shown = Float[ndarray, "shown seed task"]
STEP = 0.12  # between methods side by side
READING = """Values are means over seeds, held-out tasks and numbers of demonstrations that were
shown at test, their intervals (95 %) Student's over seeds; std is over seeds, tasks and numbers."""


class Settings(Scores):
    """A measure is `metric at setting`, of a method; `shown` and `queries` are how many of an
    expert's actions it learned from there, and asked for."""

    @cached_property
    def lines(self) -> dict[str, dict[str, Shown]]:
        """The panel's metric by method and setting, in the panel's order."""
        found: dict[str, dict[str, Shown]] = {}
        for run in self.runs:
            one = Run.parse(run)
            found.setdefault(one.method, {})[one.variant] = self._after(run, self.panel.metric)
        return found

    def _after(self, run: str, metric: str) -> Shown:
        return np.stack([self.matrix(run, step, metric) for step in self.steps(run, metric)[1:]])

    @property
    def settings(self) -> list[str]:
        return list(dict.fromkeys(Run.parse(run).variant for run in self.runs))

    def unit(self, measure: str) -> str:
        return measure.partition(" ")[0]

    def also(self, measure: str) -> tuple[str, ...]:
        return ()

    def values(self, measure: str, run: str) -> Float[ndarray, "seed task"]:
        metric, _, setting = measure.split(" ")
        whole = f"{run}-{setting}"
        return told(self, metric, whole) if metric in TOLD else self._after(whole, metric).mean(0)


def named(setting: str) -> str:
    demos, every = setting.split("_")
    return f"{demos} demos, " + ("all steps" if every == "1" else f"1 step in {every}")


def by_setting(results: Settings) -> pd.DataFrame:
    """A row per method and setting, and one of the expert."""
    known = [
        (run, one, of) for run, settings in results.lines.items() for one, of in settings.items()
    ]
    expert = results.matrix(EXPERT, 0, results.panel.metric)[None]
    return pd.DataFrame([_row(*part) for part in (*known, (EXPERT, "", expert))])


def _row(run: str, setting: str, values: Shown) -> dict[str, object]:
    cells = values.mean(0)
    low, high = t_interval(gaps(cells))
    found = {"run": run, "setting": setting, "mean": cells.mean(), "low": low, "high": high}
    return found | {"std": values.std(), "seeds": cells.shape[0], "tasks": cells.shape[1]}


def cells(results: Settings, table: pd.DataFrame) -> Cells:
    """A column per setting; the expert, who was shown nothing, has the same in all of them."""
    lines = []
    for run in (*results.lines, EXPERT):
        own = where(table, run=run).set_index("setting")
        if run == EXPERT:
            found = [number(own.loc["", "mean"])] * len(results.settings)
        else:
            ranges = {one: ranged(*own.loc[one, ["mean", "low", "high"]]) for one in own.index}
            found = [ranges.get(one, "") for one in results.settings]
        lines.append([look(run, results.panel).label, *found, str(own.seeds.max())])
    return ["run", *(f"{named(one)} [95 %]" for one in results.settings), "seeds"], lines


def plot(axes: Axes, results: Settings) -> list[str]:
    """Methods side by side at every setting, their intervals cut where the picture ends."""
    table, methods = by_setting(results), [*results.lines]
    for place, run in enumerate(methods):
        own, shown = where(table, run=run), look(run, results.panel)
        settings = np.array([results.settings.index(one) for one in own.setting])
        x = settings + STEP * (place - (len(methods) - 1) / 2)
        low, high = (np.nan_to_num(part, posinf=1e9, neginf=-1e9) for part in (own.low, own.high))
        axes.vlines(x, low, high, color=shown.colour, alpha=0.35, linewidth=3)
        axes.plot(x, own["mean"], color=shown.colour, marker=shown.marker, linestyle="")
    level, expert = where(table, run=EXPERT)["mean"].iloc[0], look(EXPERT)
    axes.axhline(level, color=expert.colour, dashes=(4, 2), linewidth=1.0, zorder=1)
    top = max(table["mean"].max(), 0)
    axes.set(ylabel=results.panel.y, ylim=(min(0, 1.2 * table["mean"].min()), 1.4 * top or 1.0))
    axes.set_xticks(range(len(results.settings)), labels=map(broken, results.settings))
    axes.grid(axis="y", alpha=0.5)
    return [*methods, EXPERT]


def broken(setting: str) -> str:
    return named(setting).replace(", ", ",\n")


def looks(results: Settings) -> dict[str, Look]:
    return {run: look(run, results.panel) for run in (*results.lines, EXPERT)}


def words(results: Settings) -> str:
    panel = results.panel
    over = "Means over held-out tasks and numbers of demonstrations shown"
    return f"{panel.source}: {panel.shows} {over}; {bands(len(results.seeds))}."


def summary(results: Settings) -> Summary:
    metric = results.panel.metric
    return {
        run: {f"{metric} at {setting}": float(of.mean()) for setting, of in own.items()}
        for run, own in results.lines.items()
    }


KIND = Kind(
    name="settings",
    stages=("train", "evaluate", "score"),
    reads=("scores",),
    read=Settings,
    frames={"": by_setting},
    cells=cells,
    draw=Picture(2.6, plot, looks, words).draw,
    summary=summary,
    reading=READING + ON_TASKS,
)
