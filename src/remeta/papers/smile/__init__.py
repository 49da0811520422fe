"""SMILe: "Scalable Meta Inverse RL through Context-Conditional Policies" (NeurIPS 2019)."""

from remeta.papers.smile.about import ABOUT
from remeta.papers.smile.claims import CLAIMS as OF_THE_PAPER
from remeta.papers.smile.deviations import DEVIATIONS
from remeta.papers.smile.panels import DATASETS, PANELS
from remeta.papers.smile.waiting import WAITING

CLAIMS = OF_THE_PAPER + WAITING
READING: dict[str, tuple[str, ...]] = {}

__all__ = ["ABOUT", "CLAIMS", "DATASETS", "DEVIATIONS", "PANELS", "READING"]
