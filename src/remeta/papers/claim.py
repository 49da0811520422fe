"""A claim: what a paper says, where, and the tests that decide whether our numbers bear it out.

A test compares measures of runs: numbers of every seed, and of every held-out task where there are
any. What a measure is called, counts in and means is told by the kind of panel it is taken on
(`remeta.report.kinds`). Tests that do not decide are shown beside the verdict.
"""

import math
from dataclasses import dataclass, replace
from typing import Literal, TypeVar

UPDATES = (1, 2, 3, 4, 5)
SIMILAR = 0.1  # of the best gain: less is a difference nobody would see in the figure
GOOD = 0.95  # of a gain, where nothing else is said


@dataclass(frozen=True)
class Term:
    """A measure of a run, times a weight; a summand of a contrast."""

    weight: float
    measure: str
    run: str
    panel: str = ""  # if not the claim's own

    def __str__(self) -> str:
        where = f"{self.run}, {self.panel}" if self.panel else self.run
        factor = "" if abs(self.weight) == 1 else f"{abs(self.weight):g} "
        return f"{factor}{self.measure}({where})"


@dataclass(frozen=True)
class Contrast:
    """A weighted sum of measures, paired by seed and task, lies between two bounds."""

    terms: tuple[Term, ...]
    above: float = -math.inf
    below: float = math.inf
    decides: bool = True

    @property
    def elsewhere(self) -> set[str]:
        """Further panels it takes numbers from."""
        return {term.panel for term in self.terms} - {""}

    def __str__(self) -> str:
        signs = ["- " if term.weight < 0 else "+ " for term in self.terms]
        total = " ".join(f"{sign}{term}" for sign, term in zip(signs, self.terms, strict=True))
        total = total.removeprefix("+ ")
        if -self.above == self.below < math.inf:
            return f"|{total}| < {self.below:g}"
        bound = f" > {self.above:g}" if self.above > -math.inf else ""
        return total + bound + (f" < {self.below:g}" if self.below < math.inf else "")


@dataclass(frozen=True)
class Either:
    """At least one of some contrasts holds."""

    contrasts: tuple[Contrast, ...]
    decides: bool = True

    @property
    def elsewhere(self) -> set[str]:
        return {name for contrast in self.contrasts for name in contrast.elsewhere}

    def __str__(self) -> str:
        return " or ".join(map(str, self.contrasts))


Count = Literal[
    "steps", "all steps", "iterations", "roll-outs", "honest roll-outs", "all roll-outs"
]


@dataclass(frozen=True)
class Race:
    """What a run spends until it is good, or how many times as much as the run it is put `over`.

    Good is a `share` of what the reference run gains over the untrained start, or the panel's best
    run where none is named. `steps` are the environment's; `all steps` also those by which the
    expert learned and demonstrated. Roll-outs are counted as MRI does,
    before the update only; honestly, with those after it; or all, with demonstrations and the
    expert's episodes.
    """

    run: str
    count: Count
    over: str = ""
    reference: str = ""
    share: float = GOOD
    least: float = 0.0
    most: float = math.inf
    strict: bool = False  # as much as `least` is not enough
    decides: bool = True

    @property
    def elsewhere(self) -> set[str]:
        return set()

    def __str__(self) -> str:
        cost = f"{self.count}({self.run})"
        cost += f" / {self.count}({self.over})" if self.over else ""
        if self.share != GOOD:
            cost += f" to {100 * self.share:g} % of {self.reference or 'the best'}"
        cost += f" {'>' if self.strict else '>='} {self.least:g}" if self.least else ""
        return cost + (f" <= {self.most:g}" if self.most < math.inf else "")


@dataclass(frozen=True)
class UnitTest:
    """A statement of mathematics, decided by tests of the code instead of numbers."""

    ids: tuple[str, ...]

    @property
    def elsewhere(self) -> set[str]:
        return set()


Test = Contrast | Either | Race | UnitTest
Weighed = TypeVar("Weighed", Contrast, Either, Race)


@dataclass(frozen=True)
class Claim:
    """Judged on each of its panels apart; of the panels `beyond` the paper does not speak.

    One test decides, or several that must all hold.
    """

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


def shown(test: Weighed) -> Weighed:
    """Beside the verdict, without a say in it."""
    return replace(test, decides=False)


def more(measure: str, run: str, other: str, by: float = 0.0, share: float = 1.0) -> Contrast:
    """measure(run) - share measure(other) > by."""
    return Contrast((Term(1, measure, run), Term(-share, measure, other)), by)


def similar(measure: str, run: str, other: str) -> Contrast:
    """Neither is higher by more than a reader would see."""
    return Contrast((Term(1, measure, run), Term(-1, measure, other)), -SIMILAR, SIMILAR)


def higher(measure: str, run: str, bound: float, panel: str = "") -> Contrast:
    return Contrast((Term(1, measure, run, panel),), above=bound)


def lower(measure: str, run: str, bound: float, panel: str = "") -> Contrast:
    return Contrast((Term(1, measure, run, panel),), below=bound)
