"""The report of a paper: what was run, what it showed, what was claimed, and where we differ."""

import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from io import StringIO
from itertools import groupby
from pathlib import Path
from types import ModuleType

import pandas as pd

from remeta.frozen import Advice
from remeta.papers.panel import Panel
from remeta.report.claims.conditions import pairs
from remeta.report.claims.verdicts import Verdict
from remeta.report.evidence.costs import spent
from remeta.report.evidence.prices import PRICES, core_hours
from remeta.report.kinds import kind_of
from remeta.report.pages.glance import glance
from remeta.report.pages.wording import both, claimed, effect
from remeta.report.text import markdown, number


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
        """The number of iterations of a panel that has curves of training."""
        trained = "_curves" in kind_of(panel).frames
        return str(self.table(panel, "_curves.csv").iteration.max()) if trained else "-"


def compose(paper: ModuleType, claims: Sequence[Verdict], at: Sheet) -> str:
    """The whole page."""
    profile = at.folder.parent.name
    run = [panel for panel in paper.PANELS if at.has(panel)]
    missing = [panel for panel in paper.PANELS if not at.has(panel)]
    title = str(paper.__doc__).strip().removesuffix(".")
    parts = [f"# {title}\n", f"{paper.ABOUT}\n", f"Profile `{profile}`.\n"]
    parts += ["## What was run\n", _sizes(run, at)]
    parts += (
        [_missing(missing, core_hours(at.folder.parents[1] / PRICES.name, profile))]
        if missing
        else []
    )
    ways = dict.fromkeys(kind_of(panel).reading for panel in run)
    parts += ["## How to read the numbers\n", *ways] if ways else []
    parts += [text for group in _conditions(run) for text in _panel(group, claims, at)]
    parts += ["## All claims\n", glance(claims)]
    notes = paper.READING.get(profile, ())
    parts += ["## How to read these verdicts\n", *(f"{text}\n" for text in notes)] if notes else []
    parts += ["## Claims one by one\n"]
    parts += [_claim([*rows], at) for _, rows in groupby(claims, _name)]
    parts += ["## Where paper, official code and we differ\n"]
    parts += ["".join(f"- {text}\n" for text in paper.DEVIATIONS)]
    return "\n".join(parts)


def _sizes(panels: Sequence[Panel], at: Sheet) -> str:
    head = ("panel", "runs", "seeds", "held-out tasks", "iterations", "environment steps", "hours")
    rows = []
    for panel in panels:
        table, iterations = at.table(panel, ".csv"), at.longest(panel)
        runs = ", ".join([*panel.runs, *(f"{run} (of {home})" for home, run in panel.borrowed)])
        runs = runs or f"those of {', '.join(panel.made_of)}"
        tasks = str(table.tasks.max()) if "tasks" in table else "-"
        sizes = [str(table.seeds.max()), tasks, iterations]
        rows.append([panel.name, runs, *sizes, *spent(at.folder / panel.name / "costs")])
    return markdown(head, rows)


def _missing(panels: Sequence[Panel], hours: Mapping[str, float]) -> str:
    """The panels without results, and what they would cost where that was measured."""
    names = [
        f"{panel.name} ({number(hours[panel.id])})" if panel.id in hours else panel.name
        for panel in panels
    ]
    told = any(panel.id in hours for panel in panels)
    price = " In brackets: core-hours of training, by `remeta price`." if told else ""
    return f"Not run in this profile: {', '.join(names)}.{price}\n"


def _conditions(panels: Sequence[Panel]) -> list[list[Panel]]:
    """Evenly tuned panels behind those that they are the siblings of, if these were run."""
    groups: dict[str, list[Panel]] = {}
    for panel in sorted(panels, key=lambda panel: bool(panel.published)):
        groups.setdefault(panel.published or panel.name, []).append(panel)
    return [*groups.values()]


def _panel(group: Sequence[Panel], claims: Sequence[Verdict], at: Sheet) -> list[str]:
    """One panel, under one or both conditions."""
    first, *others = group
    parts = kind_of(first).pictures(first)
    images = [at.link(at.figures / f"{first.name}{part}.png") for part in parts]
    found = pairs([row for row in claims if row.panel in {panel.name for panel in group}])
    head, sides = both(found)
    told = [[pair.id, pair.row.says, *side] for pair, side in zip(found, sides, strict=True)]
    return [
        f"## {first.title}\n",
        f"{first.source}: {first.shows}\n",
        *(f"![{first.title}]({image})\n" for image in images),
        at.text(first, ".md"),
        *(text for panel in others for text in ("Evenly tuned:\n", at.text(panel, ".md"))),
        markdown(("claim", "statement", *head), told) if told else "",
    ]


def _name(row: Verdict) -> str:
    return row.claim


def _claim(rows: Sequence[Verdict], at: Sheet) -> str:
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
    lines += [f"- {told}" for pair in pairs(rows) if (told := pair.sentence(at.folder))]
    return "\n".join(lines) + "\n"
