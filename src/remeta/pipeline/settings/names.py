"""Names in params.yaml that must agree: panels, families and runs mean the same in every block."""

from collections.abc import Collection, Iterable
from functools import partial
from typing import Any

from remeta.frozen import Advice
from remeta.papers.registry import DATASETS, PANELS
from remeta.pipeline.settings.resources import DEFAULT

DATA = tuple(dataset.name for dataset in DATASETS)
# Those in which an expert demonstrates and marks the top of the scale, and whose expert must learn.
DEMONSTRATED = tuple(d.name for d in DATASETS if d.expert and not d.part_of)
LEARNT = tuple(d.name for d in DATASETS if d.expert == "sac" and d.taught_by == d.name)
LISTED = tuple(d.name for d in DATASETS if d.listed)
EXAMINED = tuple(d.name for d in DATASETS if d.exam)
SCORED = tuple(name for name in LEARNT if name not in EXAMINED)  # whose expert's return decides
IDS = tuple(panel.id for panel in PANELS)
TRAINED = tuple(panel.id for panel in PANELS if panel.runs)
ANALYSES = tuple(panel.id for panel in PANELS if panel.looks)  # of what others train


def check_names(settings: Any, file: str) -> None:
    """Refuse names that nothing knows, and blocks in which a known one is missing."""
    grid, hp, profile = settings.grid, settings.hp, settings.profile
    fit = partial(_fit, file)
    fit("grid", grid, TRAINED, TRAINED)
    fit("resources", settings.resources, settings.resources, [DEFAULT])
    fit("hp.panels", hp.panels, TRAINED, TRAINED)
    fit("hp.experts", hp.experts, LEARNT, LEARNT)
    fit("hp.data", hp.data, DEMONSTRATED, DEMONSTRATED)
    fit("hp.listed", hp.listed, LISTED, LISTED)
    fit("profile.panels", profile.panels, TRAINED, TRAINED)
    fit("profile.looks", profile.looks, ANALYSES, ANALYSES)
    fit("profile.data", profile.data, DATA, DATA)
    fit("profile.experts", profile.experts, LEARNT, LEARNT)
    fit("profile.exams", profile.exams, EXAMINED, EXAMINED)
    judged = [name for name, size in profile.experts.items() if size.quality is not None]
    fit("profile.experts.*.quality", judged, SCORED, SCORED)
    known = {run for cells in grid.values() for run in [*cells.train, *cells.score]}
    for panel, cells in grid.items():
        adapted = [*cells.train, *(run for run in cells.score if run == "random")]
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


def _fit(
    file: str, block: str, present: Collection[str], known: Collection[str], needed: Iterable[str]
) -> None:
    for name in present:
        if name not in known:
            choice = ", ".join(sorted(known))
            raise Advice(f"{file}: {block}.{name} is no known key; choose among: {choice}.")
    for name in needed:
        if name not in present:
            raise Advice(f"{file}: {block}.{name} is missing; add it.")
