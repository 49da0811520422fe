"""Tables: every run of a panel after every number of updates, for machines and for readers."""

from typing import Any

import pandas as pd

from remeta.report.evidence.scores import Scores
from remeta.report.figures.style import Look, look
from remeta.report.kinds.adaptation.results import Results
from remeta.report.kinds.kind import Cells, Summary
from remeta.report.rows import where
from remeta.report.statistics.redraws import (
    flat,
    generator,
    interval,
    iqm,
    redrawn,
    seed_interval,
)
from remeta.report.text import number, ranged

SHOWN = (0, 1, 5)  # updates in the readers' tables
BEFORE = ("coverage", "seen")  # metrics of exploration, before any update
COUNTS = ("roll-outs", "honest roll-outs", "all roll-outs")


def looks(results: Scores) -> dict[str, Look]:
    """Of all runs, and of the expert."""
    return {run: look(run, results.panel) for run in (*results.runs, "expert")}


def by_step(results: Scores) -> pd.DataFrame:
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


def _row(results: Scores, run: str, metric: str, step: int) -> dict[str, Any]:
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


def by_iteration(results: Results) -> pd.DataFrame:
    """A row per run and validation: spent so far, and the return with its interval over seeds."""
    tables = []
    for run in results.curves.run.unique():
        curve = results.curve(run)
        low, high = seed_interval(curve.returns, generator(results.panel.id, run, "curve"))
        columns = (
            {"run": run, "iteration": curve.iterations.astype(int)}
            | {count: curve.cost(count) for count in COUNTS}
            | {name: curve.spent[name] for name in ("train_env_steps", "updates")}
            | {"mean": curve.returns.mean(0), "low": low, "high": high}
        )
        tables.append(pd.DataFrame(columns | {"seeds": len(curve.returns)}))
    return pd.concat(tables, ignore_index=True)


def means(results: Scores) -> Summary:
    """Interquartile means after some updates, as returns and on the expert scale."""
    summary = {}
    for run in results.runs:
        steps = [step for step in SHOWN if step in results.steps(run)]
        found = {step: iqm(flat(results.matrix(run, step))) for step in steps}
        summary[run] = {f"return_{step}": float(mean) for step, mean in found.items()} | {
            f"s_{step}": float(results.on_scale(mean)) for step, mean in found.items()
        }
    return summary


def cells(table: pd.DataFrame, looks: dict[str, Look]) -> Cells:
    """Head and rows of the readers' table, the best at the last step first."""
    returns = where(table, metric="return")
    steps = [step for step in SHOWN if step in set(returns.adapt_step)]
    head = ["run", *(f"R_{k} [95 %]" for k in steps), *(f"s_{k}" for k in steps[1:])]
    last = returns.groupby("run").iqm.last().to_dict()
    order = sorted(last, key=lambda run: -last[run])
    lines = [[looks[run].label, *_line(where(table, run=run), steps)] for run in order]
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
