"""A panel as the page shows it: the paper's statement, our picture, curves, tables, origin."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd
from markupsafe import Markup

from remeta.page.curves import plots
from remeta.page.environments import Rows, table
from remeta.page.evidence import Link, Origin, origin
from remeta.page.films.shelf import Shelf
from remeta.page.history import History
from remeta.page.markup import embedded
from remeta.page.needs import Need
from remeta.page.pictures import Carried, carried
from remeta.page.tiles import Tile, anchor
from remeta.papers.panel import Panel
from remeta.report.figures.sides import CONDITIONS
from remeta.report.kinds import kind_of
from remeta.report.pages.report import Sheet


@dataclass(frozen=True)
class Measured:
    """A panel under one condition."""

    condition: str
    rows: Rows
    files: list[Link]
    plots: Markup  # JSON, or nothing
    origin: Origin


@dataclass(frozen=True)
class Shown:
    panel: Panel
    tiles: list[Tile]
    pictures: list[Carried]
    measured: list[Measured]  # nothing if it was not run
    reading: str
    films: Shelf
    needs: list[Need]  # that it cannot be drawn without, and those of its evenly tuned sibling

    @property
    def anchor(self) -> str:
        return anchor("panel", self.panel.id)


def shown(
    panel: Panel,
    conditions: Sequence[Any],
    tiles: list[Tile],
    figures: Path,
    history: History,
    films: Shelf,
    needs: list[Need],
) -> Shown:
    """`conditions` are the results that there are, as published and evenly tuned."""
    measured = [_measured(one, len(conditions) > 1, history) for one in conditions]
    pictures = carried(panel, figures) if measured else []
    return Shown(panel, tiles, pictures, measured, kind_of(panel).reading, films, needs)


def _measured(results: Any, named: bool, history: History) -> Measured:
    panel, page = results.panel, results.root / results.profile
    at = Sheet(page / panel.paper, Path(), page)
    parts = kind_of(panel).frames
    tables: dict[str, pd.DataFrame] = {part: at.table(panel, f"{part}.csv") for part in parts}
    files = [
        Link(f"{panel.name}{end}", f"{panel.paper}/tables/{panel.name}{end}")
        for end in kind_of(panel).endings
    ]
    return Measured(
        condition=CONDITIONS[bool(panel.published)] if named else "",
        rows=table(at.text(panel, ".md")),
        files=files,
        plots=embedded([*plots(results, tables)]),
        origin=origin(results, history),
    )
