"""GMPS: "Guided Meta-Policy Search" (NeurIPS 2019)."""

from remeta.papers.gmps.about import ABOUT
from remeta.papers.gmps.claims import CLAIMS as OF_THE_PAPER
from remeta.papers.gmps.deviations import DEVIATIONS
from remeta.papers.gmps.panels import DATASETS, PANELS
from remeta.papers.gmps.waiting import WAITING

CLAIMS = OF_THE_PAPER + WAITING
READING: dict[str, tuple[str, ...]] = {}

__all__ = ["ABOUT", "CLAIMS", "DATASETS", "DEVIATIONS", "PANELS", "READING"]
