"""NoRML: "No-Reward Meta Learning" (Yang, Caluwaerts, Iscen, Tan, Finn, AAMAS 2019)."""

from remeta.papers.norml.about import ABOUT, READING
from remeta.papers.norml.claims import CLAIMS
from remeta.papers.norml.deviations import DEVIATIONS
from remeta.papers.norml.panels import DATASETS, PANELS

__all__ = ["ABOUT", "CLAIMS", "DATASETS", "DEVIATIONS", "PANELS", "READING"]
