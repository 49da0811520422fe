"""A panel: one plot of a paper, what is compared in it, and how its points are measured."""

from dataclasses import dataclass
from typing import Literal

# What is measured: adaptation of a trained start to held-out tasks; training itself; the spread of
# the meta-gradient at fixed weights; where roll-outs go.
Kind = Literal["adaptation", "training", "variance", "trajectories"]


@dataclass(frozen=True)
class Panel:
    """The runs of a panel are trained under its own name, or borrowed from another panel."""

    paper: str
    name: str
    title: str
    shows: str  # the paper's statement about this panel, for the caption
    family: str
    runs: tuple[str, ...]  # trained here
    borrowed: tuple[tuple[str, str], ...] = ()  # (panel, run) trained elsewhere
    x: str = "number of gradient steps"
    y: str = "average return"
    kind: Kind = "adaptation"
    options: tuple[
        tuple[str, str | float], ...
    ] = ()  # of the family; none where it has but one form
    nets: str = ""  # for the caption, where methods differ in theirs

    @property
    def id(self) -> str:
        """The name of its pipeline stage."""
        return f"{self.paper}_{self.name}"

    @property
    def lenders(self) -> dict[str, str]:
        """Borrowed runs, and the id of the panel that trains each."""
        return {run: f"{self.paper}_{name}" for name, run in self.borrowed}
