"""Task sets: drawn alike everywhere, disjoint, and read only as they were written."""

import json

import numpy as np
import pytest

from remeta.frozen import Advice
from remeta.tasks import families
from remeta.tasks.tasksets import SPLITS, TaskSets

EVERY = {name: families.build(name) for name in families.FAMILIES}
COUNTED = [name for name, family in EVERY.items() if family.choices is not None]
LISTED = [name for name, family in EVERY.items() if getattr(family, "official_tasks", {})]


@pytest.fixture(params=[name for name in EVERY if name not in COUNTED])
def family(request):
    return EVERY[request.param]


@pytest.fixture(params=COUNTED)
def counted(request):
    return EVERY[request.param]


@pytest.fixture
def path(tmp_path):
    path = tmp_path / "point.json"
    TaskSets.drawn(families.build("point"), 7, 4, 3, 2).write(path)
    return path


def rewrite(path, **values):
    path.write_text(json.dumps(json.loads(path.read_text()) | values))


def test_sets_have_the_sizes_asked_for_and_no_task_twice(family):
    sets = TaskSets.drawn(family, 7, 20, 10, 5)
    assert [len(getattr(sets, name)) for name in SPLITS] == [20, 10, 5]
    rows = np.concatenate([getattr(sets, name) for name in SPLITS])
    assert len(np.unique(rows, axis=0)) == 35


@pytest.mark.parametrize("grown", SPLITS)
def test_more_of_one_set_changes_no_task_of_the_others(grown, family):
    sizes = dict.fromkeys(SPLITS, 4)
    before = TaskSets.drawn(family, 7, **sizes)
    after = TaskSets.drawn(family, 7, **sizes | {grown: 40})
    assert len(getattr(after, grown)) == 40
    for name in SPLITS:
        if name != grown:
            np.testing.assert_array_equal(getattr(after, name), getattr(before, name))


def test_another_seed_draws_other_tasks_where_none_are_given(family):
    sizes = {name: len(getattr(family, "official_tasks", {}).get(name, ())) + 3 for name in SPLITS}
    one, other = TaskSets.drawn(family, 7, **sizes), TaskSets.drawn(family, 8, **sizes)
    for name in SPLITS:
        same = (getattr(one, name) == getattr(other, name)).all(-1)
        assert same.sum() == sizes[name] - 3


@pytest.mark.parametrize("name", LISTED)
def test_given_tasks_come_first_and_others_lie_outside(name):
    family = EVERY[name]
    for count in (10, 50):
        sets = TaskSets.drawn(family, 7, count, count, count)
        for split in SPLITS:
            listed = family.official_tasks.get(split, np.empty((0, sets.train.shape[1])))[:count]
            found = getattr(sets, split)
            assert len(found) == count
            np.testing.assert_array_equal(found[: len(listed)], listed)
            draws = family.draw(np.random.default_rng([7, SPLITS.index(split)]), count)
            np.testing.assert_array_equal(found[len(listed) :], draws[: count - len(listed)])
        others = {key: rows for key, rows in family.official_tasks.items() if key not in SPLITS}
        assert (sets.outside or {}).keys() == others.keys()
        for key, rows in others.items():
            np.testing.assert_array_equal(sets.outside[key], rows)


@pytest.fixture
def quarter(tmp_path):
    file = tmp_path / "ant_quarter.json"
    TaskSets.drawn(EVERY["ant_quarter"], 7, 4, 3, 2).write(file)
    return file


def test_tasks_outside_are_read_as_they_were_written(quarter):
    sets, given = TaskSets.read(quarter, "ant_quarter"), EVERY["ant_quarter"].official_tasks
    assert list(sets.outside) == ["beside", "beyond"]
    for name, rows in sets.outside.items():
        np.testing.assert_array_equal(rows, given[name])


@pytest.mark.parametrize("place", ["inside", "twice", "wide", "nowhere"])
def test_tasks_outside_that_cannot_be_are_refused_even_without_a_digest(place, quarter):
    values = json.loads(quarter.read_text())
    del values["digest"]
    quarter.write_text(json.dumps(values))
    TaskSets.read(quarter, "ant_quarter")
    beside = values["outside"]["beside"]
    changed = {
        "inside": [*beside, values["validation"][1]],
        "twice": [*beside, beside[0]],
        "wide": [[0.0, 1.0, 2.0]],
        "nowhere": [[float("nan"), 0.0]],
    }
    rewrite(quarter, outside={"beside": changed[place]})
    with pytest.raises(Advice, match="changed or cut"):
        TaskSets.read(quarter, "ant_quarter")


