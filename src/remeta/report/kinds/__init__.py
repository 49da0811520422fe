"""The kinds of panels, each a module with all that belongs to it: a new kind is a new line here."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from remeta.papers.panel import Panel
from remeta.report.kinds import (
    adaptation,
    adaptations,
    answers,
    contexts,
    drift,
    economy,
    efficiency,
    exploration,
    faults,
    gait,
    imitation,
    metrics,
    outside,
    retested,
    settings,
    sweep,
    training,
    trajectories,
    variance,
    walkers,
)
from remeta.report.kinds.kind import Kind

MODULES = (
    adaptation,
    economy,
    efficiency,
    exploration,
    retested,
    training,
    variance,
    trajectories,
    outside,
    sweep,
    adaptations,
    imitation,
    drift,
    gait,
    settings,
    contexts,
    metrics,
    walkers,
    faults,
    answers,
)
KINDS: dict[str, Kind] = {module.KIND.name: module.KIND for module in MODULES}


def kind_of(panel: Panel) -> Kind:
    return KINDS[panel.kind]


def read(panel: Panel, profile: str, seeds: Sequence[int], root: Path) -> Any:
    """The results of a panel, of which nothing is read before it is asked for."""
    return kind_of(panel).read(panel, profile, tuple(seeds), Path(root))


def present(
    panels: Sequence[Panel], profile: str, seeds: Sequence[int], root: Path
) -> dict[str, Any]:
    """Those of the panels that were run, by name; one that has some of its files must have all."""
    known = [read(panel, profile, seeds, root) for panel in panels]
    return {one.panel.name: one for one in known if one.exist(kind_of(one.panel).evidence)}


__all__ = ["KINDS", "Kind", "kind_of", "present", "read"]
