"""Claims as tiles and cards: a claim on a panel, under one or both conditions."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from types import ModuleType

from remeta.papers.panel import TUNED, Panel
from remeta.report.claims.conditions import Pair, pairs
from remeta.report.claims.outcome import NOT_RUN
from remeta.report.claims.signs import MARKS
from remeta.report.claims.verdicts import Verdict, verdicts
from remeta.report.figures.sides import CONDITIONS

FRAGILE = "fragile"


@dataclass(frozen=True)
class Side:
    """A verdict and the condition it holds under; none where there is but one."""

    condition: str
    row: Verdict

    @property
    def mark(self) -> str:
        return MARKS[self.row.verdict]

    @property
    def name(self) -> str:
        """For a style."""
        return self.row.verdict.replace(" ", "-")


@dataclass(frozen=True)
class Tile:
    """What the matrix shows of a claim, and filters know of it."""

    id: str
    paper: str
    panel: str
    environment: str
    sides: tuple[Side, ...]

    @property
    def row(self) -> Verdict:
        return next((s.row for s in self.sides if s.row.verdict != NOT_RUN), self.sides[0].row)

    @property
    def published(self) -> str:
        """The verdict with the paper's numbers."""
        return self.sides[0].row.verdict

    @property
    def anchor(self) -> str:
        return anchor("claim", self.id)

    @property
    def short(self) -> str:
        """Without the paper's name, which stands above it."""
        return self.row.claim.partition("-")[2] or self.row.claim

    @property
    def told(self) -> str:
        """For who does not see it."""
        where = f" on {self.panel}" if self.panel else ""
        said = " and ".join(f"{s.row.verdict} {s.condition}".strip() for s in self.sides)
        return f"{self.row.claim}{where}: {said}"

    @property
    def names(self) -> str:
        return " ".join(dict.fromkeys(side.name for side in self.sides))

    @property
    def fragile(self) -> bool:
        return any(FRAGILE in side.row.caution for side in self.sides)


def anchor(kind: str, name: str) -> str:
    """Of a part of the page; names that differ have anchors that do."""
    return f"{kind}-{re.sub(r'[^A-Za-z0-9_-]', lambda sign: f'.{ord(sign[0]):x}', name)}"


def rows(paper: ModuleType, judged: Sequence[Verdict], profile: str) -> list[Verdict]:
    """Every claim of a paper, with what became of those that were judged."""
    known = {row.id: row for row in judged}
    none = {row.id: row for row in verdicts(paper.CLAIMS, {}, profile)}
    both = [id + end for id in none for end in ("", TUNED) if not end or id + end in known]
    return [known.get(id) or none[id] for id in both]


def tiles(name: str, found: Sequence[Verdict], panels: Sequence[Panel]) -> list[Tile]:
    family = {panel.name: panel.family for panel in panels}
    made = []
    for pair in pairs(found):
        panel = pair.row.panel.removesuffix(TUNED)
        made.append(Tile(pair.id, name, panel, family.get(panel, ""), _sides(pair)))
    return made


def _sides(pair: Pair) -> tuple[Side, ...]:
    sides = zip(CONDITIONS, (pair.published, pair.tuned), strict=True)
    there = [Side(condition, row) for condition, row in sides if row]
    alone = len(there) == 1 and pair.published
    return (Side("", there[0].row),) if alone else (*there,)
