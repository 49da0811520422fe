"""A dvc.lock that is empty or cut off: a sentence, a remedy, and a remedy that works."""

import pytest

DAMAGES = {
    "empty": lambda text: "",
    "cut off in the middle": lambda text: text[: len(text) // 2],
    "without its last sign": lambda text: text[:-1],
    "without a head": lambda text: text[10:],
    "zeros": lambda text: "\0" * 512,
}


@pytest.mark.parametrize("damage", DAMAGES)
def test_a_damaged_lock_is_refused_with_the_remedy_and_left_alone(made, damage, capfd):
    made.write("dvc.lock", spoilt := DAMAGES[damage](made.lock))
    assert made.repro() == 2
    err = capfd.readouterr().err
    assert err.startswith("remeta repro: dvc.lock is empty or damaged; `remeta repro --repair`")
    assert len(err.splitlines()) == 1
    assert made.lock == spoilt and made.ran() == []


@pytest.mark.parametrize("damage", DAMAGES)
def test_repair_builds_it_again_from_the_run_cache(toy, damage, capfd):
    """But for what stays in place, of which DVC keeps no runs."""
    assert toy.repro() == 0
    lock = toy.lock
    toy.ran()
    toy.write("dvc.lock", DAMAGES[damage](lock))
    assert toy.repro("--repair") == 0
    assert toy.lock == lock and toy.status() == {}
    assert toy.ran() in ([], ["probes"])
    assert toy.read("dvc.lock.broken") == DAMAGES[damage](lock)


def test_what_was_committed_is_taken_from_git(made, tmp_path, capfd):
    """In a clone, which has no run cache."""
    clone = made.clone(tmp_path / "clone")
    lock = clone.lock
    clone.write("dvc.lock", lock[: lock.index("  train@toy-maml-0") + 100])
    assert clone.repro("--repair") == 0
    assert clone.lock == lock and clone.ran() == []
    assert "kept 3 stages, 3 from git" in capfd.readouterr().err


def test_what_is_committed_is_not_believed_where_it_is_old(made, tmp_path):
    clone = made.clone(tmp_path / "clone")
    clone.write("code/a", "two\n")
    clone.write("dvc.lock", "")
    assert clone.repro("--repair") == 0
    assert clone.ran() == ["data", "figure", "probes", "train-maml-0", "train-mri-0"]
    assert clone.status() == {}


def test_a_lock_that_is_gone_is_repaired_too(toy):
    assert toy.repro() == 0
    lock = toy.lock
    (toy.folder / "dvc.lock").unlink()
    assert toy.repro("--repair") == 0
    assert toy.lock == lock


def test_a_whole_lock_needs_no_repair(made, capfd):
    lock = made.lock
    assert made.repro("--repair") == 0
    assert "nothing to repair" in capfd.readouterr().err
    assert made.lock == lock and made.ran() == []
