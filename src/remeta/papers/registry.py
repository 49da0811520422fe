"""All papers by name, and all their panels: a new paper is a new line here."""

from types import ModuleType

from remeta.frozen import Advice
from remeta.papers import gmps, lecture, mame, mri, norml, smile
from remeta.papers.dataset import Dataset
from remeta.papers.panel import TUNED, Panel

PAPERS: dict[str, ModuleType] = {
    "mri": mri,
    "mame": mame,
    "gmps": gmps,
    "norml": norml,
    "lecture": lecture,
    "smile": smile,
}
DATASETS: tuple[Dataset, ...] = tuple(d for paper in PAPERS.values() for d in paper.DATASETS)
PANELS: tuple[Panel, ...] = tuple(panel for paper in PAPERS.values() for panel in paper.PANELS)


def paper_named(name: str) -> ModuleType:
    if name not in PAPERS:
        raise Advice(f"{name} is no paper; choose among {', '.join(PAPERS)}.")
    return PAPERS[name]


def panel_named(name: str) -> Panel:
    """The panel of an id such as mri_fig3_point."""
    panels = {panel.id: panel for panel in PANELS}
    if name not in panels:
        raise Advice(f"{name} is no panel; choose among {', '.join(panels)}.")
    return panels[name]


def dataset_named(name: str) -> Dataset:
    datasets = {dataset.name: dataset for dataset in DATASETS}
    if name not in datasets:
        raise Advice(f"{name} is no data set; choose among {', '.join(datasets)}.")
    return datasets[name]


def conditions(panel: Panel) -> list[Panel]:
    """A panel as published, and if it has one its evenly tuned sibling."""
    return [panel, *(other for other in PANELS if other.id == panel.id + TUNED)]
