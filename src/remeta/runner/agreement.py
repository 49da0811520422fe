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
HEADER = ("run or claim", "of", "committed", "new", "new - committed", "agrees")

Key = tuple[str, str]  # a run, and what of it


class Estimate(NamedTuple):
    """A value with its interval, and the scores [seed, task] it was made of, if it was."""

    value: float
    low: float
    high: float
    scores: np.ndarray | None = None


@dataclass(frozen=True)
class Comparison:
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


def compare(committed: Files, new: Files, claims: Sequence[Claim]) -> list[Comparison]:
    """Every row of the panel's table, and every claim that the panel alone decides."""
    old, fresh = _estimates(committed), _estimates(new)
    keys = [*fresh, *(key for key in old if key not in fresh)]
    comparisons = [_comparison(key, old.get(key), fresh.get(key)) for key in keys]
    return [*comparisons, *_verdicts(committed, new, claims)]


def table(comparisons: Sequence[Comparison]) -> str:
    """Pipes, with columns as wide as their widest cell."""
    rows = [HEADER, *(row.cells for row in comparisons)]
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    head, *body = [[c.ljust(w) for c, w in zip(row, widths, strict=True)] for row in rows]
    return markdown(head, body)


def same_files(committed: Any, new: Any) -> tuple[int, int]:
    """How many of the files that a panel is judged by have the same bytes, and of how many."""
    pairs = [*zip(committed.inputs(), new.inputs(), strict=True)]
    return sum(one.read_bytes() == other.read_bytes() for one, other in pairs), len(pairs)


def _estimates(results: Any) -> dict[Key, Estimate]:
    """A run's scores after some updates, where tasks are held out; else what is measured of it."""
    if isinstance(results, Scores):
        return {key: _estimate_of_scores(results, *key) for key in _measures(results)}
    table = kind_of(results.panel).frames[""](results)
    return {
        (str(run), str(measure)): Estimate(float(value), float(low), float(high))
        for run, measure, value, low, high in zip(
            *(table[name] for name in ("run", "measure", "value", "low", "high")), strict=True
        )
    }


def _measures(results: Scores) -> Iterator[Key]:
    """The ends of the scale come last."""
    for run in dict.fromkeys((*results.runs, *results.all_runs)):
        for metric in sorted(set(where(results.scores, run=run).metric)):
            for step in results.steps(run, metric):
                yield run, f"{metric} after {step}"


def _estimate_of_scores(results: Scores, run: str, measure: str) -> Estimate:
    metric, step = measure.split(" after ")
    scores = results.matrix(run, int(step), metric)
    low, high = interval(iqm(redrawn(scores, generator(results.panel.id, run, metric, step))))
    return Estimate(float(iqm(flat(scores))), float(low), float(high), scores)


def _comparison(key: Key, old: Estimate | None, new: Estimate | None) -> Comparison:
    committed, fresh = ("" if side is None else ranged(*side[:3]) for side in (old, new))
    if old is None or new is None:
        return Comparison(*key, committed, fresh, "", APART)
    one, other = (side[:3] if side.scores is None else side.scores for side in (old, new))
    overlap = old.low <= new.high and new.low <= old.high
    agrees = IDENTICAL if np.array_equal(one, other) else OVERLAPS if overlap else APART
    return Comparison(*key, committed, fresh, _difference(key, old, new), agrees)


def _difference(key: Key, old: Estimate, new: Estimate) -> str:
    """Where seeds and tasks are the same, paired by both, with the interval of its mean."""
    if old.scores is None or new.scores is None:
        return number(new.value - old.value)
    if old.scores.shape != new.scores.shape:
        return ""
    change = new.scores - old.scores
    low, high = interval(redrawn(change, generator(*key)).mean(-1))
    return ranged(float(change.mean()), float(low), float(high))


def _verdicts(committed: Files, new: Files, claims: Sequence[Claim]) -> Iterator[Comparison]:
    name = new.panel.name
    own = [claim for claim in claims if name in (*claim.panels, *claim.beyond)]
    old, fresh = (
        {row.id: row for row in _verdicts_of_panel(own, side)} for side in (committed, new)
    )
    for claim, row in fresh.items():
        if row.verdict != NOT_RUN:  # else it is about other panels, too
            agrees = SAME if row.verdict == old[claim].verdict else APART
            agrees = IDENTICAL if _outcome(row) == _outcome(old[claim]) else agrees
            yield Comparison(row.claim, "verdict", _outcome(old[claim]), _outcome(row), "", agrees)


def _verdicts_of_panel(claims: Sequence[Claim], results: Files) -> list[Verdict]:
    name = results.panel.name
    rows = verdicts(claims, {name: results}, results.profile)
    return [row for row in rows if row.panel == name]


def _outcome(row: Verdict) -> str:
    return f"{row.verdict}, {effect(row)}".removesuffix(", ")
