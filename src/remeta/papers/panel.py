"""A panel: one plot or table of a paper, what is compared in it, and how its numbers are made."""

from dataclasses import dataclass, replace
from typing import Literal

from remeta.papers.claim import Contrast
from remeta.papers.dataset import Dataset, Options

TUNED = "_tuned"  # what follows a panel's name in that of its evenly tuned sibling


@dataclass(frozen=True)
class Panel:
    """The runs of a panel are trained under its own name, or borrowed from another panel.

    Its runs are under one condition: the paper's own numbers (`as published`), or those that a
    search with as many candidates for every method has found (`evenly tuned`).
    """

    paper: str
    name: str
    title: str
    shows: str  # the paper's statement about this panel, for the caption
    data: Dataset  # learned from
    runs: tuple[str, ...]  # trained here
    borrowed: tuple[tuple[str, str], ...] = ()  # (panel, run) trained elsewhere
    x: str = "number of gradient steps"
    y: str = "average return"
    kind: str = "adaptation"  # of `remeta.report.kinds`
    over: str = ""  # what a sweep goes over: a column of its scores, or `variant`
    metric: str = "return"  # of a sweep
    beside: tuple[str, ...] = ()  # more metrics, where several are shown
    options: Options = ()  # of the family, beside those of the data set
    held_out: Dataset | None = None  # tested on, if not on tasks of the data set learned from
    base: Dataset | None = None  # whose expert, doing what it does there, is scored as `base`
    nets: str = ""  # for the caption, where methods differ in theirs
    called: tuple[tuple[str, str], ...] = ()  # (run, name) where a run stands for something else
    published: str = ""  # of an evenly tuned panel: the panel that has the paper's numbers
    source: str = "The paper"  # who says what is shown
    deterministic: bool = False  # tests take the mode of every action
    by_sight: bool = False  # policies see pictures, for which something has to draw off screen
    updates: int = 1  # steps of adaptation, where it looks at runs whose own panel holds none out
    std: Literal["", "one"] = ""  # of others' runs as it tests them, if not as their panel does
    grid: tuple[tuple[float, float], ...] = ()  # and tasks there: (what `over` says, task)
    shown_again: bool = False  # of borrowed runs nothing but the scores that they have already
    made_of: tuple[str, ...] = ()  # ids of panels, of any paper, that a table of answers asks
    questions: tuple[tuple[str, Contrast], ...] = ()  # that it asks, whose terms name no run

    @property
    def family(self) -> str:
        return self.data.family

    @property
    def tested(self) -> Dataset:
        """The data set whose test tasks decide."""
        return self.held_out or self.data

    @property
    def looks(self) -> bool:
        """Whether it looks anew at runs that other panels train."""
        return not self.runs and not self.shown_again

    @property
    def id(self) -> str:
        """The name of its pipeline stage."""
        return f"{self.paper}_{self.name}"

    @property
    def probed(self) -> str:
        """The id under which the behaviour of its runs is probed: other numbers, the same code."""
        return f"{self.paper}_{self.published or self.name}"

    @property
    def sources(self) -> tuple[str, ...]:
        """The ids of all panels whose results it shows beside its own."""
        return tuple(dict.fromkeys([*self.lenders.values(), *self.made_of]))

    @property
    def lenders(self) -> dict[str, str]:
        """Borrowed runs, and the id of the panel that trains each."""
        return {run: f"{self.paper}_{name}" for name, run in self.borrowed}


def tuned(panel: Panel) -> Panel:
    """The same runs by the same protocol, trained with numbers that were tuned evenly.

    Also what it borrows is tuned. It has a table, and shares the figure and the claims of the
    panel it is the sibling of.
    """
    return replace(
        panel,
        name=panel.name + TUNED,
        title=f"{panel.title}, evenly tuned",
        borrowed=tuple((home + TUNED, run) for home, run in panel.borrowed),
        published=panel.name,
    )
