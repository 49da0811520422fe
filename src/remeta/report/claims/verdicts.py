"""A verdict for every claim on every panel it speaks of, as rows."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import MISSING, asdict, dataclass, fields, replace
from io import StringIO
from pathlib import Path
from typing import Any

import pandas as pd

from remeta.frozen import Advice
from remeta.papers.claim import Claim, Test, UnitTest
from remeta.papers.panel import TUNED
from remeta.report.claims import rules
from remeta.report.claims.outcome import NOT_RUN, UNIT_TEST

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
WORDS = tuple(field.name for field in fields(Verdict) if field.default is MISSING)


def verdicts(claims: Sequence[Claim], known: Mapping[str, Any], profile: str) -> list[Verdict]:
    """In the order of claims; a claim on panels that are not known has not been run."""
    return [replace(row, profile=profile) for claim in claims for row in _rows(claim, known)]


def table(rows: Sequence[Verdict]) -> pd.DataFrame:
    return pd.DataFrame([asdict(row) for row in rows], columns=list(COLUMNS))


def read_claims(path: Path) -> list[Verdict]:
    """The rows of a claims.csv."""
    remedy = "run `dvc repro --force` of its claims stage"
    try:
        rows = _parsed(path)
    except (OSError, ValueError) as broken:
        raise Advice(f"{path} cannot be read ({broken}); {remedy}.") from broken
    if tuple(rows.columns) != COLUMNS:
        raise Advice(f"{path} has not the columns {', '.join(COLUMNS)}; {remedy}.")
    return _verdicts(rows)


def earlier_claims(text: str) -> list[Verdict]:
    """The rows of a claims.csv of another day, which may have had more columns, or fewer."""
    rows = _parsed(StringIO(text))
    return _verdicts(rows.filter([*COLUMNS]))


def _parsed(source: Path | StringIO) -> pd.DataFrame:
    numbers = {name: [""] for name, kind in Verdict.__annotations__.items() if kind is float}
    return pd.read_csv(source, keep_default_na=False, na_values=numbers)


def _verdicts(rows: pd.DataFrame) -> list[Verdict]:
    blank: dict[str, Any] = dict.fromkeys(WORDS, "")
    return [
        Verdict(**(blank | {str(name): value for name, value in row.items()}))
        for row in rows.to_dict("records")
    ]


def _rows(claim: Claim, known: Mapping[str, Any]) -> Iterator[Verdict]:
    """One for every panel, and one more where its evenly tuned sibling was run."""
    if not (claim.panels or claim.beyond):
        ids = " ".join(name for test in claim.tests for name in _ids(test))
        yield _row(claim, "", UNIT_TEST, details=ids)
    elsewhere = {name for test in claim.tests for name in test.elsewhere}
    for panel in (*claim.panels, *claim.beyond):
        for condition in ("", TUNED):
            run = {name + condition for name in (panel, *elsewhere)} <= set(known)
            if run:
                yield _judged(claim, panel, condition, known)
            elif not condition:
                yield _row(claim, panel, NOT_RUN)


def _judged(claim: Claim, panel: str, condition: str, known: Mapping[str, Any]) -> Verdict:
    def find(name: str) -> Any:
        return known[(name or panel) + condition]

    name = f"{claim.id}/{panel}{condition}"
    outcomes = [rules.judge(test, find, name) for test in claim.tests]
    verdict, headline = rules.decide(outcomes)
    told = zip(claim.tests, outcomes, strict=True)
    decided = next(test for test, outcome in told if outcome is headline)
    notes = {**find("").cautions(headline), **rules.notes(decided, headline, find, name)}
    improvement = ("improvement", "improvement_low", "improvement_high")
    return _row(
        claim,
        panel,
        verdict,
        condition,
        effect=headline.effect,
        low=headline.low,
        high=headline.high,
        unit=headline.unit,
        censored=headline.censored,
        least=headline.least,
        most=headline.most,
        seeds=len(find("").seeds),
        tasks=find("").tasks,
        details="; ".join(map(str, outcomes)),
        caution="; ".join(text for text, holds in notes.items() if holds),
        **dict(zip(improvement, headline.improvement or (NAN, NAN, NAN), strict=True)),
    )


def _row(claim: Claim, panel: str, verdict: str, condition: str = "", **found: Any) -> Verdict:
    beyond = " (beyond the paper)" if panel in claim.beyond else ""
    return Verdict(
        profile="",
        id=f"{claim.id}/{panel}{condition}" if panel else claim.id,
        claim=claim.id,
        panel=panel + condition,
        place=claim.place + beyond,
        says=claim.says,
        verdict=verdict,
        tested=claim.tested,
        **found,
    )


def _ids(test: Test) -> tuple[str, ...]:
    return test.ids if isinstance(test, UnitTest) else ()
