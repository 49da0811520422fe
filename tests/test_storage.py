"""A file under its final name is whole: the old one or the new one, never a part."""

import os
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from remeta.frozen import Advice
from remeta.storage import digest, remove_partials, write_bytes, write_text

KILLED = """
import os, sys
from pathlib import Path
from remeta import storage
storage.os.replace = lambda *paths: os._exit(9)
storage.write_text(Path(sys.argv[1]), "new")
"""


class Crash(BaseException):
    """Not an Exception: as a kill from the keyboard."""


def crash(*args):
    raise Crash


def test_what_is_written_is_read_again_and_folders_are_made(tmp_path):
    path = tmp_path / "a" / "b" / "c.txt"
    write_text(path, "ä\n")
    assert path.read_bytes() == "ä\n".encode()
    assert os.listdir(path.parent) == ["c.txt"]


def test_a_written_file_is_for_all_to_read_whatever_the_umask(tmp_path):
    before = os.umask(0o077)
    try:
        write_bytes(tmp_path / "file", b"")
    finally:
        os.umask(before)
    assert stat.S_IMODE((tmp_path / "file").stat().st_mode) == 0o644


@pytest.mark.parametrize("call", ["fdopen", "fsync", "chmod", "replace"])
def test_a_crash_at_any_moment_leaves_the_old_content_alone(call, tmp_path, monkeypatch):
    path = tmp_path / "file"
    write_text(path, "old")
    monkeypatch.setattr(f"remeta.storage.os.{call}", crash)
    with pytest.raises(Crash):
        write_text(path, "new")
    assert path.read_text() == "old"
    assert os.listdir(tmp_path) == ["file"]


def test_a_killed_process_leaves_the_old_content_and_a_hidden_temporary_file(tmp_path):
    path = tmp_path / "file"
    write_text(path, "old")
    assert subprocess.run([sys.executable, "-c", KILLED, path]).returncode == 9
    assert path.read_text() == "old"
    rest = [name for name in os.listdir(tmp_path) if name != "file"]
    assert all(name.startswith(".") and name.endswith(".tmp") for name in rest)
    ignored = (Path(__file__).parents[1] / ".dvcignore").read_text().splitlines()
    assert "*.tmp" in ignored


def test_what_killed_processes_left_is_cleared_away_and_nothing_else(tmp_path):
    path = tmp_path / "file[1]"
    others = ["file[1]", ".file1.x.tmp", ".file[1].x", "file[1].x.tmp", ".other.x.tmp"]
    for name in (*others, ".file[1].x.tmp", ".file[1].y.tmp"):
        (tmp_path / name).write_text("")
    remove_partials(path)
    assert sorted(os.listdir(tmp_path)) == sorted(others)


def test_a_folder_in_the_way_is_named(tmp_path):
    with pytest.raises(Advice, match="in_the_way cannot be written"):
        (tmp_path / "in_the_way").mkdir()
        write_text(tmp_path / "in_the_way", "new")
    assert os.listdir(tmp_path / "in_the_way") == []


def test_a_digest_tells_any_two_contents_apart_and_is_the_same_everywhere():
    assert digest(b"a") != digest(b"b")
    assert digest(b"") == "e3b0c44298fc1c14"  # the first half of a known SHA-256's first half
