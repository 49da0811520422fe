"""Environments as their docstrings specify them: sentences, and tables of pipes."""

import inspect
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import groupby

from remeta.papers.panel import Panel
from remeta.tasks.families import FAMILIES

Rows = list[list[str]]


@dataclass(frozen=True)
class Block:
    """A paragraph, or a table whose first row is its head."""

    text: str = ""
    rows: Sequence[Sequence[str]] = ()


@dataclass(frozen=True)
class Environment:
    name: str
    blocks: list[Block]
    panels: list[Panel]


def environments(panels: Sequence[Panel]) -> list[Environment]:
    """Those that panels are about first, in their order."""
    used = dict.fromkeys(panel.family for panel in panels)
    order = sorted(FAMILIES, key=lambda name: [*used, *FAMILIES].index(name))
    return [
        Environment(name, [*blocks(_told(name))], [p for p in panels if p.family == name])
        for name in order
    ]


def _told(name: str) -> str:
    family = FAMILIES[name]
    return inspect.getdoc(family.func if isinstance(family, partial) else family) or ""


def blocks(text: str) -> Iterator[Block]:
    """Lines of pipes become tables; between empty lines, other lines a paragraph."""

    def sort(line: str) -> str:
        return "table" if line.startswith("|") else "text" if line.strip() else ""

    for kind, lines in groupby(text.splitlines(), sort):
        if kind == "table":
            yield Block(rows=table("\n".join(lines)))
        elif kind:
            yield Block(text=" ".join(line.strip() for line in lines))


def table(text: str) -> Rows:
    """The cells of a table of pipes, without the line below its head."""
    lines = [line for line in text.splitlines() if line.startswith("|")]
    rows = [[cell.strip() for cell in _split(line)] for line in lines]
    return [row for row in rows if not all(cell and {*cell} <= {*"-:|"} for cell in row)]


def _split(line: str) -> list[str]:
    """At pipes with a space beside them: those of |c - d| have none."""
    inner = f" {line.strip().removeprefix('|').removesuffix('|')} "
    return inner.split(" | ")
