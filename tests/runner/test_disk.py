"""A disk that is full: the stage fails with a sentence, and nothing else is hurt."""

import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from remeta.runner.lockfile import read
from tests.runner.toy import made_of

AFTER = "while [ -e out/a.tmp ]; do sleep 0.02; done; echo {0} > OUT"
FILLS = (
    "head -c 20M /dev/zero > out/a.tmp || { rm out/a.tmp; echo out/a cannot be written >&2; "
    "exit 1; }; mv out/a.tmp OUT"
)


def mount(folder: Path, options: str) -> None:
    words = ["mount", "-t", "tmpfs", "-o", options, "tmpfs", folder]
    if subprocess.run(words, capture_output=True, check=False).returncode:
        pytest.skip("a small disk can be made by root only")


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[Path]:
    """Eight megabytes."""
    folder = tmp_path / "disk"
    folder.mkdir()
    mount(folder, "size=8m")
    yield folder
    subprocess.run(["umount", "-l", folder], check=True)


def test_a_stage_that_finds_no_room_fails_alone(disk, capfd):
    toy = made_of(
        disk / "toy", a=FILLS, b=AFTER.format(1), c__b="cp out/b OUT", d__a="cp out/a OUT"
    )
    assert toy.repro("-j", "2") == 2
    err = capfd.readouterr().err
    assert "a: exit status 1" in err and "    out/a cannot be written\n" in err
    assert "skipped, since they need these: d" in err
    assert list(read(toy.folder / "dvc.lock")) == ["b", "c"]
    mount(disk, "remount,size=100m")
    toy.ran()
    assert toy.repro() == 0
    assert toy.ran() == ["a", "d"] and toy.status() == {}


def test_a_result_for_which_the_cache_has_no_room_is_not_recorded(disk, capfd):
    toy = made_of(disk / "toy", a="head -c 5M /dev/zero > OUT", b="sleep 0.5; echo > OUT")
    assert toy.repro("-j", "2") == 2
    err = capfd.readouterr().err
    assert "No space left on device" in err and "Traceback" not in err
    assert list(read(toy.folder / "dvc.lock")) == ["b"]
    mount(disk, "remount,size=100m")
    toy.ran()
    assert toy.repro() == 0
    assert toy.ran() == ["a"] and toy.status() == {}


def test_without_any_room_nothing_begins_and_the_lock_stays(disk, capfd):
    toy = made_of(disk / "toy", a="cp code/a OUT")
    assert toy.repro() == 0
    lock = toy.lock
    toy.write("code/a", "two\n")
    with (disk / "rest").open("wb", buffering=0) as rest, pytest.raises(OSError, match="No space"):
        while rest.write(bytes(4096)) == 4096:
            pass
        raise OSError("No space")
    assert toy.repro() == 2
    err = capfd.readouterr().err.splitlines()[-1]
    assert err.startswith("remeta repro: ") and "Traceback" not in err
    assert toy.lock == lock
    (disk / "rest").unlink()
    toy.ran()
    assert toy.repro() == 0
    assert toy.ran() == ["a"] and toy.status() == {}
