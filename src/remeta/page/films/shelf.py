"""Which films the page carries: all that there are, as long as there is room for them."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path

from remeta.page.films.film import Film, films
from remeta.page.films.poses import films_of
from remeta.papers.panel import Panel

ROOM = 2_000_000  # bytes of all films of a page


@dataclass
class Shelf:
    """Of one panel."""

    films: list[Film] = field(default_factory=list)
    left_out: int = 0


def shelves(panels: Iterable[Panel], folder: Path) -> dict[str, Shelf]:
    """By the ids of panels; results of a profile lie in `folder`."""
    found: dict[str, Shelf] = {}
    used = 0
    for panel in panels:
        shelf = found[panel.id] = Shelf()
        for poses in films_of(panel, folder / panel.paper):
            if used >= ROOM:
                shelf.left_out += 1
                continue
            drawn = [*films(poses)]
            used += sum(len(film.webp) + len(film.still) for film in drawn)
            shelf.films += drawn
    return found
