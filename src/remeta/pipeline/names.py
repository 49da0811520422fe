"""Names in params.yaml that must agree: panels, families and runs mean the same in every block."""

from collections.abc import Collection, Iterable
from functools import partial
from typing import Any

from remeta.frozen import Advice
from remeta.papers.mri import PANELS
from remeta.pipeline.resources import DEFAULT

FAMILIES = tuple(dict.fromkeys(panel.family for panel in PANELS))
IDS = tuple(panel.id for panel in PANELS)


def check_names(settings: Any, file: str) -> None:
    """Refuse names that nothing knows, and blocks in which a known one is missing."""
    grid, hp, profile = settings.grid, settings.hp, settings.profile
    fit = partial(_fit, file)
    experts = [name for name in FAMILIES if name in hp.experts or name in profile.experts]
    fit("grid", grid, IDS, IDS)
    fit("resources", settings.resources, settings.resources, [DEFAULT])
    fit("hp.panels", hp.panels, IDS, IDS)
    fit("hp.experts", hp.experts, FAMILIES, experts)
    fit("hp.demos", hp.demos, FAMILIES, FAMILIES)
    fit("profile.panels", profile.panels, IDS, IDS)
    fit("profile.worlds", profile.worlds, FAMILIES, FAMILIES)
    fit("profile.experts", profile.experts, FAMILIES, experts)
    known = {run for cells in grid.values() for run in [*cells.train, *cells.score]}
    for panel, cells in grid.items():
        adapted = [*cells.train, *(run for run in cells.score if run != "expert")]
        fit(f"hp.panels.{panel}.runs", hp.panels[panel].runs, known, adapted)
        fit(f"hp.panels.{panel}.test.rates", hp.panels[panel].test.rates, known, adapted)
        fit(f"profile.panels.{panel}.runs", profile.panels[panel].runs, known, cells.train)


def family_named(name: str) -> str:
    if name not in FAMILIES:
        raise Advice(f"{name} is no family; choose among {', '.join(FAMILIES)}.")
    return name


def paper_named(name: str) -> str:
    papers = dict.fromkeys(panel.paper for panel in PANELS)
    if name not in papers:
        raise Advice(f"{name} is no paper; choose among {', '.join(papers)}.")
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
