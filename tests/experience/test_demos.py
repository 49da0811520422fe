"""Demonstration files: read as they were written, refused when they are anything else."""

from io import BytesIO
from zipfile import ZipFile

import numpy as np
import pytest
import torch
from torch.testing import assert_close

from remeta.core.episodes import Demonstrations
from remeta.experience.demos import (
    DemoFile,
    demonstrations_of,
    refilled,
    subsampled,
    transitions,
)
from remeta.experience.world import World
from remeta.frozen import Advice
from remeta.tasks.point import Point

TASKS, EPISODES, STEPS = 3, 2, 4
GOALS = np.arange(2.0 * TASKS).reshape(TASKS, 2)


def demos(rng, **changes) -> DemoFile:
    def numbers(*shape):
        return rng.standard_normal(shape).astype(np.float32)

    values = {
        "family": "point",
        "tasks": GOALS,
        "obs": numbers(TASKS, EPISODES, STEPS, 2),
        "act": numbers(TASKS, EPISODES, STEPS, 2),
        "mask": np.ones((TASKS, EPISODES, STEPS), np.float32),
        "scores": numbers(TASKS),
        "seed": 0,
        "expert_env_steps": 24,
    }
    return DemoFile(**values | changes)


@pytest.fixture
def path(tmp_path, rng):
    demos(rng).write(tmp_path / "point.npz")
    return tmp_path / "point.npz"


def refused(path, reason, family="point", tasks=GOALS):
    with pytest.raises(Advice, match=reason) as told:
        DemoFile.read(path, family, tasks)
    assert str(path) in str(told.value)
    assert f"dvc repro --force demos_{path.stem}" in str(told.value)


def test_what_is_read_is_what_was_written(path, rng):
    found, expected = DemoFile.read(path, "point", GOALS), demos(np.random.default_rng(0))
    for name, value in vars(expected).items():
        np.testing.assert_array_equal(getattr(found, name), value)


def test_the_same_demonstrations_are_the_same_bytes(path):
    demos(np.random.default_rng(0)).write(path.with_name("again.npz"))
    assert path.with_name("again.npz").read_bytes() == path.read_bytes()


def test_another_family_or_another_task_set_is_refused(path):
    refused(path, "shows point, not reacher", family="reacher")
    for tasks in (GOALS + 1e-12, GOALS[:2], GOALS[::-1], GOALS[:, :1]):
        refused(path, "another task set", tasks=tasks)


@pytest.mark.parametrize(
    ("about", "reason"),
    [
        ('{"format": 2}', "another format"),
        ("{}", "no readable"),
        ("[]", "no readable"),
        ("not json", "no readable"),
        ('{"format": 1, "versions": {}, "family": "point"}', "no readable"),
    ],
)
def test_a_header_that_says_something_else_is_refused(about, reason, path):
    np.savez(path, **dict(np.load(path)) | {"about": np.array(about)})
    refused(path, reason)


@pytest.mark.parametrize("name", ["obs", "act", "mask", "scores", "tasks", "about"])
def test_a_missing_array_is_refused(name, path):
    values = dict(np.load(path))
    del values[name]
    np.savez(path, **values)
    refused(path, "no readable")


@pytest.mark.parametrize(
    "changes",
    [
        {"obs": np.zeros((TASKS, EPISODES, STEPS + 1, 2), np.float32)},
        {"act": np.zeros((TASKS, STEPS, 2), np.float32)},
        {"mask": np.ones((TASKS, EPISODES), np.float32)},
        {"mask": np.zeros((TASKS, EPISODES, STEPS), np.float32)},
        {"scores": np.zeros(TASKS + 1, np.float32)},
        {"obs": np.full((TASKS, EPISODES, STEPS, 2), "x")},
        {"expert_env_steps": "many"},
    ],
    ids=lambda changes: next(iter(changes)),
)
def test_arrays_that_do_not_fit_together_are_refused(changes, rng, tmp_path):
    demos(rng, **changes).write(tmp_path / "point.npz")
    refused(tmp_path / "point.npz", "do not fit together")


@pytest.mark.parametrize("name", ["obs", "act", "mask", "scores"])
def test_numbers_that_are_not_finite_are_refused(name, rng, tmp_path):
    value = getattr(demos(rng), name).copy()
    value.flat[-1] = np.nan
    demos(rng, **{name: value}).write(tmp_path / "point.npz")
    refused(tmp_path / "point.npz", "not finite")


def test_a_member_cut_short_by_its_own_header_is_refused(path, tmp_path):
    """The checksum is over the whole member, even where an array claims less of it."""
    whole = path.read_bytes()
    with ZipFile(path) as file:
        members = {name: file.read(name) for name in file.namelist()}
    small = BytesIO()
    np.save(small, np.zeros(2, np.float32))
    with ZipFile(path, "w") as file:
        for name, data in members.items():
            file.writestr(name, small.getvalue() + data if name == "scores.npy" else data)
    refused(path, "do not fit together")
    assert path.read_bytes() != whole


def test_pairs_of_full_episodes_are_all_steps_in_order(rng):
    found = demos(rng)
    obs, act = found.pairs()
    np.testing.assert_array_equal(obs, found.obs.reshape(TASKS, -1, 2))
    np.testing.assert_array_equal(act, found.act.reshape(TASKS, -1, 2))


