"""What git keeps: nothing that everyone makes afresh, and no lock of it."""

import subprocess

import pytest

from remeta.runner.lockfile import split
from remeta.runner.locks import LOCAL, SHARED, unshared
from tests.contracts.graph import ROOT


def git(*words: str) -> str:
    return subprocess.run(
        ["git", *words], cwd=ROOT, capture_output=True, text=True, check=True
    ).stdout


def ignored(path: str) -> bool:
    end = subprocess.run(["git", "check-ignore", "--quiet", "--no-index", path], cwd=ROOT)
    return end.returncode == 0


@pytest.mark.parametrize(
    "path",
    [
        "results/quick/mri/claims.csv",
        "results/study/index.html",
        "models/quick/a",
        "data/tasks/a",
        ".scratch/a",
        LOCAL,
        f"{LOCAL}.broken",
    ],
)
def test_git_ignores_what_everyone_makes_afresh(path):
    assert ignored(path)


@pytest.mark.parametrize(
    "path", ["results/study/mri/claims.csv", "results/probes/a.json", "paper_figures/mri/a.pdf"]
)
def test_git_keeps_committed_results(path):
    assert not ignored(path)


@pytest.mark.parametrize("folder", ["results/quick", "models", "data", ".scratch", LOCAL])
def test_git_tracks_nothing_of_it(folder):
    assert git("ls-files", folder) == ""


def test_the_quick_profile_alone_is_not_committed():
    assert unshared(ROOT) == ["quick"]


def test_the_committed_lock_knows_nothing_of_what_is_not_committed():
    """A lock of results that git does not keep would claim what nobody can check.

    Before dvc.lock is first committed there is nothing that could claim it, and this holds.
    """
    if git("ls-tree", "HEAD", SHARED):
        names = split(git("show", f"HEAD:{SHARED}"))
        profiles = {name.partition("@")[2].partition("-")[0] for name in names}
        assert profiles.isdisjoint(unshared(ROOT))
