"""Data sets: whole ones have files of their own, parts are cut from them, contexts are held out."""

from dataclasses import replace

import numpy as np
import pytest

from remeta.frozen import Advice
from remeta.papers.mri.panels import POINT
from remeta.pipeline.data import context_of, demos_of, family_of, tasks_of, whole_named
from remeta.pipeline.settings.params import Settings
from remeta.tasks.tasksets import SPLITS
from tests.pipeline.tiny import status

PART = replace(POINT, name="point_part", part_of="point")


def settings(**sizes: int) -> Settings:
    """Those of the project, with the part at these sizes."""
    known = Settings.load()
    data = known.profile.data
    part = data["point"].model_copy(update=sizes)
    profile = known.profile.model_copy(update={"data": data | {PART.name: part}})
    return known.model_copy(update={"profile": profile})


def test_a_part_is_the_first_tasks_and_episodes_of_what_was_recorded(project):
    known = settings(train_tasks=3, validation_tasks=1, test_tasks=2, demos_per_task=1)
    whole, part = tasks_of(known, POINT), tasks_of(known, PART)
    for split, count in zip(SPLITS, (3, 1, 2), strict=True):
        np.testing.assert_array_equal(getattr(part, split), getattr(whole, split)[:count])
    all_of_it, some = (demos_of(known, data, family_of(data)) for data in (POINT, PART))
    for name in ("obs", "act", "mask"):
        np.testing.assert_array_equal(getattr(some, name), getattr(all_of_it, name)[:3, :1])
    np.testing.assert_array_equal(some.scores, all_of_it.scores[:3])
    np.testing.assert_array_equal(some.tasks, part.train)


def test_a_part_cannot_be_more_than_the_whole(project):
    with pytest.raises(Advice, match="point_part wants more tasks than point has"):
        tasks_of(settings(train_tasks=1000), PART)


def test_a_context_shows_the_tasks_that_are_held_out_and_no_others(project):
    assert status("context", "point") == 0
    known = settings(validation_tasks=1, test_tasks=1)
    for split in ("validation", "test"):
        for data in (POINT, PART):
            shown = context_of(known, data, family_of(data), split)
            np.testing.assert_array_equal(shown.tasks, getattr(tasks_of(known, data), split))
            assert shown.obs.shape[:2] == (len(shown.tasks), known.data_size(POINT).demos_per_task)


def test_stages_are_of_whole_data_sets(monkeypatch):
    monkeypatch.setattr("remeta.papers.registry.DATASETS", (POINT, PART))
    assert whole_named("point") is POINT
    with pytest.raises(Advice, match="point_part is a part of point"):
        whole_named("point_part")


@pytest.mark.parametrize("expert_of", ["", "other"])
def test_whose_expert_it_is(expert_of):
    assert replace(POINT, expert_of=expert_of).taught_by == (expert_of or "point")
    assert replace(PART, expert_of=expert_of).taught_by == (expert_of or "point")
