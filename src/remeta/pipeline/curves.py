"""The learning curve of a run, row by row, as it lies in results/."""

import csv
from dataclasses import asdict
from io import StringIO
from itertools import groupby
from operator import itemgetter
from pathlib import Path
from typing import Any

from remeta.experience.practice import Counts
from remeta.records import CURVE_COLUMNS
from remeta.storage import write_text


class Curve:
    def __init__(self, identity: dict[str, Any], **costs: int):
        self.identity, self.costs = identity, costs
        self.rows: list[dict[str, Any]] = []

    def add(self, iteration: int, counts: Counts, numbers: dict[str, float]) -> None:
        used = asdict(counts)
        used["train_env_steps"] = used.pop("env_steps")
        queries = used.pop("expert_queries")
        numbers = numbers | ({"expert_queries": queries} if queries else {})
        for name, value in numbers.items():
            row = self.identity | self.costs | used | {"iteration": iteration}
            self.rows.append(row | {"metric": name, "value": f"{value:.6g}"})

    def told(self) -> list[dict[str, float]]:
        """The numbers that were added, an iteration after the other, as they were written down."""
        steps = groupby(self.rows, key=itemgetter("iteration"))
        return [{row["metric"]: float(row["value"]) for row in rows} for _, rows in steps]

    def write(self, path: Path) -> None:
        write_rows(path, CURVE_COLUMNS, self.rows)


def write_rows(path: Path, columns: tuple[str, ...], rows: list[dict[str, Any]]) -> None:
    text = StringIO()
    writer = csv.DictWriter(text, columns, lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    write_text(path, text.getvalue())
