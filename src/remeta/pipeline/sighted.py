"""Panels whose policies see: left out, and said so, where nothing draws pictures off screen."""

from collections.abc import Callable, Sequence
from typing import TypeVar

from remeta.frozen import Advice
from remeta.papers.panel import Panel
from remeta.papers.registry import PANELS
from remeta.tasks.camera import found

T = TypeVar("T")


def by_sight(stage: str) -> bool:
    """Whether a stage is of a panel whose policies see."""
    block = f"_{stage.partition('@')[0]}"
    return any(block.endswith(f"_{panel.id}") for panel in PANELS if panel.by_sight)


def seeing(panel: Panel) -> bool:
    return panel.by_sight


def drawable(items: Sequence[T], sees: Callable[[T], bool]) -> tuple[list[T], str]:
    """What can be made here of these, and a sentence about the others, if there are any."""
    if not any(map(sees, items)):
        return [*items], ""
    try:
        found()
    except Advice as why:
        rest = [item for item in items if not sees(item)]
        count = len(items) - len(rest)
        return rest, f"left out what sees ({count} of {len(items)}): {why}"
    return [*items], ""
