"""The page as a whole: results of a profile in, one file out."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType

from remeta.page.environments import environments
from remeta.page.films.shelf import Shelf, shelves
from remeta.page.history import History
from remeta.page.markup import templates
from remeta.page.panels import Shown, shown
from remeta.page.tiles import Tile, rows, tiles
from remeta.papers.panel import TUNED
from remeta.papers.registry import PAPERS
from remeta.report.claims.outcome import VERDICTS
from remeta.report.claims.verdicts import read_claims
from remeta.report.kinds import read
from remeta.storage import write_text

NAME = "index.html"


@dataclass(frozen=True)
class Profile:
    """Of which results a page is made, and where they lie."""

    name: str
    seeds: Sequence[int]
    root: Path
    figures: Path

    @property
    def page(self) -> Path:
        return self.root / self.name / NAME


@dataclass(frozen=True)
class Told:
    """A paper as the page tells of it."""

    name: str
    title: str
    about: str
    reading: Sequence[str]  # for who reads its verdicts
    panels: list[Shown]
    apart: list[Tile]  # claims on no panel
    deviations: Sequence[str]

    @property
    def tiles(self) -> list[Tile]:
        return [*(tile for one in self.panels for tile in one.tiles), *self.apart]


def write(profile: Profile, papers: dict[str, ModuleType] = PAPERS) -> None:
    write_text(profile.page, page(profile, papers))


def page(profile: Profile, papers: dict[str, ModuleType] = PAPERS) -> str:
    history = History.of(profile.root / profile.name)
    panels = [panel for paper in papers.values() for panel in paper.PANELS]
    films = shelves(panels, profile.root / profile.name)
    told = [_told(name, paper, profile, history, films) for name, paper in papers.items()]
    everything = [tile for paper in told for tile in paper.tiles]
    worlds = environments(panels)
    return (
        templates()
        .get_template("page.html")
        .render(
            profile=profile,
            papers=told,
            environments=worlds,
            counts=_counts(everything),
            used=sorted({tile.environment for tile in everything} - {""}),
        )
    )


def _told(
    name: str,
    paper: ModuleType,
    profile: Profile,
    history: History,
    films: dict[str, Shelf],
) -> Told:
    folder = profile.root / profile.name / name
    tabled = [one for one in paper.PANELS if (folder / f"tables/{one.name}.csv").exists()]
    known = {one.name: read(one, profile.name, profile.seeds, profile.root) for one in tabled}
    path = folder / "claims.csv"
    judged = read_claims(path) if path.exists() else []
    found = tiles(name, rows(paper, judged, profile.name), paper.PANELS)
    panels = [
        shown(
            panel,
            [known[one] for one in (panel.name, panel.name + TUNED) if one in known],
            [tile for tile in found if tile.panel == panel.name],
            profile.figures,
            history,
            films[panel.id],
        )
        for panel in paper.PANELS
        if not panel.published
    ]
    homes = {one.panel.name for one in panels}
    apart = [tile for tile in found if tile.panel not in homes]
    title = " ".join(str(paper.__doc__).strip().partition("\n\n")[0].split()).removesuffix(".")
    reading = paper.READING.get(profile.name, ())
    return Told(name, title, paper.ABOUT, reading, panels, apart, paper.DEVIATIONS)


def _counts(tiles: Sequence[Tile]) -> dict[str, int]:
    """How many claims came to each verdict, as published."""
    found = Counter(tile.published for tile in tiles)
    return {verdict: found[verdict] for verdict in VERDICTS}
