"""A file is hashed once for all that read it, and again as soon as anything ran."""

import subprocess
import sys
from contextlib import chdir

import pytest
from dvc.output import Output

from remeta.runner import looks
from remeta.runner.project import Project
from tests.runner.toy import Toy

READERS = {
    f"reader{n}": {"cmd": f"cat word > read{n}", "deps": ["word"], "outs": [f"read{n}"]}
    for n in range(3)
}


@pytest.fixture
def readers(tmp_path) -> Toy:
    toy = Toy(tmp_path / "readers", READERS)
    (toy.folder / "word").write_text("one")
    assert toy.dvc("repro") == 0
    return toy


def test_a_file_is_hashed_once_for_all_that_read_it(readers, monkeypatch):
    hashed = []

    def hash_of(out: Output, own=looks.HASH):
        hashed.append(str(out))
        return own(out)

    monkeypatch.setattr(looks, "HASH", hash_of)
    with chdir(readers.folder), Project() as project:
        assert all(project.stale_reasons(name) == [] for name in project.order)
    assert sorted(hashed) == ["read0", "read1", "read2", "word"]


@pytest.mark.parametrize("event", ["begin", "release", "clear"])
def test_what_changed_is_seen_after_anything_ran(readers, event):
    with chdir(readers.folder), Project() as project:
        assert project.stale_reasons("reader0") == project.stale_reasons("reader1") == []
        (readers.folder / "word").write_text("another")
        if event == "begin":
            with project.locked():
                assert project.begin("reader0", forced=True) is False
        else:
            getattr(project, event)("reader0")
        assert project.stale_reasons("reader1") == ["word is modified"]


def test_what_another_process_recorded_is_seen(readers):
    with chdir(readers.folder), Project() as project:
        assert project.stale_reasons("reader1") == []
        (readers.folder / "word").write_text("another")
        words = [sys.executable, "-m", "dvc", "repro", "--quiet", "reader0"]
        subprocess.run(words, cwd=readers.folder, check=True)
        assert project.stale_reasons("reader0") == []
        assert project.stale_reasons("reader1") == ["word is modified"]
