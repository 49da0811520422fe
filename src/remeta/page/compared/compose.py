"""What moved between two sets of results: found once, told in words or on a page of its own."""

import math
from dataclasses import dataclass
from functools import cached_property

from remeta.page.compared.curves import Pair, pairs
from remeta.page.compared.side import Side
from remeta.page.markup import embedded, templates
from remeta.report.claims.moves import Move, moves
from remeta.report.figures.style import look
from remeta.report.text import number


@dataclass(frozen=True)
class Comparison:
    before: Side
    after: Side

    @cached_property
    def moves(self) -> list[Move]:
        return [*moves(self.before.rows, self.after.rows)]

    @cached_property
    def curves(self) -> list[Pair]:
        return [*pairs(self.before.tables, self.after.tables)]

    @property
    def shared(self) -> list[str]:
        """The tables that both sides have."""
        return [path for path in self.after.tables if path in self.before.tables]

    @property
    def differ(self) -> list[str]:
        old, new = self.before.tables, self.after.tables
        return [path for path in self.shared if old[path] != new[path]]

    @property
    def summary(self) -> str:
        verdicts = sum(move.verdict for move in self.moves)
        counts = (verdicts, "verdict"), (sum(move.effect for move in self.moves), "effect")
        told = [f"{count} {thing}{'s' * (count != 1)}" for count, thing in counts]
        return f"{' and '.join(told)} moved"

    def page(self) -> str:
        """All of it, in one file."""
        names = {"embedded": embedded, "told": told, "curves": self.curves}
        names |= {"verdicts": [move for move in self.moves if move.verdict]}
        names |= {"effects": [move for move in self.moves if not move.verdict]}
        names |= {name: getattr(self, name) for name in ("before", "after", "summary")}
        names |= {"shared": self.shared, "differ": self.differ}
        return templates().get_template("compared.html").render(names)


def told(pair: Pair) -> str:
    """By how much each run's curve is off."""
    runs = [f"{look(run, pair.panel).label} {_off(off)}" for run, off in pair.moved.items()]
    return f"Off by at most: {', '.join(runs)} ({pair.plot['y']})."


def _off(off: float) -> str:
    if math.isinf(off):
        return "other points"
    return number(off) if off >= 0.005 else f"{off:.1g}"
