"""Runs that other panels train, adapted to their test tasks once more, by another protocol.

The ends of the expert scale are those of the first of these panels, which no spread of actions
changes: an untrained start has 1, and an expert is scored by its modes.
"""

from dataclasses import replace
from pathlib import Path

from remeta.report.evidence.scores import SCALE, Scores
from remeta.report.figures.sides import Picture
from remeta.report.kinds import adaptation
from remeta.report.kinds.adaptation.drawing import plot
from remeta.report.kinds.adaptation.drawing import words as as_tested
from remeta.report.kinds.adaptation.tables import by_step, looks
from remeta.report.kinds.sight import Seeds

STD = {"one": "Before the first update the spread of actions is reset to 1."}


class Retested(Scores):
    evidence = "adaptations"

    @property
    def all_runs(self) -> dict[str, str]:
        return dict.fromkeys(SCALE, self.panel.borrowed[0][0]) | self.runs

    def path(self, kind: str, run: str, seed: int) -> Path:
        return super().path("scores" if run in SCALE else kind, run, seed)


def words(results: Scores) -> str:
    return " ".join(filter(None, [as_tested(results), STD.get(results.panel.std)]))


HELD_OUT = adaptation.SIGHTS[0]

KIND = replace(
    adaptation.KIND,
    name="retested",
    stages=("adaptations",),
    reads=("adaptations",),
    read=Retested,
    frames={"": by_step},
    draw=Picture(2.75, plot, looks, words).draw,
    sights=(
        replace(HELD_OUT, seeds=Seeds("adaptations", "adapt_step", "value", adaptation.RETURNS)),
    ),
)
