"""A claim under two conditions: with the paper's own numbers, and with evenly tuned ones."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from remeta.papers.panel import TUNED
from remeta.report.claims.outcome import NOT_RUN
from remeta.report.claims.verdicts import Verdict


@dataclass(frozen=True)
class Pair:
    """What became of a claim on a panel under either condition, if there is anything of it."""

    published: Verdict | None
    tuned: Verdict | None

    @property
    def id(self) -> str:
        return self.row.id.removesuffix(TUNED)

    @property
    def row(self) -> Verdict:
        """The first side that was run, or else the first."""
        sides = [side for side in (self.published, self.tuned) if side]
        return next((side for side in sides if side.verdict != NOT_RUN), sides[0])

    def sentence(self, folder: Path) -> str:
        """Where the verdicts differ, what decides; else nothing. The paper's results lie there."""
        if not self.published or not self.tuned:
            return ""
        if NOT_RUN in (verdicts := {self.published.verdict, self.tuned.verdict}):
            return ""
        if len(verdicts) == 1:
            return ""
        return (
            f"{self.id} is {self.published.verdict} as published and {self.tuned.verdict} evenly "
            f"tuned; what decides is the choice of numbers: {choices(folder / self.tuned.panel)}."
        )


def choices(panel: Path) -> str:
    """What the runs of an evenly tuned panel chose otherwise than is published."""
    runs = []
    for path in sorted((panel / "tuning").glob("*.json")):
        moved = [
            f"{name} {values['chosen']:g} instead of {values['published']:g}"
            for name, values in json.loads(path.read_text()).items()
            if values["chosen"] != values["published"]
        ]
        runs += [f"{path.stem} took {' and '.join(moved)}"] if moved else []
    return ", ".join(runs) or "none, all chose the published ones"


def pairs(rows: Sequence[Verdict]) -> list[Pair]:
    """In the order of rows."""
    found = {row.id: row for row in rows}
    bases = dict.fromkeys(name.removesuffix(TUNED) for name in found)
    return [Pair(found.get(base), found.get(base + TUNED)) for base in bases]
