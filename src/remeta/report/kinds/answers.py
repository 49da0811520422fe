"""A table of questions: what panels of training, of any paper, say of runs that they share.

An answer is that of a test: yes or no needs its whole interval (95 %) on that side of the bound.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from functools import cached_property
from pathlib import Path

import pandas as pd
from jaxtyping import Float
from matplotlib.axes import Axes
from matplotlib.patches import Rectangle
from numpy import ndarray

from remeta.papers.claim import Contrast, Race
from remeta.papers.registry import panel_named
from remeta.report.claims import rules
from remeta.report.claims.outcome import CONTRADICTED, INCONCLUSIVE, SUPPORTED, Outcome
from remeta.report.claims.signs import SIGNS
from remeta.report.evidence.files import Files
from remeta.report.figures.style import SMALL, caption, look, save, sheet, styled
from remeta.report.kinds.kind import Cells, Kind, Summary
from remeta.report.kinds.training.results import Training
from remeta.report.rows import where
from remeta.report.text import number, ranged

WORDS = {SUPPORTED: "yes", CONTRADICTED: "no", INCONCLUSIVE: "open"}
COLOURS = {answer: SIGNS[verdict].face for verdict, answer in WORDS.items()}
READING = """Answers are those of tests on other panels: yes where the whole interval (95 %,
Student's over seeds) lies above the bound, no where it lies below, open where it lies across. On
a panel's scale 0 is the first iteration, before any update, and 1 the best run's end: adapting at
once is a return after one step above that before, and ending well more than half of the best gain.
"""


class Answers(Files):
    """A measure is one of a panel asked, behind that panel's name; each a number of every seed."""

    tasks = 0

    @cached_property
    def parts(self) -> dict[str, Training]:
        """The panels asked, by name."""
        panels, place = map(panel_named, self.panel.made_of), (self.profile, self.seeds, self.root)
        return {panel.name: Training(panel, *place) for panel in panels}

    @property
    def runs(self) -> dict[str, str]:
        return dict.fromkeys((run for run, _ in self.panel.called), self.panel.name)

    @property
    def all_runs(self) -> dict[str, str]:
        """None has files here."""
        return {}

    def exist(self, kind: str) -> bool:
        """Whether all were run that are asked."""
        return all(part.exist(kind) for part in self.parts.values())

    def inputs(self) -> list[Path]:
        return [path for part in self.parts.values() for path in part.inputs()]

    def unit(self, measure: str) -> str:
        part, own = self._part(measure)
        return part.unit(own)

    def also(self, measure: str) -> tuple[str, ...]:
        part, own = self._part(measure)
        return tuple(f"{part.panel.name} {other}" for other in part.also(own))

    def values(self, measure: str, run: str) -> Float[ndarray, " seed"]:
        part, own = self._part(measure)
        return part.values(own, run)

    def costs(self, race: Race, name: str) -> tuple[ndarray, ndarray]:
        raise TypeError(f"{race} cannot be run on {self.panel.id}, which has no curves")

    def cautions(self, outcome: Outcome) -> Mapping[str, bool]:
        """Of the panels that are asked."""
        asked = [part for name, part in self.parts.items() if f"{name} " in outcome.test]
        parts = [part.cautions(outcome) for part in asked]
        return {text: any(one.get(text) for one in parts) for part in parts for text in part}

    def asked(self) -> Iterator[tuple[str, str, Outcome]]:
        """Every run, question and its outcome on every panel that has the run."""
        for run in self.runs:
            for question, test in self.panel.questions:
                for name, part in self.parts.items():
                    if run in part.runs:
                        own = f"{self.panel.id}/{name}/{run}/{question}"
                        outcome = rules.judge(_of(test, name, run), lambda _: self, own)
                        yield run, f"{question}, {name}", outcome

    def _part(self, measure: str) -> tuple[Training, str]:
        name, _, own = measure.partition(" ")
        return self.parts[name], own


def _of(test: Contrast, part: str, run: str) -> Contrast:
    """The test of a question, put to a run on a panel."""
    terms = (replace(t, measure=f"{part} {t.measure}", run=run) for t in test.terms)
    return replace(test, terms=tuple(terms))


def by_answer(answers: Answers) -> pd.DataFrame:
    """A row per run and question on a panel."""
    return pd.DataFrame(
        [
            {
                "run": run,
                "measure": asked,
                "value": outcome.effect,
                "low": outcome.low,
                "high": outcome.high,
                "seeds": len(answers.seeds),
                "least": outcome.least,
                "answer": WORDS[outcome.verdict],
            }
            for run, asked, outcome in answers.asked()
        ]
    )


def heads(answers: Answers) -> dict[str, str]:
    """Every question on every panel, and what readers call it."""
    return {
        f"{question}, {name}": f"{question}: {part.panel.title[0].lower()}{part.panel.title[1:]}"
        for question, _ in answers.panel.questions
        for name, part in answers.parts.items()
    }


def cells(answers: Answers, table: pd.DataFrame) -> Cells:
    """A line per run; nothing where it was not trained."""
    asked, lines = heads(answers), []
    for run in answers.runs:
        own = where(table, run=run)
        ends = zip(own.measure, own.answer, own.value, own.low, own.high, strict=True)
        found = {name: f"{answer}: {ranged(*numbers)}" for name, answer, *numbers in ends}
        told = [found.get(name, "") for name in asked]
        lines.append([look(run, answers.panel).label, *told, str(own.seeds.max())])
    return ["", *(f"{head} [95 %]" for head in asked.values()), "seeds"], lines


def draw(conditions: Sequence[Answers], stem: Path) -> None:
    """As published only: a picture for each question, a line for each run."""
    answers = conditions[0]
    table, names = by_answer(answers), [*answers.parts]
    with styled():
        figure = sheet(2.3)
        grid = figure.subplots(1, len(answers.panel.questions), sharey=True, squeeze=False)[0]
        for axes, (question, _) in zip(grid, answers.panel.questions, strict=True):
            axes.set_title(question, fontsize=8, pad=3)
            for place, name in enumerate(names):
                _column(axes, place, where(table, measure=f"{question}, {name}"), [*answers.runs])
            ticks = [name.replace("_", "\n") for name in names]
            axes.set_xticks(range(len(names)), labels=ticks)
            axes.set(xlim=(-0.5, len(names) - 0.5), ylim=(len(answers.runs) - 0.5, -0.5))
            axes.tick_params(length=0)
            axes.spines[:].set_visible(False)
        labels = [look(run, answers.panel).label for run in answers.runs]
        grid[0].set_yticks(range(len(labels)), labels=labels)
        caption(figure, words(answers))
        save(figure, stem)


def _column(axes: Axes, place: int, rows: pd.DataFrame, runs: list[str]) -> None:
    """The answers on a panel, each with its effect, in the colours of verdicts."""
    for run, answer, value in zip(rows["run"], rows["answer"], rows["value"], strict=True):
        at, text = (place - 0.5, runs.index(run) - 0.5), f"{answer}\n{number(value)}"
        box = Rectangle(at, 1, 1, facecolor=COLOURS[answer], alpha=0.3, edgecolor="white")
        axes.add_patch(box)
        axes.text(at[0] + 0.5, at[1] + 0.5, text, ha="center", va="center", fontsize=SMALL)


def words(answers: Answers) -> str:
    return (
        f"{answers.panel.source}: {answers.panel.shows} Here: what one step of adaptation is worth "
        "(more than 0?), and gains (more than half of the best?), both of the best gain. Yes and "
        "no have their whole interval on that side, open lies across; empty: nobody trained it."
    )


def summary(answers: Answers) -> Summary:
    found: Summary = {}
    for run, asked, outcome in answers.asked():
        found.setdefault(run, {})[asked] = outcome.effect
    return found


KIND = Kind(
    name="answers",
    stages=(),
    reads=("curves",),
    read=Answers,
    frames={"": by_answer},
    cells=cells,
    draw=draw,
    summary=summary,
    reading=READING,
)
