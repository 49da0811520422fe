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
from remeta.report.kinds import pictures
from remeta.report.readers import reading
from remeta.report.text import markdown
from remeta.report.wording import claimed, effect, verdict


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

    def longest(self, panel: Panel) -> str:
        """The number of iterations of a panel that trains."""
        trains = panel.kind in ("adaptation", "training")
        return str(self.table(panel, "_curves.csv").iteration.max()) if trains else "-"


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
    ways = dict.fromkeys(reading(panel) for panel in panels)
    parts += ["## How to read the numbers\n", *ways]
    parts += [text for panel in run for text in _panel(panel, claims, at)]
    parts += ["## Claims\n", *(_claim(list(rows)) for _, rows in groupby(claims, _name))]
    parts += ["## Where paper, official code and we differ\n"]
    parts += ["".join(f"- {text}\n" for text in deviations)]
    return "\n".join(parts)


def _sizes(panels: Sequence[Panel], at: Sheet) -> str:
    head = ("panel", "runs", "seeds", "held-out tasks", "iterations", "environment steps", "hours")
    rows = []
    for panel in panels:
        table, iterations = at.table(panel, ".csv"), at.longest(panel)
        runs = ", ".join([*panel.runs, *(f"{run} (of {home})" for home, run in panel.borrowed)])
        tasks = str(table.tasks.max()) if "tasks" in table else "-"
        sizes = [str(table.seeds.max()), tasks, iterations]
        rows.append([panel.name, runs, *sizes, *spent(at.folder / panel.name / "costs")])
    return markdown(head, rows)


def _panel(panel: Panel, claims: Sequence[Verdict], at: Sheet) -> list[str]:
    images = [at.link(at.figures / f"{panel.name}{part}.png") for part in pictures(panel)]
    judged = [row for row in claims if row.panel == panel.name]
    verdicts = [[row.id, row.says, verdict(row), effect(row)] for row in judged]
    return [
        f"## {panel.title}\n",
        f"The paper: {panel.shows}\n",
        *(f"![{panel.title}]({image})\n" for image in images),
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
        tasks = f", {row.tasks} tasks" if row.tasks else ""
        seeds = f" {row.seeds} seeds{tasks}." if row.seeds else ""
        bound = f" (claimed {claimed(row)})" if claimed(row) else ""
        found = f" {effect(row)}{bound}." if effect(row) else ""
        note = f" Caution: {row.caution}." if row.caution else ""
        lines.append(f"- {where}**{row.verdict}**.{found}{seeds}{note}")
        if row.seeds:
            lines += [f"  - {detail}" for detail in row.details.split("; ")]
    return "\n".join(lines) + "\n"
