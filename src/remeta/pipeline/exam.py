"""An expert's exam: how it does in every task, and whether that is what its data set asks.

An expert that is poor in some tasks teaches these wrongly, and whoever is shown them is then judged
by a task that nobody has shown. So all are looked at, those that are held out for contexts among
them; no method is chosen by it, since an expert sees the task. Its episodes are as long as a
profile says (`profile.exams.NAME`), whatever it records: what a paper says of 1,000 steps is
not to be asked of 300, more of which pass on the way to full speed.
"""

import csv
from collections.abc import Iterator
from dataclasses import dataclass
from io import StringIO
from typing import Any, cast

from remeta.experience.collect import collect
from remeta.experience.world import World
from remeta.frozen import Advice
from remeta.papers.dataset import Dataset, Exam
from remeta.pipeline import places
from remeta.pipeline.data import family_of, tasks_of
from remeta.pipeline.experts import SEED, expert_actors
from remeta.pipeline.seeding import stream
from remeta.pipeline.settings.params import Settings
from remeta.storage import write_text
from remeta.tasks.tasksets import SPLITS

NAMED = 5  # failed tasks that advice names, the worst ones


@dataclass(frozen=True)
class Mark:
    """What an expert was measured at in one task."""

    split: str
    task: int
    value: float
    passed: bool

    def __str__(self) -> str:
        return f"{self.split} {self.task} ({self.value:.3g})"


def sit_exam(settings: Settings, dataset: Dataset, exam: Exam) -> None:
    """Write what the expert is measured at, and refuse it if that is not enough anywhere."""
    name, asked = dataset.name, settings.profile.exams[dataset.name].quality
    marks = list(_marks(settings, dataset, exam))
    path = places.exam(settings.profile.name, name)
    write_text(path, _table(exam, marks))
    bound, sign = ("at most", -1) if exam.best == "least" else ("at least", 1)
    failed = sorted((m for m in marks if not m.passed), key=lambda mark: sign * mark.value)
    if failed:
        named = ", ".join(map(str, failed[:NAMED]))
        raise Advice(
            f"the expert of {name} fails in {len(failed)} of {len(marks)} tasks, where "
            f"profile.exams.{name}.quality asks for {exam.measure} {bound} {asked:g}: {named}; "
            f"{path} has all, raise profile.experts.{dataset.taught_by}.env_steps."
        )


def _marks(settings: Settings, dataset: Dataset, exam: Exam) -> Iterator[Mark]:
    size, family = settings.profile.exams[dataset.name], cast(Any, family_of(dataset))
    world, sets = World(family, size.steps), tasks_of(settings, dataset)
    for split, tasks in zip(SPLITS, sets.parts, strict=True):
        actor, rng = expert_actors(settings, dataset)(tasks, 0.0), stream(SEED, "exam", split)
        seen = collect(world, tasks, actor, size.episodes, rng, deterministic=True)
        parts = (part.numpy() for part in (seen.obs, seen.act, seen.reward, seen.mask))
        for task, value in enumerate(family.measured(*parts, tasks)[exam.measure].mean(-1)):
            yield Mark(split, task, float(value), exam.passed(value, size.quality))


def _table(exam: Exam, marks: list[Mark]) -> str:
    text = StringIO()
    rows = csv.writer(text, lineterminator="\n")
    rows.writerow(("split", "task", exam.measure, "passed"))
    rows.writerows((m.split, m.task, f"{m.value:.6g}", int(m.passed)) for m in marks)
    return text.getvalue()
