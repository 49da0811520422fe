"""MRI: "Learning to Reinforcement Learn by Imitation" (anonymous submission to ICLR 2019)."""

from remeta.papers.mri.about import ABOUT, READING
from remeta.papers.mri.claims import CLAIMS as OF_THE_PAPER
from remeta.papers.mri.deviations import DEVIATIONS
from remeta.papers.mri.panels import DATASETS, PANELS
from remeta.papers.mri.variants import VARIANTS

CLAIMS = OF_THE_PAPER + VARIANTS

__all__ = ["ABOUT", "CLAIMS", "DATASETS", "DEVIATIONS", "PANELS", "READING"]
