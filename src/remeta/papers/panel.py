"""A panel: one plot of a paper, what is compared in it, and how its points are measured."""

from dataclasses import dataclass
from typing import Literal

from remeta.papers.dataset import Dataset, Options

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
    data: Dataset  # learned from
    runs: tuple[str, ...]  # trained here
    borrowed: tuple[tuple[str, str], ...] = ()  # (panel, run) trained elsewhere
    x: str = "number of gradient steps"
    y: str = "average return"
    kind: Kind = "adaptation"
    options: Options = ()  # of the family, beside those of the data set
    held_out: Dataset | None = None  # tested on, if not on tasks of the data set learned from
    nets: str = ""  # for the caption, where methods differ in theirs

    @property
    def family(self) -> str:
        return self.data.family

    @property
    def tested(self) -> Dataset:
        """The data set whose test tasks decide."""
        return self.held_out or self.data

    @property
    def id(self) -> str:
        """The name of its pipeline stage."""
        return f"{self.paper}_{self.name}"

    @property
    def lenders(self) -> dict[str, str]:
        """Borrowed runs, and the id of the panel that trains each."""
        return {run: f"{self.paper}_{name}" for name, run in self.borrowed}
