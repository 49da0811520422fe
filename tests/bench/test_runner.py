"""The runner's benchmark at sizes at which no number means anything."""

import json
import re
from contextlib import chdir
from dataclasses import replace
from pathlib import Path

import pytest

from remeta.bench import book, madeup, nodes, runner, toys
from remeta.frozen import Advice
from remeta.pipeline.settings.params import read_yaml, write_yaml
from remeta.runner.status import status
from tests.contracts.graph import ROOT

TARGETS = ("evaluate_mri_fig3_point",)
TOY = runner.Extent(few=4, additions=1000, rounds=1, targets=TARGETS)
FIELDS = ["repro", "status", "stage"]
BESIDE = ["from_nothing_4", "two_at_a_time", "ray"]


def test_a_tree_has_as_many_stages_as_asked_for():
    for count in (4, 300, 800):
        stages = toys.tree(count).values()
        cells = [len(stage["matrix"]["cell"]) if "matrix" in stage else 1 for stage in stages]
        assert sum(cells) == count


def of_one_paper(root: Path, folder: Path, clone=madeup.clone) -> Path:
    """A clone with a sixth of the stages: as good to see whether everything is measured."""
    clone(root, folder)
    blocks = read_yaml(folder / "dvc.yaml")
    known = ("probes", "tasks_", "expert_", "demos_")
    stages = {
        name: block
        for name, block in blocks["stages"].items()
        if name.startswith(known) or "mri" in name
    }
    write_yaml(folder / "dvc.yaml", {"stages": stages})
    return folder


def test_every_side_is_measured_and_ray_where_it_is(tmp_path, monkeypatch):
    monkeypatch.setattr(nodes, "RAY", False)
    monkeypatch.setattr(madeup, "clone", of_one_paper)
    entries = list(runner.measured(tmp_path, TOY))
    assert [entry.name for entry in entries] == FIELDS + BESIDE
    *timed, ray = entries
    assert all(entry.ours > 0 for entry in timed)
    assert all(entry.other > 0 for entry in timed if entry.name in BESIDE)
    stages = int(re.search(r"(\d+) stages", timed[0].what)[1])
    assert stages > 10 and f"of this project, {stages} stages" in timed[1].what
    assert "Ray is not installed" in ray.what and not ray.met
    assert (ray.ours, ray.ratio) == (None, None)
    written = book.record(
        tmp_path / "b.json", entries, book.machine({"threads": 2.0}, 0.0, ["dvc"])
    )
    assert f"| {ray.what} |  |  |  | the same dvc.lock | ✗ |" in book.table(written)
    assert json.loads((tmp_path / "b.json").read_text()) == written


@pytest.mark.skipif(not nodes.RAY, reason="Ray is not installed (requirements-cluster.lock)")
def test_on_ray_the_lock_is_the_same(tmp_path):
    here, there = (toys.write(tmp_path / name, toys.tree(4)) for name in ("here", "there"))
    runner.python(there, "remeta", "repro")
    entry = runner.on_ray(here, there, 1.0, 4)
    assert entry.met and entry.ours > 0
    (there / "dvc.lock").write_text("another")
    assert runner.lock(here) != runner.lock(there)


def test_what_is_current_does_not_run_again(tmp_path):
    folder = toys.write(tmp_path / "toy", toys.tree(4))
    runner.python(folder, "remeta", "repro")
    before = (folder / "table").stat().st_mtime_ns
    runner.python(folder, "remeta", "repro")
    runner.python(folder, "dvc", "repro", "--quiet")
    assert (folder / "table").stat().st_mtime_ns == before


def test_a_runner_that_fails_is_told_of(tmp_path):
    stages = {"left": {"cmd": "echo no such thing; exit 3", "outs": ["left"]}}
    with pytest.raises(Advice, match="no such thing"):
        runner.seconds(toys.write(tmp_path / "toy", stages), "remeta", "repro")


def test_the_full_size_is_the_promised_one():
    assert replace(runner.FULL, additions=1, rounds=1) == runner.Extent(300, 1, 1)


def test_a_made_up_clone_is_current_in_all_eyes_and_trains_nothing(tmp_path, capfd):
    folder = madeup.clone(ROOT, tmp_path / "clone")
    target = ("evaluate_mri_fig3_point",)
    count = madeup.pretend(folder, "quick", target)
    runner.python(folder, "remeta", "repro", *target)
    with chdir(folder):
        status(target)
    assert f"nothing is stale: {count} stages are current" in capfd.readouterr().out
    model = next((folder / "models/quick/mri/fig3_point").iterdir())
    assert model.read_text().startswith("train_mri_fig3_point@quick-")
