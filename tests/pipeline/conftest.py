"""Tiny projects to spoil, and a check that a mistake is told as it should be."""

import re
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from remeta import cli
from remeta.frozen import Advice
from tests.pipeline import tiny

PROGRESS = re.compile(r".* \d+/\d+ .* left .*")


@pytest.fixture(scope="session")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("made") / "project"
    tiny.make(folder)
    return folder


@pytest.fixture
def project(made: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The current folder: a copy of the tiny project that a test may spoil."""
    folder = tmp_path / "project"
    shutil.copytree(made, folder)
    monkeypatch.chdir(folder)
    return folder


@pytest.fixture
def refused(project: Path, capsys: pytest.CaptureFixture) -> Callable[..., str]:
    """`refused("train panel run 0", "what", "it", "names")` gives the sentence it was told in."""

    def check(words: str, *named: str) -> str:
        before = tiny.snapshot()
        capsys.readouterr()
        assert tiny.status(*words.split()) == 2
        told = [
            line for line in capsys.readouterr().err.splitlines() if not PROGRESS.fullmatch(line)
        ]
        assert len(told) == 1, told
        assert told[0].startswith(f"remeta {words.split()[0]}: ") and told[0].endswith(".")
        assert all(name in told[0] for name in named), told[0]
        with pytest.raises((Advice, OSError)):
            cli.main(["--debug", *words.split()])
        assert tiny.snapshot() == before
        return told[0]

    return check
