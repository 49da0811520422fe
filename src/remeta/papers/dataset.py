"""Data sets: tasks of a family, who solves them, and what is shown of it."""

from dataclasses import dataclass
from typing import Literal

Options = tuple[tuple[str, str | float | bool], ...]  # of a family; none where it has but one form
# `analytic` needs no learning; `sac` sees the task and learns all of them; `run` is what a run of a
# panel came to, adapted to the task as that panel's tests let it. Where it is another data set's
# expert, a family may script what that one sees (`script`).
Expert = Literal["", "analytic", "sac", "run"]


@dataclass(frozen=True)
class Exam:
    """An expert's, in every task of a data set: the mean of a measure over some episodes."""

    measure: str  # as scores name it
    best: Literal["least", "most"]

    def passed(self, value: float, asked: float) -> bool:
        return value <= asked if self.best == "least" else value >= asked


@dataclass(frozen=True)
class Dataset:
    """What panels learn from and are tested on; several may share one.

    Its stages are tasks_NAME and, where somebody demonstrates, expert_NAME and demos_NAME; how many
    tasks and demonstrations there are stands in params.yaml under its name. A part of another data
    set has no stages: it is cut from the other's files, the first tasks and episodes of each.
    """

    name: str
    family: str
    options: Options = ()
    expert: Expert = ""
    recorded: Options = ()  # more options while demonstrations are recorded
    expert_run: tuple[str, str] = ("", "")  # of a `run`: the panel's id, and the run's name
    expert_of: str = ""  # the data set whose expert solves this one's tasks; its own if empty
    part_of: str = ""
    every: int = 1  # of each demonstration's steps only every so many are shown
    context: bool = False  # held-out tasks are demonstrated, too, for those who adapt by watching
    listed: bool = False  # its family has several lists of tasks, and hp.listed.NAME says which
    exam: Exam | None = None  # its expert passes in every task; its mean return counts if none

    @property
    def files(self) -> str:
        """The data set under whose name the files lie."""
        return self.part_of or self.name

    @property
    def taught_by(self) -> str:
        """The data set under whose name the expert lies."""
        return self.expert_of or self.files
