"""Adaptation outside of training's tasks: a curve for each set of tasks, set by set side by side.

Trained elsewhere and looked at here. A measure is `set_k`, the return after k updates of tasks of a
set; `return_k` is that of held-out tasks like those of training, and `_last` the last k there is.
"""

from collections.abc import Sequence
from pathlib import Path

import pandas as pd
from jaxtyping import Float
from matplotlib.axes import Axes
from numpy import ndarray

from remeta.records import INSIDE
from remeta.report.claims.rules import ON_TASKS
from remeta.report.evidence.scores import Scores
from remeta.report.figures.lines import columns, legend, lines
from remeta.report.figures.style import Look, caption, look, save, sheet, styled
from remeta.report.figures.words import bands
from remeta.report.kinds.kind import Cells, Kind, Summary
from remeta.report.kinds.sight import Seeds, Sight
from remeta.report.rows import where
from remeta.report.statistics.paired import gaps, t_interval
from remeta.report.text import ranged

CALLED = {INSIDE: "on the arc", "beside": "beside it", "beyond": "beyond it"}
LAST = "last"  # in the place of a number of updates
READING = """Outside of training, returns are means over the tasks of a set after every update;
their intervals (95 %) are Student's over seeds."""


class Outside(Scores):
    @property
    def all_runs(self) -> dict[str, str]:
        """Those compared; there is no scale."""
        return self.runs

    def path(self, kind: str, run: str, seed: int) -> Path:
        """All its scores are outside ones."""
        return super().path("outside", run, seed)

    @property
    def sets(self) -> list[str]:
        return [*dict.fromkeys(self.scores.metric)]

    def inputs(self) -> list[Path]:
        return [self.path("outside", run, seed) for run in self.runs for seed in self.seeds]

    def cautions(self, outcome: object) -> dict[str, bool]:
        return {"one seed: no interval": len(self.seeds) == 1}

    def values(self, measure: str, run: str) -> Float[ndarray, "seed task"]:
        name, _, step = measure.rpartition("_")
        last = f"{name}_{self.steps(run, name)[-1]}"
        return super().values(last if step == LAST else measure, run)

    def on_scale(self, values: ndarray) -> Float[ndarray, "*any"]:
        """Nobody marks the ends of one."""
        return values


def by_set(outside: Outside) -> pd.DataFrame:
    """A row per run, set and number of updates: the mean and its interval over seeds."""
    rows = []
    for run in outside.runs:
        for name in outside.sets:
            for step in outside.steps(run, name):
                cells = outside.matrix(run, step, name)
                low, high = t_interval(gaps(cells))
                spent = where(outside.scores, run=run, metric=name, adapt_step=step)
                row = {"run": run, "set": name, "adapt_step": step, "mean": cells.mean()}
                row |= {"adapt_env_steps": spent.adapt_env_steps.mean(), "low": low, "high": high}
                rows.append(row | {"seeds": cells.shape[0], "tasks": cells.shape[1]})
    return pd.DataFrame(rows)


def cells(outside: Outside, table: pd.DataFrame) -> Cells:
    """First and last returns of every set."""
    last = table.adapt_step.max()
    heads = [f"{CALLED[name]}, {step} updates" for name in outside.sets for step in (0, last)]
    lines = []
    for run in outside.runs:
        own = where(table, run=run).set_index(["set", "adapt_step"])[["mean", "low", "high"]]
        found = [ranged(*own.loc[(name, step)]) for name in outside.sets for step in (0, last)]
        lines.append([look(run, outside.panel).label, *found, str(table.seeds.max())])
    return ["run", *heads, "seeds"], lines


def draw(conditions: Sequence[Outside], stem: Path) -> None:
    """As published only."""
    outside = conditions[0]
    rows, panel, names = by_set(outside), outside.panel, outside.sets
    looks = {run: look(run, panel) for run in outside.runs}
    with styled():
        figure = sheet(2.6)
        grid = figure.subplots(1, len(names), sharey=True, squeeze=False)[0]
        for axes, name in zip(grid, names, strict=True):
            _plot(axes, where(rows, set=name), looks, name)
        grid[0].set_ylabel(panel.y)
        grid[len(names) // 2].set_xlabel(f"{panel.x} (thousands)")
        legend(figure, looks.values(), columns([*looks.values()]))
        tasks = int(rows.tasks.max())
        caption(
            figure,
            f"The paper: {panel.shows} Means over {tasks} goals of each set: held out within the "
            f"arc of training, up to 45° beside it, up to 90° beyond it; "
            f"{bands(len(outside.seeds))}.",
        )
        save(figure, stem)


def _plot(axes: Axes, rows: pd.DataFrame, looks: dict[str, Look], name: str) -> None:
    thousands = rows.assign(adapt_env_steps=rows.adapt_env_steps / 1000)
    lines(axes, thousands, looks, "adapt_env_steps", "mean")
    axes.set_title(CALLED[name], fontsize=8, pad=3)


def summary(outside: Outside) -> Summary:
    table = by_set(outside)
    last = where(table, adapt_step=table.adapt_step.max())
    return {
        run: {f"{name}_last": float(m) for name, m in zip(own.set, own["mean"], strict=True)}
        for run, own in ((str(run), own) for run, own in last.groupby("run", sort=False))
    }


SPENT = "adapt_env_steps"
SIGHTS = (
    Sight(
        "Tasks by where they lie",
        x=SPENT,
        label="environment steps of adaptation",
        apart="set",
        seeds=Seeds("outside", SPENT, "value", apart="metric"),
    ),
)

KIND = Kind(
    name="outside",
    stages=("outside",),
    reads=("outside",),
    read=Outside,
    frames={"": by_set},
    cells=cells,
    draw=draw,
    summary=summary,
    reading=READING + ON_TASKS,
    sights=SIGHTS,
)
