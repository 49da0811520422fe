"""Curves that a reader can hover: the numbers of tables, and of single seeds from the evidence."""

import math
from collections.abc import Iterable, Iterator
from typing import Any

import numpy as np
import pandas as pd

from remeta.papers.panel import Panel
from remeta.report.figures.style import look
from remeta.report.kinds import kind_of
from remeta.report.kinds.sight import Seeds, Sight
from remeta.report.rows import where

MOST = 300  # points of a curve: of longer ones every so many
DIGITS = 4
Plot = dict[str, Any]  # as the script of the page reads it


def plots(results: Any, tables: dict[str, pd.DataFrame]) -> Iterator[Plot]:
    """A picture for every sight of a panel, and for each of its parts; tables by their part."""
    panel = results.panel
    for sight in kind_of(panel).sights:
        for part, rows in sight.parts(tables[sight.part]):
            yield {
                "title": sight.titled(part),
                **sight.labels(panel),
                "lines": [
                    _with_seeds(results, sight, part, where(rows, run=run))
                    for run in rows.run.unique()
                ],
            }


def _with_seeds(results: Any, sight: Sight, part: str, rows: pd.DataFrame) -> Plot:
    run = str(rows.run.iloc[0])
    drawn = line(results.panel, sight, run, rows)
    seeds = _seeds(results, run, sight.seeds, part) if sight.seeds else {}
    return drawn | {"seeds": [_thin(seed, curve, drawn["x"]) for seed, curve in seeds.items()]}


def line(panel: Panel, sight: Sight, run: str, rows: pd.DataFrame) -> Plot:
    """A run's mean within its band."""
    style, low, high = look(run, panel), *sight.band
    rows = rows.iloc[:: math.ceil(len(rows) / MOST) or 1]
    drawn = {"run": run, "label": style.label, "colour": style.colour, "seeds": []}
    drawn |= {"x": _numbers(rows[sight.over(panel)]), "y": _numbers(rows[sight.y])}
    return drawn | {"low": _numbers(rows[low]), "high": _numbers(rows[high])}


def _seeds(results: Any, run: str, seeds: Seeds, part: str) -> dict[int, pd.Series]:
    if run not in results.all_runs:
        return {}
    paths = {seed: results.path(seeds.folder, run, seed) for seed in results.seeds}
    found = {seed: seeds.read(path, part) for seed, path in paths.items() if path.exists()}
    return {seed: curve for seed, curve in found.items() if len(curve)}


def _thin(seed: int, curve: pd.Series, x: list[Any]) -> Plot:
    """Its own x only where it differs from that of the mean."""
    every = curve.iloc[:: math.ceil(len(curve) / MOST)]
    own = _numbers(every.index)
    return {"seed": seed, "y": _numbers(every)} | ({} if own == x else {"x": own})


def _numbers(values: Iterable[Any]) -> list[float | int | None]:
    """As JSON has them; whole numbers are exact."""
    exact = np.asarray([*values], float)
    whole = (exact == np.floor(exact)) & np.isfinite(exact)
    return [
        int(value) if entire else _short(value)
        for value, entire in zip(exact.tolist(), whole.tolist(), strict=True)
    ]


def _short(value: float) -> float | int | None:
    if not math.isfinite(value):
        return None
    short = float(f"{value:.{DIGITS}g}")
    return int(short) if short.is_integer() else short
