"""Rows of claims.csv in words."""

import math
from collections.abc import Sequence

from remeta.report.claims.conditions import Pair
from remeta.report.claims.outcome import NOT_RUN, SUPPORTED, UNIT_TEST
from remeta.report.claims.signs import MARKS
from remeta.report.claims.verdicts import Verdict
from remeta.report.text import ranged

UNITS = {"s": "", "times": "×", "corners": "", "distance": "", "noise": ""}
UNITS |= {"gain": " of the best gain", "own gain": " of a run's own gain"}


EFFECT = "effect [95 %]"


def both(found: Sequence[Pair]) -> tuple[list[str], list[list[str]]]:
    """Columns of verdicts and effects: of both conditions where there are two, side by side."""
    single = [_side(pair.published) for pair in found]
    if not any(pair.tuned for pair in found):
        return ["verdict", EFFECT], single
    sides = zip(single, (_side(pair.tuned) for pair in found), strict=True)
    return ["as published", EFFECT, "evenly tuned", EFFECT], [[*one, *two] for one, two in sides]


def _side(row: Verdict | None) -> list[str]:
    return [verdict(row), effect(row)] if row else [NOT_RUN, ""]


def verdict(row: Verdict) -> str:
    """In sentences a unit test is as good as support."""
    sign = SUPPORTED if row.verdict == UNIT_TEST else row.verdict
    return row.verdict if sign == NOT_RUN else f"{MARKS[sign]} {row.verdict}"


def effect(row: Verdict) -> str:
    """With its interval, or the tests of a unit test."""
    if row.verdict == UNIT_TEST:
        return " ".join(f"`{name}`" for name in row.details.split())
    if math.isnan(row.low) and math.isnan(row.effect):
        return ""
    return f"{row.censored} {ranged(row.effect, row.low, row.high)}{_unit(row)}".strip()


def claimed(row: Verdict) -> str:
    """The bound of the test that decided."""
    if math.isfinite(row.most) and -row.least == row.most:
        return f"within ±{row.most:g}{_bare(row)}"
    if math.isfinite(row.most):
        sign = "<" if math.isinf(row.least) else "≤"
        return f"{sign} {row.most:g}{_bare(row)}"
    if not math.isfinite(row.least):
        return ""
    sign = "≥" if row.unit == "times" else ">"
    return f"{sign} {row.least:g}{_bare(row)}"


def _bare(row: Verdict) -> str:
    """Shares are said to be of what beside the effect."""
    return "" if _unit(row).startswith(" of ") else _unit(row)


def _unit(row: Verdict) -> str:
    return UNITS.get(row.unit, f" {row.unit}")
