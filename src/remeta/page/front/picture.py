"""What was found, in one picture: a square for every claim, and sentences for what was decided."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from textwrap import wrap

from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle

from remeta.page.front.tally import Found
from remeta.page.tiles import FRAGILE, Tile
from remeta.report.claims.outcome import (
    CONTRADICTED,
    INCONCLUSIVE,
    NOT_RUN,
    SUPPORTED,
    UNIT_TEST,
    VERDICTS,
)
from remeta.report.claims.signs import SIGNS
from remeta.report.figures.style import SMALL, save, styled

WIDTH, EDGE, SIDE, GAP, LINE = 7.2, 0.12, 0.17, 0.05, 0.125  # inches
LETTERS = 58  # of a sentence in one of two columns
MOST = 8  # sentences of a column
TOLD = {
    SUPPORTED: "the claim held",
    CONTRADICTED: "it did not hold",
    INCONCLUSIVE: "open: so few seeds do not decide",
    UNIT_TEST: "held by a unit test",
    NOT_RUN: "not run yet",
}
HEADS = {SUPPORTED: "Held here", CONTRADICTED: "Claimed, but not what we found"}
DASHED = "dashed inside: fragile, another fair measure says otherwise"


@dataclass(frozen=True)
class Word:
    x: float
    y: float  # downwards, in inches, as all here
    text: str
    size: float = 7
    weight: str = "normal"
    colour: str = "#1c1f23"
    align: str = "left"


@dataclass(frozen=True)
class Square:
    x: float
    y: float
    verdict: str
    fragile: bool = False


Marks = Iterator[Word | Square]


def draw(papers: Sequence[Found], stem: Path) -> None:
    paired = any(len(tile.sides) > 1 for found in papers for tile in found.tiles)
    marks, y = [*_key(paired)], 1.1
    for found in papers:
        block = [*_paper(found, y)]
        marks += block
        y = max(mark.y for mark in block) + 0.3
    with styled():
        figure = Figure(figsize=(WIDTH, y))
        axes = figure.add_axes((0, 0, 1, 1), xlim=(0, WIDTH), ylim=(y, 0))
        axes.set_axis_off()
        for mark in marks:
            _draw(axes, mark)
        save(figure, stem)


def _key(paired: bool) -> Marks:
    told = "A square is a claim of the paper in one experiment of it."
    told += " Two that touch: with the paper's numbers, and with evenly tuned ones." * paired
    yield Word(EDGE, 0.2, "What papers claimed, and what we found", 11, "bold")
    yield Word(EDGE, 0.42, told)
    x = EDGE
    for verdict, told in TOLD.items():
        yield Square(x, 0.6, verdict)
        yield Word(x + SIDE + GAP, 0.6, told, SMALL)
        x += SIDE + 0.2 + 0.052 * len(told)
    yield Square(EDGE, 0.82, INCONCLUSIVE, fragile=True)
    yield Word(EDGE + SIDE + GAP, 0.82, DASHED, SMALL)


def _paper(found: Found, y: float) -> Marks:
    """Its name, a square for every claim, and below them what was decided, in words."""
    yield Word(EDGE, y, found.title, 9, "bold")
    yield Word(WIDTH - EDGE, y, found.about.replace('"', ""), align="right")
    x, y = EDGE, y + 0.21
    for tile in sorted(found.tiles, key=lambda tile: VERDICTS.index(tile.published)):
        if x + len(tile.sides) * SIDE > WIDTH - EDGE:
            x, y = EDGE, y + SIDE + GAP
        for side in tile.sides:
            yield Square(x, y, side.row.verdict, FRAGILE in side.row.caution)
            x += SIDE
        x += GAP
    for place, verdict in enumerate(HEADS):
        yield from _column(found, verdict, EDGE + place * (WIDTH - EDGE) / 2, y + 0.22)


def _column(found: Found, verdict: str, x: float, y: float) -> Marks:
    """The sentences of claims that came to a verdict, the firm ones first."""
    tiles = [tile for tile in found.tiles if tile.published == verdict]
    sign = SIGNS[verdict]
    if tiles:
        yield Word(x, y, HEADS[verdict], 7, "bold", sign.face)
    for tile in sorted(tiles, key=lambda tile: tile.fragile)[:MOST]:
        yield Word(x, y + LINE, sign.mark, 8, "bold", sign.face)
        for line in wrap(_said(tile, found), LETTERS):
            y += LINE
            yield Word(x + 0.16, y, line)
    if len(tiles) > MOST:
        yield Word(x + 0.16, y + LINE, f"and {len(tiles) - MOST} more")


def _said(tile: Tile, found: Found) -> str:
    """The claim, where it was judged if it was in several places, and what it is with evenly tuned
    numbers if that differs."""
    row, other = tile.row, tile.sides[-1].row.verdict
    judged = [t for t in found.tiles if t.row.claim == row.claim and t.row.verdict != NOT_RUN]
    where = f" ({found.panels[tile.panel]})" if len(judged) > 1 else ""
    return f"{row.says}{where}" + (f" Evenly tuned: {other}." if other != row.verdict else "")


def _draw(axes: Axes, mark: Word | Square) -> None:
    if isinstance(mark, Word):
        words = {"fontsize": mark.size, "fontweight": mark.weight, "color": mark.colour}
        words["ha"] = mark.align
        axes.text(mark.x, mark.y, mark.text, va="center", **words)
        return
    sign = SIGNS[mark.verdict]
    corner, line = (mark.x, mark.y - SIDE / 2), "-" if mark.verdict != NOT_RUN else ":"
    edge = sign.ink if mark.verdict == NOT_RUN else sign.face
    axes.add_patch(Rectangle(corner, SIDE, SIDE, fc=sign.face, ec=edge, lw=0.6, ls=line))
    if mark.fragile:
        inner, side = (corner[0] + 0.02, corner[1] + 0.02), SIDE - 0.04
        dashes = {"fc": "none", "ec": sign.ink, "lw": 0.7, "ls": (0, (2, 1.2))}
        axes.add_patch(Rectangle(inner, side, side, **dashes))
    centre = {"ha": "center", "va": "center", "fontsize": 7, "color": sign.ink}
    axes.text(mark.x + SIDE / 2, mark.y, sign.mark, **centre)
