"""MAME: "Meta Exploration for Model-Agnostic Reinforcement Learning" (class project, 2019)."""

from remeta.papers.mame.ablations import ABLATIONS
from remeta.papers.mame.about import ABOUT, READING
from remeta.papers.mame.claims import CLAIMS as COMPARISONS
from remeta.papers.mame.deviations import DEVIATIONS
from remeta.papers.mame.panels import DATASETS, PANELS
from remeta.papers.mame.variants import CLAIMS as BEYOND

CLAIMS = COMPARISONS + ABLATIONS + BEYOND

__all__ = ["ABOUT", "CLAIMS", "DATASETS", "DEVIATIONS", "PANELS", "READING"]
