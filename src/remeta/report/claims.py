"""A verdict for every claim on every panel it speaks of, as rows."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, fields, replace
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from remeta.frozen import Advice
from remeta.papers.claim import Claim, Test, UnitTest
from remeta.papers.panel import Panel
from remeta.report.judge_training import judge
from remeta.report.outcome import NOT_RUN, UNIT_TEST, Outcome, decisive
from remeta.report.readers import reader
from remeta.report.statistics import FEW

NAN = float("nan")


@dataclass(frozen=True)
class Verdict:
    """A row of claims.csv; effect, interval and bounds are those of the test that decided."""

    profile: str
    id: str
    claim: str
    panel: str
    place: str
    says: str
    verdict: str
    effect: float = NAN
    low: float = NAN
    high: float = NAN
    unit: str = ""
    censored: str = ""
    least: float = NAN
    most: float = NAN
    improvement: float = NAN
    improvement_low: float = NAN
    improvement_high: float = NAN
    seeds: int = 0
    tasks: int = 0
    tested: str = ""
    details: str = ""  # every test with its outcome, one after another
    caution: str = ""


COLUMNS = tuple(field.name for field in fields(Verdict))


def present(
    panels: Sequence[Panel], profile: str, seeds: Sequence[int], root: Path
) -> dict[str, Any]:
    """The panels that were run, by name; one that has some of its files must have all."""
    known = [reader(panel, profile, seeds, root) for panel in panels]
    return {results.panel.name: results for results in known if results.exist(results.evidence)}


def verdicts(claims: Sequence[Claim], known: Mapping[str, Any], profile: str) -> list[Verdict]:
    """In the order of claims; a claim on panels that are not known has not been run."""
    return [replace(row, profile=profile) for claim in claims for row in _rows(claim, known)]


def table(rows: Sequence[Verdict]) -> pd.DataFrame:
    return pd.DataFrame([asdict(row) for row in rows], columns=list(COLUMNS))


def read_claims(path: Path) -> list[Verdict]:
    """The rows of a claims.csv."""
    remedy = "run `dvc repro --force` of its claims stage"
    numbers = {name: [""] for name, kind in Verdict.__annotations__.items() if kind is float}
    try:
        rows = pd.read_csv(path, keep_default_na=False, na_values=numbers)
    except (OSError, ValueError) as broken:
        raise Advice(f"{path} cannot be read ({broken}); {remedy}.") from broken
    if tuple(rows.columns) != COLUMNS:
        raise Advice(f"{path} has not the columns {', '.join(COLUMNS)}; {remedy}.")
    return [
        Verdict(**{str(name): value for name, value in row.items()})
        for row in rows.to_dict("records")
    ]


def beyond(row: Verdict, ratio: bool) -> tuple[float, float, float]:
    """Effect, low and high from the claimed bound on: as differences, or ratios within 1/100..100.

    More is always better for the claim: where less of something is claimed, ratios are inverted
    and differences turned; where it should lie within two bounds, the nearer one counts.
    """
    values = np.array([row.effect, row.low, row.high])
    if ratio:
        less = math.isfinite(row.most)
        ratios = row.most / values[[0, 2, 1]] if less else values / row.least
        return tuple(np.clip(ratios, 0.01, 100))
    if not math.isfinite(row.most):
        return tuple(values - row.least)
    if not math.isfinite(row.least):
        return tuple(row.most - values[[0, 2, 1]])
    middle, half = (row.least + row.most) / 2, (row.most - row.least) / 2
    off = np.abs(values - middle)
    nearest = 0.0 if row.low <= middle <= row.high else off[1:].min()
    return tuple(half - np.array([off[0], off[1:].max(), nearest]))


def _rows(claim: Claim, known: Mapping[str, Any]) -> list[Verdict]:
    if not claim.panels:
        ids = " ".join(name for test in claim.tests for name in _ids(test))
        return [_row(claim, "", UNIT_TEST, details=ids)]
    rows = []
    for panel in (*claim.panels, *claim.beyond):
        needed = {panel, *(name for test in claim.tests for name in test.elsewhere)}
        run = needed <= set(known)
        rows.append(_judged(claim, panel, known) if run else _row(claim, panel, NOT_RUN))
    return rows


def _judged(claim: Claim, panel: str, known: Mapping[str, Any]) -> Verdict:
    def find(name: str) -> Any:
        return known[name or panel]

    outcomes = [judge(test, find, f"{claim.id}/{panel}") for test in claim.tests]
    headline, results = decisive(outcomes), find("")
    names = ("improvement", "improvement_low", "improvement_high")
    return _row(
        claim,
        panel,
        headline.verdict,
        effect=headline.effect,
        low=headline.low,
        high=headline.high,
        unit=headline.unit,
        censored=headline.censored,
        least=headline.least,
        most=headline.most,
        seeds=len(results.seeds),
        tasks=results.tasks,
        details="; ".join(map(str, outcomes)),
        caution=_caution(results, headline),
        **dict(zip(names, headline.improvement or (NAN, NAN, NAN), strict=True)),
    )


def _row(claim: Claim, panel: str, verdict: str, **found) -> Verdict:
    beyond = " (beyond the paper)" if panel in claim.beyond else ""
    return Verdict(
        profile="",
        id=f"{claim.id}/{panel}" if panel else claim.id,
        claim=claim.id,
        panel=panel,
        place=claim.place + beyond,
        says=claim.says,
        verdict=verdict,
        tested=claim.tested,
        **found,
    )


def _caution(results: Any, headline: Outcome) -> str:
    seeds = len(results.seeds)
    few = {f"{seeds} seeds: the interval is too narrow over seeds": 1 < seeds < FEW}
    cautions = {**results.cautions(headline), **few}
    return "; ".join(text for text, holds in cautions.items() if holds)


def _ids(test: Test) -> tuple[str, ...]:
    return test.ids if isinstance(test, UnitTest) else ()
