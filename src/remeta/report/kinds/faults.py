"""Runs with a fault of an official code beside the same without it, and beside the best method.

Explained is the share of the faulty run's gap to SMILe that is gone without the fault: 1 if the
fault was all of it, 0 if it made no difference.
"""

from dataclasses import replace

import pandas as pd

from remeta.records import Run
from remeta.report.evidence.scores import LESS_IS_BETTER
from remeta.report.kinds import metrics
from remeta.report.kinds.kind import Cells, Summary
from remeta.report.kinds.metrics import Metrics, worded
from remeta.report.text import number

BEST, EXPLAINED = "smile", "explained"


class Faults(Metrics):
    """Those who are borrowed are without the fault."""

    @property
    def sound(self) -> dict[str, str]:
        """Runs without it, by method."""
        return {Run.parse(run).method: run for _, run in self.panel.borrowed}

    def explained(self, run: str, metric: str) -> float:
        """Of the means; no number where the faulty run is not behind the best."""
        whose = run, self.sound[Run.parse(run).method], self.sound[BEST]
        faulty, own, best = (float(self.values(metric, name).mean()) for name in whose)
        behind = faulty > best if metric in LESS_IS_BETTER else faulty < best
        return (faulty - own) / (faulty - best) if behind else float("nan")


def cells(results: Faults, table: pd.DataFrame) -> Cells:
    """With a column more per metric, of faulty runs."""
    (name, *head, seeds), lines = metrics.cells(results, table)
    more = [
        [number(results.explained(run, metric)) for metric in results.metrics]
        if run in results.panel.runs
        else [""] * len(results.metrics)
        for run in (*results.runs, *results.marks)
    ]
    heads = [f"{worded(metric)} {EXPLAINED}" for metric in results.metrics]
    lines = [[*line[:-1], *own, line[-1]] for line, own in zip(lines, more, strict=True)]
    return [name, *head, *heads, seeds], lines


def summary(results: Faults) -> Summary:
    found = metrics.summary(results)
    for run in results.panel.runs:
        shares = {f"{m} {EXPLAINED}": results.explained(run, m) for m in results.metrics}
        found[run] |= shares
    return found


READING = metrics.KIND.reading + (
    "Explained is the share of a faulty run's gap to SMILe that is gone without the fault."
)
KIND = replace(
    metrics.KIND, name="faults", read=Faults, cells=cells, summary=summary, reading=READING
)
