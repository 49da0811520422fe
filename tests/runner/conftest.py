"""Toy projects: one to be made, and one that `dvc repro` has made."""

from collections.abc import Callable
from functools import partial
from pathlib import Path

import pytest

from tests.runner.toy import Toy, made_of


@pytest.fixture
def toy(tmp_path: Path) -> Toy:
    return Toy(tmp_path / "toy")


@pytest.fixture
def make(tmp_path: Path) -> Callable[..., Toy]:
    """A project of the given commands; see `made_of`."""
    return partial(made_of, tmp_path / "project")


@pytest.fixture(scope="session")
def _made(tmp_path_factory: pytest.TempPathFactory) -> Toy:
    toy = Toy(tmp_path_factory.mktemp("made") / "toy")
    assert toy.dvc("repro") == 0
    toy.ran()
    return toy


@pytest.fixture
def made(_made: Toy, tmp_path: Path) -> Toy:
    """What `dvc repro` made: the same for all, a copy for each."""
    return _made.copy(tmp_path / "made")
