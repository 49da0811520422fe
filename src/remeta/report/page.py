"""The report of a paper: what was run, what it showed, what was claimed, and where we differ."""

import os
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from io import StringIO
from itertools import groupby
from pathlib import Path

import pandas as pd

from remeta.frozen import Advice
from remeta.papers.panel import Panel
from remeta.report.claims import Verdict
from remeta.report.costs import spent
from remeta.report.text import markdown
from remeta.report.wording import claimed, effect, verdict

INTERVALS = """R_k is the undiscounted return of held-out tasks after k updates, s_k the same on the
expert scale (0: the random start before any update, 1: the expert). Tables give interquartile
means; their intervals (95 %, bootstrap) redraw seeds and held-out tasks together: they cover
another training, and other tasks of the same kind. Bands in figures redraw seeds only. Claims
compare runs paired by seed and task, and a verdict needs the whole interval on one side of what is
claimed: what lies across is inconclusive. A bootstrap over 2 or 3 seeds gives intervals that are
too narrow, over one seed none: each verdict names its seeds.
"""


@dataclass(frozen=True)
class Sheet:
    """Where the parts of a paper's report lie."""

    folder: Path  # results/<profile>/<paper>
    figures: Path  # <figures>/<paper>
    page: Path

    def has(self, panel: Panel) -> bool:
        return (self.folder / "tables" / f"{panel.name}.csv").exists()

    def link(self, path: Path) -> str:
        """As the page writes it."""
        return Path(os.path.relpath(path, self.page.parent)).as_posix()

    def text(self, panel: Panel, ending: str) -> str:
        """A part of a panel's table."""
        path = self.folder / "tables" / f"{panel.name}{ending}"
        try:
            return path.read_text()
        except OSError as missing:
            remedy = f"run `dvc repro {panel.id}`"
            raise Advice(f"{path} cannot be read ({missing}); {remedy}.") from missing

    def table(self, panel: Panel, ending: str) -> pd.DataFrame:
        return pd.read_csv(StringIO(self.text(panel, ending)))


def compose(
    title: str,
    panels: Sequence[Panel],
    claims: Sequence[Verdict],
    deviations: Iterable[str],
    at: Sheet,
) -> str:
    """The whole page."""
    run = [panel for panel in panels if at.has(panel)]
    missing = ", ".join(panel.name for panel in panels if not at.has(panel))
    parts = [f"# {title}\n", f"Profile `{at.folder.parent.name}`.\n", "## What was run\n"]
    parts += [_sizes(run, at)]
    parts += [f"Not run in this profile: {missing}.\n"] if missing else []
    parts += ["## How to read the numbers\n", INTERVALS]
    parts += [text for panel in run for text in _panel(panel, claims, at)]
    parts += ["## Claims\n", *(_claim(list(rows)) for _, rows in groupby(claims, _name))]
    parts += ["## Where paper, official code and we differ\n"]
    parts += ["".join(f"- {text}\n" for text in deviations)]
    return "\n".join(parts)


def _sizes(panels: Sequence[Panel], at: Sheet) -> str:
    head = ("panel", "runs", "seeds", "held-out tasks", "iterations", "environment steps", "hours")
    rows = []
    for panel in panels:
        table = at.table(panel, ".csv")
        curves = at.table(panel, "_curves.csv")
        runs = ", ".join([*panel.runs, *(f"{run} (of {home})" for home, run in panel.borrowed)])
        sizes = [str(table.seeds.max()), str(table.tasks.max()), str(curves.iteration.max())]
        rows.append([panel.name, runs, *sizes, *spent(at.folder / panel.name / "costs")])
    return markdown(head, rows)


def _panel(panel: Panel, claims: Sequence[Verdict], at: Sheet) -> list[str]:
    picture = at.link(at.figures / f"{panel.name}.png")
    judged = [row for row in claims if row.panel == panel.name]
    verdicts = [[row.id, row.says, verdict(row), effect(row)] for row in judged]
    return [
        f"## {panel.title}\n",
        f"The paper: {panel.shows}\n",
        f"![{panel.title}]({picture})\n",
        at.text(panel, ".md"),
        markdown(("claim", "statement", "verdict", "effect [95 %]"), verdicts) if verdicts else "",
    ]


def _name(row: Verdict) -> str:
    return row.claim


def _claim(rows: Sequence[Verdict]) -> str:
    """One claim: the sentence, how it is tested, and every test's outcome on every panel."""
    first = rows[0]
    lines = [f"### {first.claim}: {first.says}\n", f"{first.place}. Test: {first.tested}\n"]
    for row in rows:
        where = f"{row.panel}: " if row.panel else ""
        seeds = f" {row.seeds} seeds, {row.tasks} tasks." if row.seeds else ""
        bound = f" (claimed {claimed(row)})" if claimed(row) else ""
        found = f" {effect(row)}{bound}." if effect(row) else ""
        note = f" Caution: {row.caution}." if row.caution else ""
        lines.append(f"- {where}**{row.verdict}**.{found}{seeds}{note}")
        if row.seeds:
            lines += [f"  - {detail}" for detail in row.details.split("; ")]
    return "\n".join(lines) + "\n"
