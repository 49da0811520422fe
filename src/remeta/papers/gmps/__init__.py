"""GMPS: "Guided Meta-Policy Search" (NeurIPS 2019)."""

from remeta.papers.gmps.about import ABOUT
from remeta.papers.gmps.by_sight import BY_SIGHT
from remeta.papers.gmps.claims import CLAIMS as BY_NUMBERS
from remeta.papers.gmps.deviations import DEVIATIONS
from remeta.papers.gmps.panels import DATASETS, PANELS

CLAIMS = BY_NUMBERS + BY_SIGHT
READING: dict[str, tuple[str, ...]] = {}

__all__ = ["ABOUT", "CLAIMS", "DATASETS", "DEVIATIONS", "PANELS", "READING"]
