"""A claim under two conditions: with the paper's own numbers, and with evenly tuned ones."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from remeta.papers.panel import TUNED, Panel
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

    def sentence(self, panels: Iterable[Panel]) -> str:
        """Where the verdicts differ, what decides; else nothing."""
        if not self.published or not self.tuned:
            return ""
        if NOT_RUN in (verdicts := {self.published.verdict, self.tuned.verdict}):
            return ""
        if len(verdicts) == 1:
            return ""
        choices = {panel.name: panel.choice for panel in panels}
        return (
            f"{self.id} is {self.published.verdict} as published and {self.tuned.verdict} evenly "
            f"tuned; what decides is the choice of numbers: {choices[self.tuned.panel]}."
        )


def pairs(rows: Sequence[Verdict]) -> list[Pair]:
    """In the order of rows."""
    found = {row.id: row for row in rows}
    bases = dict.fromkeys(name.removesuffix(TUNED) for name in found)
    return [Pair(found.get(base), found.get(base + TUNED)) for base in bases]
