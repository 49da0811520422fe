"""A metric over how many demonstrations of a task were shown, of runs that others score.

Nothing is made for it but the picture: the numbers are those of the borrowed runs' own panel, by
steps of adaptation, each of which showed one more. The one before the first is left out.
"""

from dataclasses import replace
from functools import cached_property

from remeta.records import Run
from remeta.report.figures.sides import Picture
from remeta.report.figures.style import Look, look
from remeta.report.kinds import sweep
from remeta.report.kinds.adaptations import plot
from remeta.report.kinds.sweep import Points, Sweep, words
from remeta.report.kinds.training.drawing import columns


class Contexts(Sweep):
    """Lines are named after methods, since all are of one setting."""

    @cached_property
    def lines(self) -> dict[str, Points]:
        found = {Run.parse(run).method: self._points(run) for run in self.runs}
        return {name: {x: of for x, of in all.items() if x > 0} for name, all in found.items()}

    def exist(self, kind: str) -> bool:
        """Whether the borrowed runs were scored."""
        homes = {self.folder(home) / kind for home in self.all_runs.values()}
        return any(path for home in homes for path in home.glob("*.csv"))


def looks(results: Contexts) -> dict[str, Look]:
    return {run: look(run, results.panel) for run in results.lines}


KIND = replace(
    sweep.KIND,
    name="contexts",
    stages=(),
    read=Contexts,
    draw=Picture(2.75, plot, looks, words, columns).draw,
)
