"""A lecture on meta-learning and imitation: behaviour cloning, GAIL and its relatives, RAIL."""

from remeta.papers.lecture.about import ABOUT
from remeta.papers.lecture.claims import CLAIMS
from remeta.papers.lecture.deviations import DEVIATIONS
from remeta.papers.lecture.panels import DATASETS, PANELS

READING: dict[str, tuple[str, ...]] = {}

__all__ = ["ABOUT", "CLAIMS", "DATASETS", "DEVIATIONS", "PANELS", "READING"]
