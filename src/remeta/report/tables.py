"""Tables: every run of a panel after every number of updates, for machines and for readers."""

from typing import Any

import pandas as pd

from remeta.report.files import where
from remeta.report.results import Results
from remeta.report.statistics import flat, generator, interval, iqm, redrawn, seed_interval
from remeta.report.text import number, ranged

SHOWN = (0, 1, 5)  # updates in the readers' tables
BEFORE = ("coverage", "seen")  # metrics of exploration, before any update


def by_step(results: Results) -> pd.DataFrame:
    """A row per run, metric and number of updates.

    `mean_low` to `mean_high` is the interval of the mean over seeds, tasks averaged (the band of
    figures); `low` to `high` that of the interquartile mean over seeds and tasks, and s are these
    on the expert scale.
    """
    rows = [
        _row(results, run, metric, step)
        for run in (*results.runs, "expert")
        for metric in sorted(set(where(results.scores, run=run).metric))
        for step in results.steps(run, metric)
    ]
    return pd.DataFrame(rows)


def _row(results: Results, run: str, metric: str, step: int) -> dict[str, Any]:
    cells = results.matrix(run, step, metric)
    names = (results.panel.id, run, metric, str(step))
    mean_low, mean_high = seed_interval(cells.mean(1), generator(*names, "band"))
    low, high = interval(iqm(redrawn(cells, generator(*names))))
    spent = where(results.scores, run=run, metric=metric, adapt_step=step)
    row = {
        "run": run,
        "metric": metric,
        "adapt_step": step,
        "adapt_episodes": spent.adapt_episodes.mean(),
        "adapt_env_steps": spent.adapt_env_steps.mean(),
        "mean": cells.mean(),
        "mean_low": mean_low,
        "mean_high": mean_high,
        "iqm": iqm(flat(cells)),
        "low": low,
        "high": high,
    }
    if metric == "return":
        row |= {
            name: results.on_scale(row[of])
            for name, of in (("s", "iqm"), ("s_low", "low"), ("s_high", "high"))
        }
    return row | {"seeds": cells.shape[0], "tasks": cells.shape[1]}


def cells(table: pd.DataFrame, labels: dict[str, str]) -> tuple[list[str], list[list[str]]]:
    """Head and rows of the readers' table, the best at the last step first."""
    returns = where(table, metric="return")
    steps = [step for step in SHOWN if step in set(returns.adapt_step)]
    head = ["run", *(f"R_{k} [95 %]" for k in steps), *(f"s_{k}" for k in steps[1:])]
    last = returns.groupby("run").iqm.last().to_dict()
    order = sorted(last, key=lambda run: -last[run])
    lines = [[labels[run], *_line(where(table, run=run), steps)] for run in order]
    return [*head, *BEFORE, "seeds"], lines


def _line(rows: pd.DataFrame, steps: list[int]) -> list[str]:
    returns = where(rows, metric="return").set_index("adapt_step")
    line = [
        ranged(*returns.loc[k, ["iqm", "low", "high"]]) if k in returns.index else "" for k in steps
    ]
    line += [number(returns.s[k]) if k in returns.index else "" for k in steps[1:]]
    for metric in BEFORE:
        found = where(rows, metric=metric)
        line.append(number(found["mean"].iloc[0]) if len(found) else "")
    return [*line, str(returns.seeds.iloc[0])]