def test_pairs_leave_out_masked_steps_and_give_every_task_as_many(rng):
    mask = np.ones((TASKS, EPISODES, STEPS), np.float32)
    mask[0, 0, 2:] = 0  # 6 steps left of task 0
    mask[1, 1, 1:] = 0  # 5 of task 1
    found = demos(rng, mask=mask)
    obs, act = found.pairs()
    assert obs.shape == act.shape == (TASKS, 5, 2)
    for task in range(TASKS):
        np.testing.assert_array_equal(obs[task], found.obs[task][mask[task] > 0][:5])
        np.testing.assert_array_equal(act[task], found.act[task][mask[task] > 0][:5])


def test_each_demonstration_by_itself_knows_what_its_steps_led_to(rng):
    lasting = np.array([[4, 2], [1, 4], [3, 3]])  # of [task, episode]
    mask = (np.arange(4) < lasting[..., None]).astype(np.float32)
    file, world = demos(rng, mask=mask), World(Point(), horizon=4, modes=2)
    found = demonstrations_of(world, file)
    np.testing.assert_array_equal(found.mask.sum(-1), lasting - 1)
    for task, episode, t in np.argwhere(found.mask.numpy()):
        here = task, episode, t
        np.testing.assert_array_equal(found.obs[here][:2], file.obs[here])
        np.testing.assert_array_equal(found.act[here], file.act[here])
        np.testing.assert_array_equal(found.next_obs[here][:2], file.obs[task, episode, t + 1])
    assert (found.obs[..., 2:] == 0).all() and found.next_obs.shape[-1] == 4


def test_subsampled_demonstrations_keep_every_nth_step_from_an_offset_of_their_own(rng):
    clock = torch.arange(11.0).expand(3, 5, 11)
    record = Demonstrations(clock[..., None], -clock[..., None], clock[..., None] + 1, clock % 7)
    thin = subsampled(record, 3, rng)
    time = thin.obs[..., 0]
    assert time.shape == (3, 5, 3)
    assert (time.diff(dim=-1) == 3).all() and set(time[..., 0].flatten().tolist()) == {0, 1, 2}
    assert_close(thin.act[..., 0], -time)
    assert_close(thin.next_obs[..., 0], time + 1)
    assert_close(thin.mask, time % 7)
    assert_close(subsampled(record, 1, rng).obs, record.obs)


def labelled(lengths):
    """Steps that say whose they are, in which demonstration and when: [task, demo, time, 3]."""
    lengths = torch.tensor(lengths)
    most = int(lengths.max())
    where = torch.stack(torch.meshgrid(*map(torch.arange, (*lengths.shape, most)), indexing="ij"))
    obs = where.movedim(0, -1).float()
    mask = (torch.arange(most) < lengths.unsqueeze(-1)).float()
    return Demonstrations(obs, obs[..., :1] + 100, obs + 1, mask)


def test_a_demonstration_that_is_over_begins_again_under_the_same_mask():
    """Where it is cut off its clock starts anew, as often as there is room."""
    short = labelled([[3, 1], [2, 5]])
    found = refilled(short)
    assert found.obs[..., 2].tolist() == [
        [[0, 1, 2, 0, 1], [0] * 5],
        [[0, 1, 0, 1, 0], [0, 1, 2, 3, 4]],
    ]
    assert_close(found.obs[..., :2], short.obs[..., :2])
    assert_close(found.act, found.obs[..., :1] + 100)
    assert_close(found.next_obs, found.obs + 1)
    assert_close(found.mask, short.mask)
    assert_close(refilled(whole := labelled([[4, 4]])).obs, whole.obs)


def test_one_that_never_began_is_its_first_step_and_stays_hidden():
    found = refilled(labelled([[0, 2]]))
    assert found.obs[0, 0, :, 2].tolist() == [0, 0] and found.mask[0, 0].sum() == 0


def test_random_steps_are_of_the_tasks_asked_for_and_keep_together(rng):
    shown = transitions(labelled([[3, 1], [2, 5], [4, 4]]), np.array([2, 0]), 50, rng)
    assert_close(shown["obs"][..., 0], torch.tensor([2.0, 0.0])[:, None].expand(2, 50))
    assert_close(shown["act"], shown["obs"][..., :1] + 100)
    assert_close(shown["next_obs"], shown["obs"] + 1)


def test_every_step_that_was_taken_is_as_likely_as_any_other_and_no_other_is_shown(rng):
    lengths, count = [[3, 0, 1], [2, 5, 2]], 30_000
    shown = transitions(labelled(lengths), np.arange(2), count, rng)["obs"]
    for task, own in enumerate(lengths):
        steps = [(demo, time) for demo, length in enumerate(own) for time in range(length)]
        share = 1 / len(steps)
        seen = [tuple(row) for row in shown[task, :, 1:].int().tolist()]
        assert set(seen) == set(steps)
        shares = [seen.count(step) / count for step in steps]
        tolerance = 5 * np.sqrt(share * (1 - share) / count)
        np.testing.assert_allclose(shares, share, atol=tolerance)
