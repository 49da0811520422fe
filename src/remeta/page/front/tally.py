"""What became of every paper's claims, counted, in the results that are committed."""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType

from remeta.page.tiles import FRAGILE, Tile, rows, tiles
from remeta.papers.panel import TUNED, Panel
from remeta.report.claims.outcome import NOT_RUN
from remeta.report.claims.verdicts import Verdict, read_claims
from remeta.report.evidence.costs import core_hours
from remeta.report.figures.sides import CONDITIONS

PRIVATE = "quick"  # the profile whose results stay with whoever ran it
SMALL_TO_LARGE = ("study", "paper")


@dataclass(frozen=True)
class Tally:
    """A paper's claims under one condition, each counted on every panel that it speaks of.

    What was judged where the paper does not speak is no claim of it, and counted apart.
    """

    condition: str
    verdicts: Counter[str]
    fragile: int
    beyond: int
    run: int  # of so many panels:
    panels: int
    hours: float  # of cores, in training


@dataclass(frozen=True)
class Found:
    """A paper: every claim of it with what became of it, and the sums."""

    name: str
    title: str
    about: str  # what else its first line says
    panels: dict[str, str]  # titles by name
    reports: list[Path]  # of the profiles that have any, the largest last
    tiles: list[Tile]
    tallies: list[Tally]


def gather(root: Path, papers: dict[str, ModuleType]) -> list[Found]:
    """Of every claim what the largest profile says that judged it."""
    return [_found(name, paper, root) for name, paper in papers.items()]


def _found(name: str, paper: ModuleType, root: Path) -> Found:
    folders = [root / profile / name for profile in _profiles(root)]
    made = tiles(name, rows(paper, _judged(folders), ""), paper.PANELS)
    own = [tile for tile in made if tile.id not in _beyond(paper)]
    tallies = [_tally(bool(place), paper, made, folders) for place in range(len(CONDITIONS))]
    title, _, about = str(paper.__doc__).strip().removesuffix(".").partition(": ")
    panels = {panel.name: panel.title for panel in paper.PANELS}
    reports = [path for folder in folders if (path := folder / "report.md").exists()]
    return Found(name, title, about, panels, reports, own, [one for one in tallies if one.panels])


def _judged(folders: Iterable[Path]) -> list[Verdict]:
    known: dict[str, Verdict] = {}
    for path in (folder / "claims.csv" for folder in folders):
        judged = read_claims(path) if path.exists() else []
        known |= {row.id: row for row in judged if row.verdict != NOT_RUN}
    return [*known.values()]


def _tally(tuned: bool, paper: ModuleType, made: Sequence[Tile], folders: Sequence[Path]) -> Tally:
    panels = [panel for panel in paper.PANELS if bool(panel.published) == tuned]
    every = [s.row for t in made for s in t.sides if s.row.panel.endswith(TUNED) == tuned]
    found = [row for row in every if row.id.removesuffix(TUNED) not in _beyond(paper)]
    judged = sum(row.verdict != NOT_RUN for row in every)
    verdicts = Counter(row.verdict for row in found)
    if tuned:
        verdicts[NOT_RUN] = len({*_tunable(paper, panels)} - {row.id for row in found})
    return Tally(
        CONDITIONS[tuned],
        verdicts,
        sum(FRAGILE in row.caution for row in found),
        judged - sum(row.verdict != NOT_RUN for row in found),
        sum(any((at / f"tables/{one.name}.csv").exists() for at in folders) for one in panels),
        len(panels),
        sum(core_hours(folder / panel.name / "costs") for folder in folders for panel in panels),
    )


def _tunable(paper: ModuleType, siblings: Sequence[Panel]) -> Iterator[str]:
    """The ids of its claims on panels that have an evenly tuned sibling."""
    names = {panel.published for panel in siblings}
    for claim in paper.CLAIMS:
        yield from (f"{claim.id}/{panel}{TUNED}" for panel in claim.panels if panel in names)


def _beyond(paper: ModuleType) -> set[str]:
    """The ids of what is judged where the paper does not speak."""
    return {f"{claim.id}/{panel}" for claim in paper.CLAIMS for panel in claim.beyond}


def _profiles(root: Path) -> list[str]:
    names = [folder.name for folder in root.iterdir() if folder.is_dir()] if root.exists() else []
    size = {name: place for place, name in enumerate(SMALL_TO_LARGE, start=1)}
    return sorted({*names} - {PRIVATE}, key=lambda name: (size.get(name, 0), name))
