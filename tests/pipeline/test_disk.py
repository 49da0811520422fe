"""A disk that is full or a folder that is none: one sentence, and no half of a file."""

import errno
import os
import shutil
from pathlib import Path

import pytest

from tests.pipeline.tiny import PANEL, status

WRITERS = [
    "tasks point",
    "demos point",
    "expert reacher",
    f"train {PANEL} mri 3",
    f"evaluate {PANEL} mri 3",
    "profile quick",
]


def full(*args, **kwargs):
    raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))


@pytest.mark.parametrize("words", WRITERS)
@pytest.mark.parametrize("call", ["fsync", "replace"])
def test_a_full_disk_leaves_what_was_there(words, call, refused, monkeypatch):
    monkeypatch.setattr(f"remeta.storage.os.{call}", full)
    refused(words, "No space left", "free space")


@pytest.mark.parametrize(
    ("words", "folder"),
    [
        ("tasks point", "data/tasks/probe"),
        ("demos point", "data/demos/probe"),
        ("expert reacher", "data/experts/probe"),
        (f"train {PANEL} mri 3", "results/probe/mri/fig3_point/curves"),
        (f"evaluate {PANEL} mri 3", "results/probe/mri/fig3_point/scores"),
    ],
)
def test_a_file_where_a_folder_should_be_is_named(words, folder, project, refused):
    shutil.rmtree(folder)
    Path(folder).write_text("in the way")
    refused(words, folder, "mend the path")


def test_a_mishap_outside_the_storage_is_told_too(refused, monkeypatch):
    """DVCLive writes live curves on its own account."""
    monkeypatch.setattr("remeta.pipeline.resume.live.MIN_SECONDS", -1.0)  # seconds before it begins
    Path(".scratch").write_text("in the way")
    refused(f"train {PANEL} mri 3", "mend the path")


def test_a_full_disk_in_the_middle_leaves_whole_files_only(project, monkeypatch):
    """The curve is written before the model: whatever came first is whole."""
    curve = Path("results/probe/mri/fig3_point/curves/mri-3.csv")
    whole, writes, really = curve.read_bytes(), [], os.replace
    curve.unlink()

    def fills_up(source, target):
        writes.append(target)
        return really(source, target) if len(writes) == 1 else full()

    monkeypatch.setattr("remeta.storage.os.replace", fills_up)
    assert status("train", PANEL, "mri", "3") == 2
    assert curve.read_bytes() == whole
