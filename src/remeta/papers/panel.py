"""A panel: one plot of a paper, what is compared in it, and how its points are measured."""

from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True)
class Panel:
    """The runs of a panel are trained under its own name, or borrowed from another panel."""

    paper: str
    name: str
    title: str
    shows: str  # the paper's statement about this panel, for the caption
    family: Literal["point", "reacher", "ant_goal"]
    reward: Literal["dense", "sparse"]
    runs: tuple[str, ...]  # trained here
    borrowed: tuple[tuple[str, str], ...] = ()  # (panel, run) trained elsewhere
    x: str = "number of gradient steps"
    y: str = "average return"

    @property
    def id(self) -> str:
        """The name of its pipeline stage."""
        return f"{self.paper}_{self.name}"
