"""Whether a panel that was trained anew says the same: interval by interval, verdict by verdict."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np

from remeta.papers.claim import Claim
from remeta.report.claims.outcome import NOT_RUN
from remeta.report.claims.verdicts import Verdict, verdicts
from remeta.report.evidence.files import Files
from remeta.report.evidence.scores import Scores
from remeta.report.kinds import kind_of
from remeta.report.pages.wording import effect
from remeta.report.rows import where
from remeta.report.statistics.redraws import flat, generator, interval, iqm, redrawn
from remeta.report.text import markdown, number, ranged

IDENTICAL, OVERLAPS, SAME, APART = "identical", "overlaps", "same verdict", "APART"
HEAD = ("run or claim", "of", "committed", "new", "new - committed", "agrees")

Key = tuple[str, str]  # a run, and what of it


class Row(NamedTuple):
    """A value with its interval, and the scores [seed, task] it was made of, if it was."""

    value: float
    low: float
    high: float
    cells: np.ndarray | None = None


@dataclass(frozen=True)
class Line:
    """A row of the comparison; what only one side has is apart."""

    name: str
    of: str
    committed: str
    new: str
    difference: str
    agrees: str

    @property
    def cells(self) -> tuple[str, ...]:
        return self.name, self.of, self.committed, self.new, self.difference, self.agrees


def compared(committed: Files, new: Files, claims: Sequence[Claim]) -> list[Line]:
    """Every row of the panel's table, and every claim that the panel alone decides."""
    was, now = _rows(committed), _rows(new)
    keys = [*now, *(key for key in was if key not in now)]
    rows = [_row(key, was.get(key), now.get(key)) for key in keys]
    return [*rows, *_verdicts(committed, new, claims)]


def table(lines: Sequence[Line]) -> str:
    """Pipes, with columns as wide as their widest cell."""
    rows = [HEAD, *(line.cells for line in lines)]
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    head, *body = [[c.ljust(w) for c, w in zip(row, widths, strict=True)] for row in rows]
    return markdown(head, body)


def same_files(committed: Any, new: Any) -> tuple[int, int]:
    """How many of the files that a panel is judged by have the same bytes, and of how many."""
    pairs = [*zip(committed.inputs(), new.inputs(), strict=True)]
    return sum(one.read_bytes() == other.read_bytes() for one, other in pairs), len(pairs)


def _rows(results: Any) -> dict[Key, Row]:
    """A run's scores after some updates, where tasks are held out; else what is measured of it."""
    if isinstance(results, Scores):
        return {key: _score(results, *key) for key in _scored(results)}
    table = kind_of(results.panel).frames[""](results)
    return {
        (str(run), str(measure)): Row(float(value), float(low), float(high))
        for run, measure, value, low, high in zip(
            *(table[name] for name in ("run", "measure", "value", "low", "high")), strict=True
        )
    }


def _scored(results: Scores) -> Iterator[Key]:
    """The ends of the scale come last."""
    for run in dict.fromkeys((*results.runs, *results.all_runs)):
        for metric in sorted(set(where(results.scores, run=run).metric)):
            for step in results.steps(run, metric):
                yield run, f"{metric} after {step}"


def _score(results: Scores, run: str, measure: str) -> Row:
    metric, step = measure.split(" after ")
    cells = results.matrix(run, int(step), metric)
    low, high = interval(iqm(redrawn(cells, generator(results.panel.id, run, metric, step))))
    return Row(float(iqm(flat(cells))), float(low), float(high), cells)


def _row(key: Key, was: Row | None, now: Row | None) -> Line:
    old, fresh = ("" if side is None else ranged(*side[:3]) for side in (was, now))
    if was is None or now is None:
        return Line(*key, old, fresh, "", APART)
    one, other = (side[:3] if side.cells is None else side.cells for side in (was, now))
    overlap = was.low <= now.high and now.low <= was.high
    agrees = IDENTICAL if np.array_equal(one, other) else OVERLAPS if overlap else APART
    return Line(*key, old, fresh, _difference(key, was, now), agrees)


def _difference(key: Key, was: Row, now: Row) -> str:
    """Where seeds and tasks are the same, paired by both, with the interval of its mean."""
    if was.cells is None or now.cells is None:
        return number(now.value - was.value)
    if was.cells.shape != now.cells.shape:
        return ""
    change = now.cells - was.cells
    low, high = interval(redrawn(change, generator(*key)).mean(-1))
    return ranged(float(change.mean()), float(low), float(high))


def _verdicts(committed: Files, new: Files, claims: Sequence[Claim]) -> Iterator[Line]:
    name = new.panel.name
    own = [claim for claim in claims if name in (*claim.panels, *claim.beyond)]
    was, now = ({row.id: row for row in _judged(own, side)} for side in (committed, new))
    for claim, row in now.items():
        if row.verdict != NOT_RUN:  # else it is about other panels, too
            agrees = SAME if row.verdict == was[claim].verdict else APART
            agrees = IDENTICAL if _told(row) == _told(was[claim]) else agrees
            yield Line(row.claim, "verdict", _told(was[claim]), _told(row), "", agrees)


def _judged(claims: Sequence[Claim], results: Files) -> list[Verdict]:
    name = results.panel.name
    rows = verdicts(claims, {name: results}, results.profile)
    return [row for row in rows if row.panel == name]


def _told(row: Verdict) -> str:
    return f"{row.verdict}, {effect(row)}".removesuffix(", ")
