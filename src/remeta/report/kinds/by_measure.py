"""Tables of panels that hold nothing out: a row per run and measure."""

from collections.abc import Callable, Mapping
from typing import Any

import pandas as pd
from numpy import ndarray

from remeta.report.evidence.by_seed import BySeed, Counts
from remeta.report.figures.style import look
from remeta.report.kinds.kind import Cells, Summary
from remeta.report.rows import where
from remeta.report.statistics.redraws import (
    MANY,
    few_interval,
    generator,
    share_interval,
    with_all,
)
from remeta.report.text import number, ranged


def heads(results: BySeed) -> dict[str, str]:
    """By column, of the measures that readers see."""
    found = {m.column or name: m.head for name, m in results.measures.items()}
    return {column: head for column, head in found.items() if head}


def by_measure(results: BySeed) -> pd.DataFrame:
    """Every measure that readers see, of every run."""
    counts = redraws(results)
    shown = {name: m.column or name for name, m in results.measures.items() if m.head}
    return pd.DataFrame(
        [
            row(results, run, column, results.measured(name, run, counts))
            for run in results.runs
            for name, column in shown.items()
        ]
    )


def redraws(results: BySeed) -> Counts:
    return with_all(len(results.seeds), generator(results.panel.id, "table"), MANY)


def row(
    results: BySeed, run: str, column: str, draws: ndarray, share: bool = False
) -> dict[str, Any]:
    """`draws` begin with the value; a `share` is one of seeds."""
    seeds = len(results.seeds)
    low, high = share_interval(draws[0], seeds) if share else few_interval(draws[1:], seeds)
    found = {"run": run, "measure": column, "value": draws[0], "low": low, "high": high}
    return found | {"seeds": seeds}


def cell(row: pd.Series, head: str) -> str:
    return ranged(row.value, row.low, row.high) if "[" in head else number(row.value)


def cells(
    results: BySeed,
    table: pd.DataFrame,
    heads: Mapping[str, str],
    cell: Callable[[pd.Series, str], str] = cell,
    most_first: bool = False,
) -> Cells:
    """Sorted by the first measure; only columns whose heads say so have intervals."""
    wide = {name: where(table, measure=name).set_index("run") for name in heads}
    first = wide[next(iter(heads))].value
    order = sorted(first.index, key=lambda run: -first[run] if most_first else first[run])
    lines = [
        [
            look(run, results.panel).label,
            *(cell(wide[name].loc[run], head) for name, head in heads.items()),
            str(table.seeds.max()),
        ]
        for run in order
    ]
    return ["run", *heads.values(), "seeds"], lines


def values(table: pd.DataFrame) -> Summary:
    """Every measure of every run."""
    return {
        str(run): dict(zip(own.measure, own.value, strict=True))
        for run, own in table.groupby("run", sort=False)
    }
