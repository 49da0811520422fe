"""A claim: what a paper says, where, and the test that decides whether our scores bear it out.

s_k(run) is the return after k updates on the expert scale: 0 is the random start before any update,
1 is the expert. Tests that do not decide are shown beside the verdict. Tests of training itself are
in `training_claim`.
"""

import math
from dataclasses import dataclass
from typing import Literal

from remeta.papers.training_claim import Balance, Race

UPDATES = (1, 2, 3, 4, 5)


@dataclass(frozen=True)
class Term:
    """The score of a run after some updates, times a weight; a summand of a contrast."""

    weight: float
    run: str
    step: int
    metric: str = "return"  # returns count on the expert scale, other metrics as they are
    panel: str = ""  # of the scores, if not the claim's own

    def __str__(self) -> str:
        symbol = "s" if self.metric == "return" else self.metric
        where = f"{self.run}, {self.panel}" if self.panel else self.run
        factor = "" if abs(self.weight) == 1 else f"{abs(self.weight):g} "
        return f"{factor}{symbol}_{self.step}({where})"


@dataclass(frozen=True)
class Contrast:
    """A weighted sum of scores, paired by seed and task, lies above a bound."""

    terms: tuple[Term, ...]
    above: float = 0.0
    decides: bool = True

    @property
    def elsewhere(self) -> set[str]:
        """Further panels it takes scores from."""
        return {term.panel for term in self.terms} - {""}

    def __str__(self) -> str:
        signs = ["- " if term.weight < 0 else "+ " for term in self.terms]
        total = " ".join(f"{sign}{term}" for sign, term in zip(signs, self.terms, strict=True))
        return f"{total.removeprefix('+ ')} > {self.above:g}"


@dataclass(frozen=True)
class Either:
    """At least one of some contrasts holds."""

    contrasts: tuple[Contrast | Balance, ...]
    decides: bool = True

    @property
    def elsewhere(self) -> set[str]:
        return {name for contrast in self.contrasts for name in contrast.elsewhere}

    def __str__(self) -> str:
        return " or ".join(map(str, self.contrasts))


Count = Literal["iterations", "roll-outs", "honest roll-outs", "all roll-outs"]


@dataclass(frozen=True)
class Reach:
    """What a run spends until it is good, or how many times as much as the run it is put `over`.

    Good is a validation return after one update that makes up `share` of what the reference run
    gains over its own untrained start. Roll-outs are counted as the paper does, before the update
    only; honestly, with those after it; or all, with demonstrations and the expert's episodes.
    """

    run: str
    count: Count
    reference: str
    over: str = ""
    least: float = 0.0
    most: float = math.inf
    share: float = 0.95
    decides: bool = True

    @property
    def elsewhere(self) -> set[str]:
        return set()

    def __str__(self) -> str:
        cost = f"{self.count}({self.run})"
        cost += f" / {self.count}({self.over})" if self.over else ""
        cost += f" >= {self.least:g}" if self.least else ""
        return cost + (f" <= {self.most:g}" if self.most < math.inf else "")


@dataclass(frozen=True)
class UnitTest:
    """A statement of mathematics, decided by tests of the code instead of scores."""

    ids: tuple[str, ...]

    @property
    def elsewhere(self) -> set[str]:
        return set()


Test = Contrast | Either | Reach | Balance | Race | UnitTest


@dataclass(frozen=True)
class Claim:
    """Judged on each of its panels apart; of the panels `beyond` the paper does not speak."""

    id: str
    place: str
    says: str
    tested: str
    tests: tuple[Test, ...]
    panels: tuple[str, ...] = ()
    beyond: tuple[str, ...] = ()

    @property
    def ids(self) -> tuple[str, ...]:
        """One for each verdict."""
        return tuple(f"{self.id}/{name}" for name in (*self.panels, *self.beyond)) or (self.id,)


def better(
    run: str, other: str, step: int, above: float = 0.0, share: float = 1.0, decides: bool = True
) -> Contrast:
    """s(run) - share s(other) > above."""
    return Contrast((Term(1, run, step), Term(-share, other, step)), above, decides)
