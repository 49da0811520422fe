"""A lecture on meta-learning and imitation: behaviour cloning, GAIL and its relatives, RAIL."""

from remeta.papers.lecture.claims import CLAIMS
from remeta.papers.lecture.deviations import DEVIATIONS
from remeta.papers.lecture.panels import DATASETS, PANELS

__all__ = ["CLAIMS", "DATASETS", "DEVIATIONS", "PANELS"]
