"""Rows that lie in results/: what reports know of the world, and all they know.

A file says once, in its first line, what all of its rows have in common: whose they are (IDENTITY),
and of a curve what had been spent before it began (COSTS). A table with a line of columns follows.
"""

import csv
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from io import StringIO
from typing import Any

IDENTITY = ("profile", "paper", "panel", "run", "seed")
SCORE_COLUMNS = ("task", "adapt_step", "adapt_env_steps", "adapt_episodes", "metric", "value")
COSTS = ("expert_env_steps", "demos")
SPENT = ("iteration", "train_env_steps", "pre_episodes", "post_episodes", "updates")
CURVE_COLUMNS = (*SPENT, "metric", "value")  # in files one column for every metric, see `folded`
NOISE_COLUMNS = (  # the meta-gradient of a run at fixed weights, over batches of tasks
    "weights",  # untrained or trained
    "module",  # of the weights; `all` of them together
    "batches",  # independent ones
    "norm",  # of the mean gradient
    "deviation",  # root of the sum of the variances of its entries over batches
)  # fmt: skip
TRACE_COLUMNS = (  # where the roll-outs of a trained run go
    "task", "goal_x", "goal_y",
    "phase",  # before or after adaptation: MAME's mu, and pi
    "episode", "step", "x", "y",  # step 0 is the start
)  # fmt: skip
DRIFT_COLUMNS = (  # how far a trained run is from its expert
    "visited",  # the states of the expert, or its own
    "step",  # of an episode
    "error",  # mean square of the difference between both's actions
)
GAIT_COLUMNS = (  # how a trained robot carries itself
    "task", "phase",  # before or after adaptation
    "episode", "step", "pitch",  # radians
)  # fmt: skip
VISITED = ("expert", "own")
WEIGHTS = ("untrained", "trained")
WHOLE = "all"  # the module that stands for all weights together
INSIDE = "return"  # the metric of tasks like those of training; others are named after their set
PHASES = ("before", "after")  # adaptation
MARK = "# "  # of the first line

Row = Mapping[str, Any]


@dataclass(frozen=True)
class Run:
    """One curve of a panel: a method, perhaps in a variant; `method` or `method-variant`."""

    method: str
    variant: str = ""

    @classmethod
    def parse(cls, name: str) -> "Run":
        method, _, variant = name.partition("-")
        return cls(method, variant)

    def __str__(self) -> str:
        return f"{self.method}-{self.variant}" if self.variant else self.method


def written(columns: Sequence[str], rows: Iterable[Row], shared: Row) -> str:
    """A file: what all rows share, `name value` by `name value`, and the table of the others."""
    text = StringIO()
    if shared:
        text.write(MARK + ", ".join(f"{name} {value}" for name, value in shared.items()) + "\n")
    table = csv.DictWriter(text, columns, lineterminator="\n", extrasaction="ignore")
    table.writeheader()
    table.writerows(rows)
    return text.getvalue()


def shared(text: str) -> tuple[dict[str, str], str]:
    """What all rows of a file have in common, and its table."""
    first, _, table = text.partition("\n")
    if not first.startswith(MARK):
        raise ValueError("its first line does not say whose rows they are")
    parts = (part.partition(" ") for part in first.removeprefix(MARK).split(", "))
    return {name: value for name, _, value in parts}, table


def folded(rows: Iterable[Row]) -> tuple[list[str], list[dict[str, Any]]]:
    """The columns and rows of a curve's file: one for each iteration, metrics side by side."""
    metrics: list[str] = []
    found: dict[Any, dict[str, Any]] = {}
    place = 0
    for row in rows:
        fresh = row["iteration"] not in found
        line = found.setdefault(row["iteration"], {name: row[name] for name in SPENT})
        line[row["metric"]] = row["value"]
        place = 0 if fresh else place
        if row["metric"] not in metrics:
            metrics.insert(place, row["metric"])  # where it stands among those of its iteration
        place = metrics.index(row["metric"]) + 1
    return [*SPENT, *metrics], [*found.values()]


def unfolded(rows: Iterable[Row]) -> Iterator[dict[str, Any]]:
    """The other way round: a row for each metric that an iteration has."""
    for row in rows:
        spent = {name: row[name] for name in SPENT}
        for name, value in row.items():
            if name not in spent and value not in ("", None):
                yield spent | {"metric": name, "value": value}
