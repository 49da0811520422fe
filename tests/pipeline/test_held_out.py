"""Training, choosing and testing never share a task: where each stage rolled out, by its tasks."""

from collections.abc import Iterator

import numpy as np
import pytest

from remeta.papers.registry import panel_named
from remeta.pipeline.data import tasks_of
from remeta.pipeline.settings.params import Settings
from remeta.tasks.point import Point
from remeta.tasks.reacher import Reacher
from remeta.tasks.tasksets import SPLITS
from tests.pipeline.tiny import PANEL, SEED, change, status

Tasks = set[tuple[float, ...]]
RUNS = ("mri", "maml")  # with and without demonstrations
TUNED = "mri_fig4_reacher_tuned"


@pytest.fixture
def met(monkeypatch) -> Iterator[Tasks]:
    """All tasks in which anybody acts, whichever module asks for the roll-outs."""
    tasks: Tasks = set()

    def noting(start):
        def noted(self, rng, goals):
            tasks.update(map(tuple, np.asarray(goals).tolist()))
            return start(self, rng, goals)

        return noted

    for family in (Point, Reacher):
        monkeypatch.setattr(family, "start", noting(family.start))
    return tasks


def sets(panel: str = PANEL) -> dict[str, Tasks]:
    found = tasks_of(Settings.load(), panel_named(panel).data)
    return {name: set(map(tuple, getattr(found, name).tolist())) for name in SPLITS}


def stage(met: Tasks, *words: str) -> Tasks:
    met.clear()
    assert status(*words) == 0
    assert met
    return set(met)


@pytest.mark.parametrize("run", RUNS)
def test_training_meets_training_tasks_and_validation_meets_validation_tasks(project, met, run):
    known = sets()
    change(f"profile.panels.{PANEL}.validate_every", 0)
    assert stage(met, "train", PANEL, run, str(SEED)) <= known["train"]
    change(f"profile.panels.{PANEL}.validate_every", 1)
    with_choosing = stage(met, "train", PANEL, run, str(SEED))
    assert with_choosing - known["train"] == known["validation"]


@pytest.mark.parametrize("run", [*RUNS, "random", "expert"])
def test_a_test_meets_test_tasks_only_and_all_of_them(project, met, run):
    if run in RUNS:
        assert status("train", PANEL, run, str(SEED)) == 0
    assert stage(met, "evaluate", PANEL, run, str(SEED)) == sets()["test"]


def test_demonstrations_meet_training_tasks(project, met):
    assert stage(met, "demos", "point") == sets()["train"]


def test_tuning_meets_training_tasks(project, met):
    known = sets(TUNED)
    assert stage(met, "demos", "reacher") == known["train"]
    for run in ("mri", "maml", "imitation", "random"):
        assert stage(met, "tune", TUNED, run) <= known["train"]


def test_no_task_is_in_two_sets(project):
    known = sets()
    assert sum(map(len, known.values())) == len(set.union(*known.values()))
