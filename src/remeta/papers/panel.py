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
    reward: str  # empty where `options` tell all there is to tell
    runs: tuple[str, ...]  # trained here
    borrowed: tuple[tuple[str, str], ...] = ()  # (panel, run) trained elsewhere
    x: str = "number of gradient steps"
    y: str = "average return"
    kind: Kind = "adaptation"
    options: tuple[tuple[str, str | float], ...] = ()  # of the family
    nets: str = ""  # for the caption, where methods differ in theirs
    match_arch: bool = False  # every method has the same nets, whatever its paper took

    @property
    def id(self) -> str:
        """The name of its pipeline stage."""
        return f"{self.paper}_{self.name}"
