"""Files are whole or absent."""

import errno
import os

import pytest

from remeta.frozen import Advice
from remeta.storage import write_bytes, write_text


def test_folders_are_made_and_nothing_is_left_beside(tmp_path):
    path = tmp_path / "a" / "b.txt"
    write_text(path, "eins\n")
    write_text(path, "zwei ü\n")
    assert path.read_bytes() == "zwei ü\n".encode()
    assert [file.name for file in path.parent.iterdir()] == ["b.txt"]


def test_a_full_disk_leaves_the_old_file_and_says_so(tmp_path, monkeypatch):
    path = tmp_path / "b.csv"
    write_bytes(path, b"old")

    def full(_):
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(Advice, match=r"b\.csv cannot be written \(No space left on device\)"):
        write_bytes(path, b"new")
    assert path.read_bytes() == b"old"
    assert [file.name for file in tmp_path.iterdir()] == ["b.csv"]


def test_a_file_where_a_folder_should_be_is_advised(tmp_path):
    write_text(tmp_path / "a", "")
    with pytest.raises(Advice, match="cannot be written"):
        write_text(tmp_path / "a" / "b", "")
