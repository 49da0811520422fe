"""A file that is missing, broken or another's stops a stage and says what mends it."""

import json
from io import BytesIO
from pathlib import Path

import numpy as np
import pytest
import torch
from safetensors.torch import load_file

from remeta.pipeline.models import write_model
from remeta.tasks.tasksets import TaskSets
from tests.pipeline.tiny import PANEL, PROFILE, change

TASKS, DEMOS = Path(f"data/tasks/{PROFILE}/point.json"), Path(f"data/demos/{PROFILE}/point.npz")
MODEL = Path(f"models/{PROFILE}/mri/fig3_point/mri-3.safetensors")
EXPERT = Path(f"data/experts/{PROFILE}/reacher.safetensors")
TRAIN, EVALUATE = f"train {PANEL} mri 3", f"evaluate {PANEL} mri 3"
ABOUT = {"profile": PROFILE, "panel": PANEL, "run": "mri", "seed": 3}
READERS = [
    (TASKS, TRAIN, "dvc repro --force tasks_point"),
    (TASKS, EVALUATE, "dvc repro --force tasks_point"),
    (TASKS, "demos point", "dvc repro --force tasks_point"),
    (DEMOS, TRAIN, "dvc repro --force demos_point"),
    (MODEL, EVALUATE, f"dvc repro --force train_{PANEL}@{PROFILE}-mri-3"),
    (EXPERT, "demos reacher", "dvc repro --force expert_reacher"),
    (EXPERT, "evaluate mri_fig3_reacher expert 3", "dvc repro --force expert_reacher"),
]


@pytest.mark.parametrize(("path", "words", "remedy"), READERS)
@pytest.mark.parametrize("how", ["missing", "cut", "noise", "empty", "folder"])
def test_a_file_that_cannot_be_read_is_named_with_its_remedy(path, words, remedy, how, refused):
    whole = path.read_bytes()
    path.unlink()
    match how:
        case "cut":
            path.write_bytes(whole[: len(whole) * 2 // 3])
        case "noise":
            path.write_bytes(np.random.default_rng(0).bytes(5000))
        case "empty":
            path.write_bytes(b"")
        case "folder":
            path.mkdir()
    refused(words, str(path), remedy)


def test_demos_of_other_tasks_are_refused(refused):
    sets = TaskSets.read(TASKS, "point")
    TaskSets("point", 8, sets.train + 0.01, sets.validation, sets.test).write(TASKS)
    refused(TRAIN, str(DEMOS), "another task set", "demos_point")


def test_demos_of_another_format_are_refused(refused):
    header = json.loads(str(np.load(DEMOS)["about"]))
    _demos(about=lambda about: np.array(json.dumps(header | {"format": 2})))
    refused(TRAIN, str(DEMOS), "another format", "demos_point")


def test_tasks_of_another_family_are_refused(refused):
    TASKS.write_bytes(TASKS.with_name("reacher.json").read_bytes())
    refused(TRAIN, str(TASKS), "reacher", "point")


def test_a_task_moved_by_hand_is_noticed(refused):
    values = json.loads(TASKS.read_text())
    values["test"][0] = values["train"][0]
    TASKS.write_text(json.dumps(values))
    refused(EVALUATE, str(TASKS), "changed")


def test_demos_of_another_robot_are_refused(refused):
    _demos(obs=lambda obs: np.repeat(obs, 2, axis=-1))
    refused(TRAIN, str(DEMOS), "another robot")


def test_pickled_demos_are_not_loaded(refused, tmp_path):
    class Trap:
        def __reduce__(self):
            return Path.touch, (tmp_path / "sprung",)

    buffer = BytesIO()
    np.savez(buffer, **dict(np.load(DEMOS)) | {"obs": np.array([Trap()], dtype=object)})
    DEMOS.write_bytes(buffer.getvalue())
    refused(TRAIN, str(DEMOS), "demos_point")
    DEMOS.write_bytes(np.array([Trap()], dtype=object).dumps())
    refused(TRAIN, str(DEMOS), "demos_point")
    assert not (tmp_path / "sprung").exists()


def test_the_pickle_that_is_not_loaded_would_have_done_harm(tmp_path):
    """The test above is worth something only if its trap springs when it is loaded."""
    path = tmp_path / "sprung"

    class Trap:
        def __reduce__(self):
            return Path.touch, (path,)

    np.save(tmp_path / "trap.npy", np.array([Trap()], dtype=object), allow_pickle=True)
    np.load(tmp_path / "trap.npy", allow_pickle=True)
    assert path.exists()


@pytest.mark.parametrize("key", ["profile", "panel", "run", "seed"])
def test_a_model_of_another_run_is_refused(key, refused):
    write_model(MODEL, load_file(MODEL), ABOUT | {key: 4 if key == "seed" else "other"})
    refused(EVALUATE, str(MODEL), "another run", key, "train_")


def test_a_model_of_another_shape_is_refused(refused):
    change("hp.policy.hidden", [100, 99])
    refused(EVALUATE, str(MODEL), "shape")


def test_a_model_of_another_precision_is_refused(refused):
    _rewrite(lambda value: value.double())
    refused(EVALUATE, str(MODEL), "shape")


def test_a_model_without_numbers_is_refused(refused):
    _rewrite(lambda value: value * torch.nan)
    refused(EVALUATE, str(MODEL), "not finite")


def test_the_expert_of_another_family_is_refused(refused):
    write_model(EXPERT, load_file(EXPERT), {"family": "ant_goal"})
    refused("demos reacher", str(EXPERT), "ant_goal", "expert_reacher")


def _rewrite(what) -> None:
    write_model(MODEL, {name: what(value) for name, value in load_file(MODEL).items()}, ABOUT)


def _demos(**changes) -> None:
    values = dict(np.load(DEMOS))
    np.savez(DEMOS, **values | {name: what(values[name]) for name, what in changes.items()})
