"""The page as a whole: results of a profile in, one file out."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType

from remeta.page.environments import environments
from remeta.page.evidence import COSTS
from remeta.page.films.shelf import Shelf, shelves
from remeta.page.history import History
from remeta.page.markup import templates
from remeta.page.needs import Ledger, Need
from remeta.page.panels import Shown, shown
from remeta.page.tiles import Tile, rows, tiles
from remeta.papers.panel import TUNED, Panel
from remeta.papers.registry import PAPERS
from remeta.report.claims.outcome import NOT_RUN, VERDICTS
from remeta.report.claims.verdicts import read_claims
from remeta.report.evidence.costs import core_hours as spent
from remeta.report.evidence.prices import PRICES, core_hours
from remeta.report.kinds import read
from remeta.storage import write_text

NAME = "index.html"
BEYOND = "beyond the paper"  # in the place of what a paper does not speak of


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
    waits: dict[str, list[Need]]  # for what a claim still waits, by its id
    hours: float  # of cores, in training

    @property
    def tiles(self) -> list[Tile]:
        return [*(tile for one in self.panels for tile in one.tiles), *self.apart]

    @property
    def counts(self) -> dict[str, int]:
        return _counts(self.tiles)

    @property
    def run(self) -> int:
        """How many of its panels were run."""
        return sum(bool(one.measured) for one in self.panels)


@dataclass(frozen=True)
class Around:
    """What all papers of a page share."""

    profile: Profile
    history: History
    films: dict[str, Shelf]
    ledger: Ledger


def write(profile: Profile, papers: dict[str, ModuleType] = PAPERS) -> None:
    write_text(profile.page, page(profile, papers))


def page(profile: Profile, papers: dict[str, ModuleType] = PAPERS) -> str:
    panels = {panel.id: panel for paper in papers.values() for panel in paper.PANELS}
    folder = profile.root / profile.name
    ran = {one.id for one in panels.values() if _table(folder, one).exists()}
    prices = core_hours(profile.root / PRICES.name, profile.name)
    films, ledger = shelves(panels.values(), folder), Ledger(panels, ran, prices)
    around = Around(profile, History.of(folder), films, ledger)
    told = [_told(name, paper, around) for name, paper in papers.items()]
    everything = [tile for paper in told for tile in paper.tiles]
    return (
        templates()
        .get_template("page.html")
        .render(
            profile=profile,
            papers=told,
            environments=environments([*panels.values()]),
            counts=_counts(everything),
            beyond=sum(BEYOND in t.row.place and t.row.verdict != NOT_RUN for t in everything),
            used=sorted({tile.environment for tile in everything} - {""}),
        )
    )


def _told(name: str, paper: ModuleType, around: Around) -> Told:
    profile, ledger = around.profile, around.ledger
    folder = profile.root / profile.name
    tabled = [one for one in paper.PANELS if one.id in ledger.ran]
    known = {one.name: read(one, profile.name, profile.seeds, profile.root) for one in tabled}
    path = folder / name / "claims.csv"
    judged = read_claims(path) if path.exists() else []
    found = tiles(name, rows(paper, judged, profile.name), paper.PANELS)
    panels = [
        shown(
            panel,
            [known[one] for one in (panel.name, panel.name + TUNED) if one in known],
            [tile for tile in found if tile.panel == panel.name],
            profile.figures,
            around.history,
            around.films[panel.id],
            ledger.of(one for one in paper.PANELS if panel.name in (one.name, one.published)),
        )
        for panel in paper.PANELS
        if not panel.published
    ]
    homes = {one.panel.name for one in panels}
    return Told(
        name=name,
        title=" ".join(str(paper.__doc__).strip().partition("\n\n")[0].split()).removesuffix("."),
        about=paper.ABOUT,
        reading=paper.READING.get(profile.name, ()),
        panels=panels,
        apart=[tile for tile in found if tile.panel not in homes],
        deviations=paper.DEVIATIONS,
        waits=ledger.waits(paper.CLAIMS, paper.PANELS),
        hours=sum(spent(folder / name / panel.name / COSTS) for panel in paper.PANELS),
    )


def _table(folder: Path, panel: Panel) -> Path:
    return folder / panel.paper / f"tables/{panel.name}.csv"


def _counts(tiles: Sequence[Tile]) -> dict[str, int]:
    """How many claims came to each verdict, as published."""
    found = Counter(tile.published for tile in tiles)
    return {verdict: found[verdict] for verdict in VERDICTS}
