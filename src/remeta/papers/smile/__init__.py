"""SMILe: "Scalable Meta Inverse RL through Context-Conditional Policies" (NeurIPS 2019)."""

from remeta.papers.smile import claims, overall, table2
from remeta.papers.smile.about import ABOUT
from remeta.papers.smile.deviations import DEVIATIONS
from remeta.papers.smile.panels import DATASETS, PANELS

CLAIMS = claims.CLAIMS + table2.CLAIMS + overall.CLAIMS
READING: dict[str, tuple[str, ...]] = {}

__all__ = ["ABOUT", "CLAIMS", "DATASETS", "DEVIATIONS", "PANELS", "READING"]
