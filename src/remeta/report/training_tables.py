"""Tables of panels without held-out tasks: a row per run and measure, and curves by iteration."""

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd
from numpy import ndarray

from remeta.papers.training_claim import Measure, Race
from remeta.report.files import Files, where
from remeta.report.noise import MEASURES, WHOLE, Noise
from remeta.report.ratios import ends, point
from remeta.report.statistics import (
    MANY,
    few_interval,
    generator,
    seed_counts,
    share_interval,
    tail,
    with_all,
)
from remeta.report.style import look
from remeta.report.text import count, number, ranged
from remeta.report.traces import Traces
from remeta.report.training import AFTER, BEFORE, Training

RETURNS: tuple[Measure, ...] = ("first", "final", "peak", "auc", "spread")
STABILITY: tuple[Measure, ...] = ("drawdown", "jitter", "scatter", "dropped")
WALKED: tuple[Measure, ...] = ("corners_before", "corners_after", "apart")
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
    "noise": "noise, untrained [95 %]",
    "noise_trained": "noise, trained",
    "corners_before": "corners before adaptation [95 %]",
    "corners_after": "corners after",
    "apart": "visits apart",
}


def by_measure(training: Training) -> pd.DataFrame:
    """Returns as they are, falls and jitter as shares of the run's own gain, steps to be good."""
    counts = _counts(training)
    rows = []
    for run in training.runs:
        rows += [_row(training, run, name, training.raw(name, run, counts)) for name in RETURNS]
        rows += [
            _row(training, run, name, training.measured(name, run, counts)) for name in STABILITY
        ]
        low, high = training.race(Race(run, run, GOOD), run, counts)
        value, censored = point(low[0], high[0])
        lowest, highest = ends(low[1:], high[1:], tail(len(training.seeds)))
        row = {"run": run, "measure": REACHED, "value": value, "low": lowest, "high": highest}
        rows.append(row | {"seeds": len(training.seeds), "censored": censored})
    return pd.DataFrame(rows)


def measured(files: Noise | Traces) -> pd.DataFrame:
    """The same of gradients and of roll-outs."""
    counts = _counts(files)
    names: Sequence[Any] = [*MEASURES] if isinstance(files, Noise) else WALKED
    return pd.DataFrame(
        [
            _row(files, run, name, files.measured(name, run, counts))
            for run in files.runs
            for name in names
        ]
    )


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


def by_module(noise: Noise) -> pd.DataFrame:
    """The noise of each module's gradient, mean over seeds."""
    parts = noise.rows.take(np.flatnonzero(noise.rows.module != WHOLE))
    keys = ["run", "weights", "module"]
    numbers = ["norm", "deviation", "noise"]
    return pd.DataFrame(parts.groupby(keys, sort=False, as_index=False)[numbers].mean())


def band(training: Training, run: str, curves: ndarray, metric: str = AFTER) -> ndarray:
    """The interval over seeds of a mean curve."""
    names = (training.panel.id, run, metric, "band")
    counts = seed_counts(len(curves), generator(*names))
    draws = counts @ curves / counts.sum(1, keepdims=True)
    return few_interval(draws, len(curves))


def cells(table: pd.DataFrame) -> tuple[list[str], list[list[str]]]:
    """Head and rows of the readers' table, the best first; only the first column has intervals."""
    names = [name for name in HEADS if name in set(table.measure)]
    wide = {name: where(table, measure=name).set_index("run") for name in names}
    sign = -1 if names[0] == "final" else 1
    order = sorted(wide[names[0]].index, key=lambda run: sign * wide[names[0]].value[run])
    lines = [
        [look(run).label, *(_cell(wide[name].loc[run], name) for name in names)] for run in order
    ]
    seeds = str(table.seeds.max())
    return ["run", *map(HEADS.__getitem__, names), "seeds"], [[*line, seeds] for line in lines]


def _cell(row: pd.Series, name: str) -> str:
    if name == REACHED:
        return f"{row.censored} {count(row.value)}".strip() if np.isfinite(row.value) else "-"
    return ranged(row.value, row.low, row.high) if "[" in HEADS[name] else number(row.value)


def _row(files: Files, run: str, measure: str, draws: ndarray) -> dict[str, Any]:
    seeds, share = len(files.seeds), measure == "dropped"
    low, high = share_interval(draws[0], seeds) if share else few_interval(draws[1:], seeds)
    row = {"run": run, "measure": measure, "value": draws[0], "low": low, "high": high}
    return row | {"seeds": seeds}


def _counts(files: Files) -> ndarray:
    return with_all(len(files.seeds), generator(files.panel.id, "table"), MANY)
