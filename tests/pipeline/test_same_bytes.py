"""The same seed gives the same bytes, another seed others."""

from pathlib import Path

import pytest

from tests.pipeline.tiny import PANEL, status

FOLDER = Path("results/probe/mri/fig3_point")


def written(run: str, seed: int) -> list[bytes]:
    for verb in ("train", "evaluate"):
        assert status(verb, PANEL, run, str(seed)) == 0
    model = Path(f"models/probe/mri/fig3_point/{run}-{seed}.safetensors")
    kinds = ("curves", "scores")
    return [model.read_bytes(), *((FOLDER / k / f"{run}-{seed}.csv").read_bytes() for k in kinds)]


@pytest.mark.parametrize("run", ["mri", "maml"])
def test_a_run_is_repeated_to_the_byte(run, project):
    once = written(run, 3)
    assert written(run, 3) == once
    assert all(one != other for one, other in zip(once, written(run, 4), strict=True))


def test_tasks_and_demos_are_repeated_to_the_byte(project):
    paths = [Path("data/tasks/probe/point.json"), Path("data/demos/probe/point.npz")]
    before = [path.read_bytes() for path in paths]
    for verb in ("tasks", "demos"):
        assert status(verb, "point") == 0
    assert [path.read_bytes() for path in paths] == before


def test_the_expert_is_repeated_to_the_byte(project):
    path = Path("data/experts/probe/reacher.safetensors")
    before = path.read_bytes()
    assert status("expert", "reacher") == 0
    assert path.read_bytes() == before
