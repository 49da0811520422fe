"""What meta-training earns for what it spends: return of validation tasks over environment steps.

`over` of the panel is a count of claims: `steps` of the methods themselves, or `all steps`, with
those by which an expert learned and demonstrated. These come before the first meta-iteration, and
so they shift a curve to the right.
"""

from dataclasses import replace
from typing import Any, cast

import numpy as np
import pandas as pd
from matplotlib.axes import Axes

from remeta.papers.claim import Count
from remeta.report.figures.lines import lines
from remeta.report.figures.sides import Picture
from remeta.report.figures.style import Look, look
from remeta.report.figures.words import bands, choices
from remeta.report.kinds import adaptation
from remeta.report.kinds.adaptation import tables
from remeta.report.kinds.adaptation.results import Results
from remeta.report.rows import where
from remeta.report.text import number

SPENT = "spent"
UNITS = ((1e6, "millions"), (1e3, "thousands"))


def by_spending(results: Results) -> pd.DataFrame:
    """A row per run and validation, with what was spent by then."""
    rows = tables.by_iteration(results)
    count = cast(Count, results.panel.over)
    parts = [
        where(rows, run=run).assign(**{SPENT: results.curve(str(run)).cost(count)})
        for run in rows.run.unique()
    ]
    return pd.concat(parts, ignore_index=True)


def looks(results: Results) -> dict[str, Look]:
    return {run: look(run, results.panel) for run in results.runs}


def plot(axes: Axes, results: Results) -> list[str]:
    """Lines for all runs, an expert's steps as a dotted lead."""
    rows = by_spending(results)
    scale, unit = unit_of(float(rows[SPENT].to_numpy().max()))
    rows = rows.assign(**{SPENT: rows[SPENT] / scale})
    order = lines(axes, rows, looks(results), SPENT, "mean")
    for run in order:
        first = where(rows, run=run).iloc[0]
        if first[SPENT]:
            axes.plot(
                [0, first[SPENT]], [first["mean"]] * 2, color=look(run).colour,
                linewidth=1, dashes=(1, 1.5),
            )  # fmt: skip
    axes.set(xlabel=f"{results.panel.x} ({unit})", ylabel=results.panel.y)
    axes.set_xlim(left=0)
    return order


def unit_of(most: float) -> tuple[float, str]:
    """In which an axis counts so many steps."""
    return next((pair for pair in UNITS if most >= 2 * pair[0]), UNITS[-1])


def words(results: Results) -> str:
    rows = by_spending(results)
    first = {str(run): own[SPENT].iloc[0] for run, own in rows.groupby("run", sort=False)}
    learnt = max(first.values())
    lead = f" Dotted: {number(learnt)} steps by which the expert learned and demonstrated."
    if not learnt:
        lead = " Demonstrations are given: what their expert learned by is not counted."
    return (
        f"The paper: {results.panel.shows} Validation tasks, which nothing is trained on; "
        f"{bands(len(results.seeds))}.{lead} Here: {choices(results.panel)}."
    )


def bought(results: Results) -> dict[str, dict[str, float]]:
    """What runs came to on test tasks, and what they had spent in training."""
    count: Any = results.panel.over
    found = tables.means(results)
    for run in found:
        found[run][SPENT] = float(np.max(results.curve(run).cost(count)))
    return found


KIND = replace(
    adaptation.KIND,
    name="efficiency",
    draw=Picture(2.85, plot, looks, words).draw,
    summary=bought,
    reading=f"{adaptation.KIND.reading} A run's wobble is the standard deviation of its validation "
    "return over the last fifth of training, of every seed.",
)
