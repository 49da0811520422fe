"""What git keeps of dvc.lock, and what only this machine knows."""

import subprocess
from pathlib import Path

import pytest

from remeta.runner.lockfile import HEAD, LockFile, render, split
from remeta.runner.locks import LOCAL, SHARED, Locks, unshared
from tests.runner.toy import AUTHOR, IGNORED, PARAMS, STAGES, Toy

ORDER = ["probes", "data@toy", "train@toy-mri-0", "train@toys-mri-0"]
MADE = "/results/toy/\n/dvc.local.lock*\n/probes/\n/curves/\n/costs/\n"


def git(folder: Path, words: str) -> str:
    return subprocess.run(
        ["git", *words.split()], cwd=folder, check=True, capture_output=True, text=True
    ).stdout


@pytest.fixture
def apart(toy) -> Toy:
    """A project whose profile everyone makes afresh; what is of no profile is committed."""
    toy.stages({name: STAGES[name] for name in ("probes", "data", "train")})
    assert toy.repro("probes") == 0
    toy.write(".gitignore", IGNORED + MADE)
    for words in ("init -q", "add .", f"{AUTHOR} commit -q -m all"):
        git(toy.folder, words)
    toy.ran()
    return toy


def entry(name: str, cmd: str = "true") -> str:
    return render(name, {"cmd": cmd})


@pytest.fixture
def locks(tmp_path) -> Locks:
    git(tmp_path, "init -q")
    (tmp_path / ".gitignore").write_text("/results/toy/\n")
    (tmp_path / "profiles").mkdir()
    for name in ("toy", "toys"):
        (tmp_path / f"profiles/{name}.yaml").write_text("name: it\n")
    return Locks(tmp_path)


def test_a_run_leaves_nothing_for_git_and_is_known_afterwards(apart, tmp_path, capfd):
    other = apart.copy(tmp_path / "other")
    assert apart.repro("-j", "2") == 0 and other.dvc("repro") == 0
    assert git(apart.folder, "status --porcelain") == ""
    assert " M dvc.lock\n" in git(other.folder, "status --porcelain")
    assert list(split(apart.lock)) == ["probes"]
    assert Locks(apart.folder).entries() == split(other.lock)
    assert len(apart.ran()) == 3
    assert apart.repro() == 0 and apart.ran() == []
    assert "0 stages ran, 4 were current" in capfd.readouterr().err


def test_dvc_finds_it_in_its_run_cache_and_what_it_writes_is_taken_out_again(apart):
    assert apart.repro() == 0
    lock, entries = apart.lock, Locks(apart.folder).entries()
    apart.ran()
    assert apart.dvc("repro") == 0
    assert apart.ran() == [] and apart.status() == {}
    assert apart.lock != lock
    assert apart.repro() == 0 and apart.ran() == []
    assert apart.lock == lock and Locks(apart.folder).entries() == entries


def test_what_dvc_ran_later_counts(apart):
    assert apart.repro() == 0
    params = PARAMS | {"hp": PARAMS["hp"] | {"size": 4}}
    apart.params(params)
    assert apart.dvc("repro") == 0
    apart.ran()
    assert apart.repro() == 0 and apart.ran() == []


@pytest.mark.parametrize("spoilt", ["", "- a\n", HEAD + "  a:\n"])
def test_what_stands_beside_is_refused_and_repaired_as_well(apart, spoilt, capfd):
    assert apart.repro() == 0
    entries = Locks(apart.folder).entries()
    apart.ran()
    apart.write(LOCAL, spoilt)
    assert apart.repro() == 2
    assert f"{LOCAL} is empty or damaged; `remeta repro --repair`" in capfd.readouterr().err
    assert apart.repro("--repair") == 0 and apart.ran() == []
    assert Locks(apart.folder).entries() == entries
    assert apart.read(f"{LOCAL}.broken") == spoilt


def test_the_profiles_that_git_ignores_are_known_by_name(locks, tmp_path):
    assert unshared(tmp_path) == ["toy"]
    for name in ORDER:
        locks.put(name, entry(name), ORDER)
    assert list(LockFile(tmp_path / SHARED).entries()) == ["probes", "train@toys-mri-0"]
    assert list(LockFile(tmp_path / LOCAL).entries()) == ["data@toy", "train@toy-mri-0"]
    assert locks.values() == {name: {"cmd": "true"} for name in ORDER}


def test_the_profile_of_params_counts_without_a_file(tmp_path):
    assert unshared(tmp_path) == []
    git(tmp_path, "init -q")
    (tmp_path / ".gitignore").write_text("/results/own/\n")
    (tmp_path / "params.yaml").write_text("profile: {name: own}\n")
    assert unshared(tmp_path) == ["own"]


def test_a_kill_between_both_files_leaves_an_entry_that_once_was_true(locks, tmp_path, monkeypatch):
    name = "data@toy"
    LockFile(tmp_path / SHARED).put(name, entry(name, "old"), ORDER)
    monkeypatch.setattr(LockFile, "drop", lambda *_: exit(9))
    with pytest.raises(SystemExit):
        locks.put(name, entry(name, "new"), ORDER)
    monkeypatch.undo()
    assert locks.entries() == {name: entry(name, "old")}
    locks.put(name, entry(name, "new"), ORDER)
    assert locks.entries() == {name: entry(name, "new")} and not (tmp_path / SHARED).exists()


def test_what_is_no_longer_ignored_moves_to_dvc_lock(locks, tmp_path):
    locks.put("data@toy", entry("data@toy"), ORDER)
    (tmp_path / ".gitignore").write_text("")
    later = Locks(tmp_path)
    later.separate()
    assert list(LockFile(tmp_path / SHARED).entries()) == ["data@toy"]
    assert not (tmp_path / LOCAL).exists()
