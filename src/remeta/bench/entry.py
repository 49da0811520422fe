"""One line of the benchmark: what was measured on two sides, and whether it is what we aim at."""

from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median
from typing import Literal


@dataclass(frozen=True)
class Spread:
    """The ratios of all rounds in three numbers."""

    min: float
    median: float
    max: float


@dataclass(frozen=True)
class Target:
    """A bound on our side, or on the median ratio."""

    of: Literal["ratio", "ours"]
    sign: Literal["<=", ">="]
    bound: float

    def met(self, value: float) -> bool:
        return value <= self.bound if self.sign == "<=" else value >= self.bound

    def __str__(self) -> str:
        return f"{self.of} {self.sign} {self.bound:g}"


@dataclass(frozen=True)
class Entry:
    """`what` says which way the ratio goes; `ours` and `other` are medians of the raw values."""

    name: str
    what: str
    unit: str
    ours: float | None  # None where it could not be measured
    other: float | None
    ratio: Spread | None
    target: str
    met: bool


def compared(
    name: str,
    what: str,
    unit: str,
    ours: Sequence[float],
    other: Sequence[float],
    ratios: Sequence[float],
    target: Target,
) -> Entry:
    """Two sides, round by round."""
    spread = Spread(min(ratios), median(ratios), max(ratios))
    judged = spread.median if target.of == "ratio" else median(ours)
    met = target.met(judged)
    return Entry(name, what, unit, median(ours), median(other), spread, str(target), met)


def alone(name: str, what: str, unit: str, ours: Sequence[float], target: Target) -> Entry:
    """One side only, against a bound."""
    value = median(ours)
    return Entry(name, what, unit, value, None, None, str(target), target.met(value))


def over(above: Sequence[float], below: Sequence[float]) -> list[float]:
    """Ratios round by round."""
    return [a / b for a, b in zip(above, below, strict=True)]