def test_a_family_with_too_few_tasks_is_refused_instead_of_mixing_them():
    class Narrow:
        name = "narrow"
        choices = None

        def draw(self, rng, count):
            return np.zeros((count, 2))

    with pytest.raises(Advice, match="overlap"):
        TaskSets.drawn(Narrow(), 7, 1, 1, 1)


@pytest.mark.parametrize("name", EVERY)
def test_what_is_read_is_what_was_written(name, tmp_path):
    sets = TaskSets.drawn(EVERY[name], 7, 4, 3, 2)
    sets.write(tmp_path / "tasks.json")
    again = TaskSets.read(tmp_path / "tasks.json", name)
    assert (again.family, again.seed) == (sets.family, sets.seed)
    for part in (*SPLITS, "choices"):
        np.testing.assert_array_equal(getattr(again, part), getattr(sets, part))


def test_few_tasks_are_all_in_every_set_as_often_as_each_other(counted):
    sets = TaskSets.drawn(counted, 7, 21, 10, 8)
    assert [len(getattr(sets, name)) for name in SPLITS] == [21, 10, 8]
    for name in SPLITS:
        found, counts = np.unique(getattr(sets, name), axis=0, return_counts=True)
        np.testing.assert_array_equal(found, np.unique(counted.choices, axis=0))
        assert counts.max() - counts.min() <= 1


def test_a_continuums_file_does_not_speak_of_choices(path):
    """So that files and digests of before there were any stay as they are."""
    assert list(json.loads(path.read_text())) == ["format", "digest", "family", "seed", *SPLITS]
    assert json.loads(path.read_text())["digest"] == "61f0d238a4604ce6"


@pytest.mark.parametrize(
    ("choices", "train"),
    [
        ([[-1.0], [1.0]], [[1.0], [-1.0]]),
        ([[-1.0], [1.0]], [[-1.0], [-1.0]]),
        ([[-1.0], [1.0], [2.0]], [[-1.0], [1.0], [2.0]]),
        ([[1.0], [-1.0]], [[-1.0], [1.0]]),
        ([], [[-1.0], [1.0]]),
        ([-1.0, 1.0], [[-1.0], [1.0]]),
    ],
)
def test_choices_that_are_not_in_turn_are_refused_even_without_a_digest(choices, train, tmp_path):
    file = tmp_path / "tasks.json"
    TaskSets.drawn(EVERY["cheetah_dir"], 7, 4, 3, 2).write(file)
    values = json.loads(file.read_text())
    del values["digest"]
    file.write_text(json.dumps(values))
    TaskSets.read(file, "cheetah_dir")
    rewrite(file, choices=choices, train=train)
    with pytest.raises(Advice, match="changed or cut"):
        TaskSets.read(file, "cheetah_dir")


@pytest.mark.parametrize(
    ("values", "reason"),
    [
        ({"format": 2}, "another format"),
        ({"family": "reacher"}, "holds tasks of reacher"),
        ({"train": [[0.0, 0.0]]}, "changed"),
        ({"seed": 8}, "changed"),
        ({"digest": "0" * 16}, "changed"),
        ({"train": [[0.0], [0.0, 1.0]]}, "no readable task set"),
        ({"train": "none"}, "no readable task set"),
        ({"more": 1}, "no readable task set"),
    ],
)
def test_a_file_that_was_changed_is_refused_with_the_remedy(values, reason, path):
    rewrite(path, **values)
    with pytest.raises(Advice, match=reason) as told:
        TaskSets.read(path, "point")
    assert str(path) in str(told.value) and "dvc repro --force tasks_point" in str(told.value)


@pytest.mark.parametrize(
    "tasks", [[], [0.0, 1.0], [[0.0]], [[[0.0, 1.0]]], [[float("nan"), 0.0]], [[9.0, 9.0]] * 2]
)
def test_rows_that_are_no_set_of_tasks_are_refused_even_without_a_digest(tasks, path):
    values = json.loads(path.read_text())
    del values["digest"]
    path.write_text(json.dumps(values))
    TaskSets.read(path, "point")
    rewrite(path, train=tasks)
    with pytest.raises(Advice, match="changed or cut"):
        TaskSets.read(path, "point")


def test_a_test_task_among_the_training_tasks_is_refused(path):
    values = json.loads(path.read_text())
    del values["digest"]
    values["train"][0] = values["test"][0]
    path.write_text(json.dumps(values))
    with pytest.raises(Advice, match="changed or cut"):
        TaskSets.read(path, "point")


@pytest.mark.parametrize("content", [b"", b"{", b"[]", b"3", b'"x"', b"null", b"\xff\xfe\x00"])
def test_what_is_no_task_set_at_all_is_refused(content, path):
    path.write_bytes(content)
    with pytest.raises(Advice, match="no readable task set"):
        TaskSets.read(path, "point")
