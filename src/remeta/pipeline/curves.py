"""The learning curve of a run, and files of rows, as they lie in results/."""

from collections.abc import Iterable, Sequence
from dataclasses import asdict
from itertools import groupby
from operator import itemgetter
from typing import Any

from remeta.experience.practice import Counts
from remeta.papers.panel import Panel
from remeta.pipeline import places
from remeta.records import IDENTITY, Row, folded, written
from remeta.storage import write_text

Table = tuple[Sequence[str], Iterable[Row]]  # columns and rows


class Curve:
    def __init__(self) -> None:
        self.rows: list[dict[str, Any]] = []

    def add(self, iteration: int, counts: Counts, metrics: dict[str, float]) -> None:
        costs = asdict(counts)
        costs["train_env_steps"] = costs.pop("env_steps")
        queries = costs.pop("expert_queries")
        metrics = metrics | ({"expert_queries": queries} if queries else {})
        for name, value in metrics.items():
            row = costs | {"iteration": iteration}
            self.rows.append(row | {"metric": name, "value": f"{value:.6g}"})

    def metrics(self) -> list[dict[str, float]]:
        """The numbers that were added, an iteration after the other, as they were written down."""
        steps = groupby(self.rows, key=itemgetter("iteration"))
        return [{row["metric"]: float(row["value"]) for row in rows} for _, rows in steps]

    @property
    def table(self) -> Table:
        """An iteration in a line."""
        return folded(self.rows)


def write_result(
    kind: str, profile: str, panel: Panel, run: str, seed: int, rows: Table, **costs: int
) -> None:
    """Scores, a curve or whatever else a stage says of a run, where reports look for it."""
    identity = dict(zip(IDENTITY, (profile, panel.paper, panel.name, run, seed), strict=True))
    path = places.result(profile, panel, kind, run, seed, "csv")
    write_text(path, written(*rows, identity | costs))
