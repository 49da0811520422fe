"""The stages of reports: each reads results, checks them, and writes whole files or none."""

import json
import math
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pandas as pd

from remeta.frozen import Advice
from remeta.papers.panel import Panel
from remeta.papers.registry import conditions, paper_named
from remeta.report.claims.outcome import NOT_RUN
from remeta.report.claims.verdicts import read_claims, verdicts
from remeta.report.claims.verdicts import table as claims_table
from remeta.report.kinds import kind_of, present, read
from remeta.report.pages import report as page
from remeta.report.text import latex, markdown
from remeta.storage import write_text


def table(panel: Panel, profile: str, seeds: Sequence[int], root: Path) -> None:
    """<panel>.csv, .md and .tex, and perhaps <panel>_curves.csv or <panel>_modules.csv.

    All in results/<profile>/<paper>/tables.
    """
    results = read(panel, profile, seeds, root)
    frames, (head, lines) = kind_of(panel).tables(results)
    stem = root / profile / panel.paper / "tables" / panel.name
    write_text(stem.with_suffix(".md"), markdown(head, lines))
    write_text(stem.with_suffix(".tex"), latex(head, lines))
    for part, frame in frames.items():
        _write_csv(stem.with_name(f"{panel.name}{part}.csv"), frame)


def figure(panel: Panel, profile: str, seeds: Sequence[int], root: Path, figures: Path) -> None:
    """<figures>/<paper>/<panel>.pdf and .png, and where MAME trains <panel>_diagnostics.

    The evenly tuned sibling of a panel, if it was run, is drawn beside it.
    """
    if panel.published:
        raise Advice(f"{panel.id} is drawn beside {panel.published}; draw that.")
    siblings = present(conditions(panel)[1:], profile, seeds, root).values()
    results = [read(panel, profile, seeds, root), *siblings]
    kind_of(panel).draw(results, figures / panel.paper / panel.name)


def claims(paper_name: str, profile: str, seeds: Sequence[int], root: Path) -> None:
    """claims.csv and summary.json of the panels that were run in this profile."""
    paper, folder = paper_named(paper_name), root / profile / paper_name
    known = present(paper.PANELS, profile, seeds, root)
    rows = verdicts(paper.CLAIMS, known, profile)
    summary = {
        "panels": {name: _summary(results) for name, results in known.items()},
        "claims": {
            row.id: _finite({"effect": row.effect}) | {"verdict": row.verdict}
            for row in rows
            if row.verdict != NOT_RUN
        },
    }
    _write_csv(folder / "claims.csv", claims_table(rows))
    write_text(folder / "summary.json", json.dumps(summary, indent=2) + "\n")


def report(paper_name: str, profile: str, root: Path, figures: Path) -> None:
    """report.md of a paper in a profile, from its tables and claims."""
    paper, folder = paper_named(paper_name), root / profile / paper_name
    at = page.Sheet(folder, figures / paper_name, folder / "report.md")
    write_text(at.page, page.compose(paper, read_claims(folder / "claims.csv"), at))


def _summary(results: Any) -> dict[str, dict[str, float]]:
    found = kind_of(results.panel).summary(results)
    return {run: _finite(values) for run, values in found.items()}


def _finite(values: dict[str, float]) -> dict[str, float]:
    """Six digits of what JSON can hold."""
    return {name: float(f"{v:.6g}") for name, v in values.items() if math.isfinite(v)}


def _write_csv(path: Path, frame: pd.DataFrame) -> None:
    write_text(path, frame.to_csv(index=False, float_format="%.6g", lineterminator="\n"))
