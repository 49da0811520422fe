"""Demonstrations for other tools: the same steps, with the rewards that the environment pays."""

import sys

import numpy as np
import pytest
import torch

from remeta.core.episodes import Episodes
from remeta.experience.demos import DemoFile
from remeta.pipeline import places
from remeta.pipeline.stages.minari import buffers, to_minari
from remeta.tasks.tasksets import TaskSets
from tests.pipeline import tiny

NAME = "remeta/point-v0"


@pytest.fixture
def minari(project, tmp_path, monkeypatch):
    monkeypatch.setenv("MINARI_DATASETS_PATH", str(tmp_path / "minari"))
    return pytest.importorskip("minari", reason="Minari is not installed (pyproject.toml)")


def test_without_minari_one_is_told_how_to_get_it(refused, monkeypatch):
    monkeypatch.setitem(sys.modules, "minari", None)
    refused("minari point", "Minari is not installed", "pip install")


def test_a_data_set_holds_what_is_on_file_and_what_the_environment_pays_for_it(minari):
    to_minari(["point"])
    made = minari.load_dataset(NAME)
    tasks = TaskSets.read(places.tasks(tiny.PROFILE, "point"), "point").train
    file = DemoFile.read(places.demos(tiny.PROFILE, "point"), "point", tasks)
    shape = file.mask.shape
    assert made.total_episodes == shape[0] * shape[1]
    assert made.total_steps == file.mask.sum() - made.total_episodes
    env = made.recover_environment()
    for place, episode in enumerate(made.iterate_episodes()):
        task, number = divmod(place, shape[1])
        np.testing.assert_array_equal(episode.observations, file.obs[task, number])
        np.testing.assert_array_equal(episode.actions, file.act[task, number, :-1])
        assert episode.truncations.tolist() == [False] * (shape[2] - 2) + [True]
        assert not episode.terminations.any()
        env.reset(seed=0, options={"task": tasks[task]})
        env.unwrapped.state[:] = file.obs[task, number, 0]  # which on the point is all there is
        for act, after, reward in zip(
            episode.actions, episode.observations[1:], episode.rewards, strict=True
        ):
            seen, paid, *_ = env.step(act)
            np.testing.assert_allclose(seen, after, atol=1e-5)
            assert reward == pytest.approx(paid, abs=1e-4)


def test_one_that_is_there_is_kept(minari, refused):
    to_minari(["point"])
    refused("minari point", f"minari delete {NAME}")


def test_other_demonstrations_than_those_on_file_are_refused(minari, refused):
    path = places.demos(tiny.PROFILE, "point")
    tasks = TaskSets.read(places.tasks(tiny.PROFILE, "point"), "point").train
    file = DemoFile.read(path, "point", tasks)
    file.act[0, 0, 0] += 0.01
    file.write(path)
    refused("minari point", "others than those on file", "demos_point")


def test_an_episode_that_ended_early_has_its_own_length(minari):
    mask = torch.tensor([[[1.0, 1, 1, 0], [1, 0, 0, 0]]])
    zeros = torch.zeros(1, 2, 4)
    rollouts = Episodes(zeros[..., None], zeros[..., None], zeros, mask, zeros)
    (only,) = buffers(rollouts, np.array([[0.5]]))
    assert len(only) == 2 and len(only.observations) == 3
    assert only.options == {"task": [0.5]} and only.truncations.tolist() == [False, True]
