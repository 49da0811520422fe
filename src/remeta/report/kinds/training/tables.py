"""Tables of training: a row per run and measure, and curves by iteration."""

import numpy as np
import pandas as pd
from numpy import ndarray

from remeta.papers.claim import Race
from remeta.report.kinds import by_measure
from remeta.report.kinds.by_measure import row
from remeta.report.kinds.kind import Cells
from remeta.report.kinds.training.curves import AFTER, BEFORE
from remeta.report.kinds.training.measures import DIFFERENCES, LEVELS
from remeta.report.kinds.training.results import Training
from remeta.report.statistics.ratios import ends, point
from remeta.report.statistics.redraws import few_interval, generator, seed_counts
from remeta.report.text import count

RETURNS = {**LEVELS, "spread": DIFFERENCES["spread"]}
STABILITY = ("drawdown", "jitter", "scatter", "dropped")
GOOD = 0.8  # of the best gain
REACHED = f"steps_to_{100 * GOOD:.0f}"
HEADS = {
    "final": "final return [95 %]",
    "first": "untrained",
    "peak": "peak",
    "auc": "mean over steps",
    "drawdown": "drawdown",
    "jitter": "jitter",
    "scatter": "scatter",
    REACHED: f"steps to {100 * GOOD:.0f} %",
}


def by_run(training: Training) -> pd.DataFrame:
    """Returns as they are, falls and jitter as shares of the run's own gain, steps to be good."""
    counts = by_measure.redraws(training)
    rows = []
    for run in training.runs:
        rows += [
            row(training, run, name, of(training, run, counts)) for name, of in RETURNS.items()
        ]
        rows += [
            row(training, run, name, training.measured(name, run, counts), name == "dropped")
            for name in STABILITY
        ]
        low, high = training.crossing(Race(run, "steps", share=GOOD), run, counts)
        value, censored = point(low[0], high[0])
        lowest, highest = ends(low[1:], high[1:], training.tail)
        found = {"run": run, "measure": REACHED, "value": value, "low": lowest, "high": highest}
        rows.append(found | {"seeds": len(training.seeds), "censored": censored})
    return pd.DataFrame(rows)


def by_iteration(training: Training) -> pd.DataFrame:
    """A row per run and iteration: steps spent, returns before and after adaptation."""
    return pd.concat([_by_iteration(training, run) for run in training.runs], ignore_index=True)


def _by_iteration(training: Training, run: str) -> pd.DataFrame:
    low, high = band(training, run, training.matrix(run))
    steps = training.steps(run).mean(0)
    table = {
        "run": run,
        "iteration": np.arange(1, len(steps) + 1),
        "train_env_steps": steps,
        "mean": training.matrix(run).mean(0),
        "low": low,
        "high": high,
    }
    if training.has(run, BEFORE):
        table["before"] = training.matrix(run, BEFORE).mean(0)
    return pd.DataFrame(table | {"seeds": len(training.seeds)})


def band(training: Training, run: str, curves: ndarray, metric: str = AFTER) -> ndarray:
    """The interval over seeds of a mean curve."""
    names = (training.panel.id, run, metric, "band")
    counts = seed_counts(len(curves), generator(*names))
    draws = counts @ curves / counts.sum(1, keepdims=True)
    return few_interval(draws, len(curves))


def cells(training: Training, table: pd.DataFrame) -> Cells:
    """The best final return comes first."""
    return by_measure.cells(training, table, HEADS, _cell, most_first=True)


def _cell(row: pd.Series, head: str) -> str:
    if row.measure != REACHED:
        return by_measure.cell(row, head)
    return f"{row.censored} {count(row.value)}".strip() if np.isfinite(row.value) else "-"
