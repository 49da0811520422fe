"""What became of claims from one set of verdicts to another: which moved, and how far."""

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from remeta.report.claims.outcome import NOT_RUN
from remeta.report.claims.verdicts import Verdict

NUMBERS = ("effect", "low", "high")
SAME = 1e-6  # relative; tables have six digits


@dataclass(frozen=True)
class Move:
    """A claim on a panel; a side is None where it is not known or was not run."""

    id: str
    before: Verdict | None
    after: Verdict | None

    @property
    def verdict(self) -> bool:
        """Whether it was judged otherwise, or is on one side alone."""
        return _said(self.before) != _said(self.after)

    @property
    def effect(self) -> bool:
        if not self.before or not self.after:
            return False
        pairs = ((getattr(self.before, name), getattr(self.after, name)) for name in NUMBERS)
        return not all(_same(one, other) for one, other in pairs)


def moves(before: Mapping[str, Verdict], after: Mapping[str, Verdict]) -> Iterator[Move]:
    """Those that differ, in their order, the ones that are gone last."""
    for id in dict.fromkeys([*after, *before]):
        move = Move(id, _ran(before.get(id)), _ran(after.get(id)))
        if move.verdict or move.effect:
            yield move


def _ran(row: Verdict | None) -> Verdict | None:
    return row if row and row.verdict != NOT_RUN else None


def _said(row: Verdict | None) -> str:
    return row.verdict if row else NOT_RUN


def _same(one: float, other: float) -> bool:
    both = math.isnan(one) and math.isnan(other)
    return both or math.isclose(one, other, rel_tol=SAME)
