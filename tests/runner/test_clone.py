"""What is not here: missing models of valid results are no reason to train."""

import shutil

import pytest

from tests.runner.toy import Toy, made_of


@pytest.fixture
def clone(made, tmp_path) -> Toy:
    made.write("ran", "")
    return made.clone(tmp_path / "clone")


def test_in_a_fresh_clone_nothing_runs(clone, capfd):
    assert clone.repro("-j", "2") == 0
    assert clone.ran() == [] and not (clone.folder / "models").exists()
    assert "0 stages ran, 6 were current" in capfd.readouterr().err


def test_a_changed_table_is_all_that_runs(clone):
    clone.stages_of("table", cmd=["echo table >> ran", "cat curves/* | cat > table"])
    assert clone.repro() == 0
    assert clone.ran() == ["table"]


def test_a_changed_figure_brings_back_just_the_model_that_it_needs(clone):
    lock = clone.lock
    clone.stages_of("figure", cmd="echo figure >> ran; cat models/mri-0 > figure")
    assert clone.repro("-j", "2") == 0
    assert clone.ran() == ["data", "figure", "train-mri-0"]
    assert clone.lock.split("  figure:")[0] == lock.split("  figure:")[0]
    assert clone.dvc("repro", "--allow-missing") == 0 and clone.ran() == []


def test_a_result_that_git_keeps_is_missed(clone):
    (clone.folder / "table").unlink()
    assert clone.repro() == 0
    assert clone.ran() == ["table"]


def test_what_the_cache_has_is_not_made_again(made):
    for name in ("data", "models"):
        shutil.rmtree(made.folder / name)
    (made.folder / "figure").unlink()
    assert made.repro() == 0
    assert made.ran() == [] and made.status() == {}


def test_what_only_a_changed_stage_needs_is_fetched(made):
    shutil.rmtree(made.folder / "models")
    made.stages_of("figure", cmd="echo figure >> ran; cat models/mri-0 > figure")
    assert made.repro() == 0
    assert made.ran() == ["figure"]


def test_a_model_that_came_out_otherwise_is_scored_again(tmp_path):
    """Its score was current as long as nobody needed the model."""
    toy = made_of(
        tmp_path / "toy",
        model="date +%N > OUT",
        score__model="cp out/model OUT",
        table__score="cp out/score OUT",
        figure__model="cp out/model OUT",
    )
    for stage in ("score", "table", "figure"):
        toy.stages_of(stage, outs=[{f"out/{stage}": {"cache": False}}])
    assert toy.repro() == 0
    (toy.folder / "out/model").unlink()
    shutil.rmtree(toy.folder / ".dvc/cache")
    toy.ran()
    toy.stages_of("figure", cmd="echo figure >> ran; cat out/model > out/figure")
    assert toy.repro("-j", "2") == 0
    assert toy.ran() == ["figure", "model", "score", "table"]
    assert toy.status() == {}
    assert toy.read("out/table") == toy.read("out/model") == toy.read("out/figure")


def test_an_output_that_was_never_recorded_is_no_lost_model(clone):
    clone.stages_of("train", outs=["models/${item.run}-${item.seed}", "more/${item.run}"])
    assert clone.repro() == 2
    assert clone.ran() == ["data", "train-maml-0", "train-mri-0"]
