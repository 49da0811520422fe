"""Names in params.yaml that must agree: panels, families and runs mean the same in every block."""

from collections.abc import Collection, Iterable
from functools import partial
from typing import Any

from remeta.frozen import Advice
from remeta.papers.shelf import PANELS
from remeta.pipeline.settings.resources import DEFAULT

FAMILIES = tuple(dict.fromkeys(panel.family for panel in PANELS))
# Those in which an expert demonstrates and marks the top of the scale.
SHOWN = tuple(dict.fromkeys(panel.family for panel in PANELS if panel.kind == "adaptation"))
IDS = tuple(panel.id for panel in PANELS)
TRAINED = tuple(panel.id for panel in PANELS if panel.runs)
LOOKS = tuple(panel.id for panel in PANELS if not panel.runs)  # at what others train


def check_names(settings: Any, file: str) -> None:
    """Refuse names that nothing knows, and blocks in which a known one is missing."""
    grid, hp, profile = settings.grid, settings.hp, settings.profile
    fit = partial(_fit, file)
    experts = [name for name in FAMILIES if name in hp.experts or name in profile.experts]
    fit("grid", grid, TRAINED, TRAINED)
    fit("resources", settings.resources, settings.resources, [DEFAULT])
    fit("hp.panels", hp.panels, TRAINED, TRAINED)
    fit("hp.experts", hp.experts, FAMILIES, experts)
    fit("hp.demos", hp.demos, FAMILIES, SHOWN)
    fit("profile.panels", profile.panels, TRAINED, TRAINED)
    fit("profile.looks", profile.looks, LOOKS, LOOKS)
    fit("profile.worlds", profile.worlds, FAMILIES, FAMILIES)
    fit("profile.experts", profile.experts, FAMILIES, experts)
    known = {run for cells in grid.values() for run in [*cells.train, *cells.score]}
    for panel, cells in grid.items():
        adapted = [*cells.train, *(run for run in cells.score if run != "expert")]
        test = hp.panels[panel].test
        fit(f"hp.panels.{panel}.runs", hp.panels[panel].runs, known, adapted)
        if test:
            fit(f"hp.panels.{panel}.test.rates", test.rates, known, adapted)
        elif cells.score or profile.panels[panel].validate_every:
            raise Advice(
                f"{file}: hp.panels.{panel}.test is empty, so nothing of it can be held out; add "
                f"it, or let grid.{panel}.score be [] and profile.panels.{panel}.validate_every 0."
            )
        fit(f"profile.panels.{panel}.runs", profile.panels[panel].runs, known, cells.train)


def family_named(name: str) -> str:
    if name not in FAMILIES:
        raise Advice(f"{name} is no family; choose among {', '.join(FAMILIES)}.")
    return name


def _fit(
    file: str, where: str, given: Collection[str], known: Collection[str], needed: Iterable[str]
) -> None:
    for name in given:
        if name not in known:
            choice = ", ".join(sorted(known))
            raise Advice(f"{file}: {where}.{name} is no known key; choose among: {choice}.")
    for name in needed:
        if name not in given:
            raise Advice(f"{file}: {where}.{name} is missing; add it.")
