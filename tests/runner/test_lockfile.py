"""dvc.lock as text: what is kept where, and what is refused."""

import string
from pathlib import Path

import pytest
from dvc.schema import COMPILED_LOCKFILE_SCHEMA
from dvc.utils.serialize import dumps_yaml, parse_yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from remeta.frozen import Advice
from remeta.runner.lockfile import HEAD, LockFile, parsed, read, render, split
from remeta.runner.repair import valid_entries

ENTRIES = {
    "data@toy": {
        "cmd": "echo data",
        "params": {"params.yaml": {"size": 14}},
        "outs": [{"path": "data", "hash": "md5", "md5": "ad" * 16, "size": 55}],
    },
    "table": {
        "cmd": ["echo 'a: b'", "cat data > table"],
        "deps": [{"path": "data", "hash": "md5", "md5": "be" * 16, "size": 55}],
        "outs": [{"path": "table", "hash": "md5", "md5": "cf" * 16, "size": 123}],
    },
}
TRUE = {name: render(name, entry) for name, entry in ENTRIES.items()}
TEXT = HEAD + "".join(TRUE.values())
ORDER = ["a", "b", "c", "d", "e"]

names = st.text(string.ascii_letters + string.digits + "@-_. ", min_size=1).map(str.strip)
lines = st.text(st.characters(codec="utf-8", exclude_categories=["Cs", "Cc"]), min_size=1)
commands = lines | st.lists(lines, min_size=1) | st.lists(lines, min_size=2).map("\n".join)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "dvc.lock"


def locked(path: Path, *names: str) -> LockFile:
    path.write_text(HEAD + "".join(entry(name) for name in names))
    return LockFile(path)


def entry(name: str, cmd: str = "true") -> str:
    return render(name, {"cmd": cmd})


@settings(max_examples=50, deadline=None)
@given(st.dictionaries(names.filter(bool), commands, min_size=1, max_size=4))
def test_an_entry_is_written_as_in_the_whole_file_and_found_again(stages):
    entries = {name: {"cmd": cmd} for name, cmd in stages.items()}
    text = dumps_yaml({"schema": "2.0", "stages": entries})
    rendered = {name: render(name, entry) for name, entry in entries.items()}
    assert HEAD + "".join(rendered.values()) == text
    assert split(text) == rendered
    assert {name: parsed(text) for name, text in rendered.items()} == entries


def test_a_whole_file_is_read(path):
    path.write_text(TEXT)
    assert read(path) == TRUE
    assert LockFile(path).entries() == TRUE


@pytest.mark.parametrize("end", range(len(TEXT)))
def test_wherever_a_file_is_cut_off_no_entry_is_wrong(path, end):
    """It is refused, and repair keeps true entries; or whole lines are left, which are true."""
    path.write_text(text := TEXT[:end])
    try:
        found = read(path)
    except Advice as refused:
        assert "dvc.lock is empty or damaged; `remeta repro --repair`" in str(refused)
        assert valid_entries(text).items() <= TRUE.items()
    else:
        assert text.endswith("\n")
        assert all(TRUE[name].startswith(lines) for name, lines in found.items())
        assert list(found.values())[:-1] == list(TRUE.values())[: len(found) - 1]
        COMPILED_LOCKFILE_SCHEMA(parse_yaml(text, "dvc.lock"))


def test_repair_keeps_everything_before_the_cut():
    assert valid_entries(TEXT) == TRUE
    first = len(HEAD) + len(TRUE["data@toy"])
    for end in range(first + 3, len(TEXT)):
        if not TEXT[:end].endswith("\n"):
            assert valid_entries(TEXT[:end]) == {"data@toy": TRUE["data@toy"]}


def test_repair_drops_what_is_damaged_in_the_middle():
    third = entry("third")
    spoilt = TEXT.replace("path: table", "path [") + third
    assert valid_entries(spoilt) == {"data@toy": TRUE["data@toy"]}
    assert valid_entries(third + TEXT) == {}


@pytest.mark.parametrize("text", ["", "\0\0\0\0", "stages:\n", "- a\n", HEAD, HEAD + "  a:\n"])
def test_what_is_no_lock_is_refused(path, text):
    path.write_text(text)
    with pytest.raises(Advice, match="repair"):
        read(path)


def test_a_lock_that_is_not_there_has_no_entries(path):
    assert LockFile(path).entries() == {}


@pytest.mark.parametrize(
    ("there", "new", "then"),
    [
        ("", "c", "c"),
        ("ab", "c", "abc"),
        ("ae", "c", "ace"),  # as from nothing
        ("de", "a", "ade"),
        ("ax", "c", "axc"),  # x is of another profile
        ("axe", "c", "axce"),
        ("ex", "c", "exc"),
        ("eb", "c", "ebc"),
        ("eca", "c", "eca"),  # kept in its place
    ],
)
def test_where_an_entry_goes(path, there, new, then):
    lock = locked(path, *there) if there else LockFile(path)
    lock.put(new, entry(new, "false"), ORDER)
    assert list(read(path)) == list(then)
    assert read(path)[new] == entry(new, "false")
    assert all(lines == entry(name) for name, lines in read(path).items() if name != new)


@settings(max_examples=20, deadline=None)
@given(st.permutations(ORDER))
def test_in_whatever_order_stages_end_the_file_is_that_of_the_plan(tmp_path_factory, ended):
    path = tmp_path_factory.mktemp("lock") / "dvc.lock"
    for name in ended:
        LockFile(path).put(name, entry(name), ORDER)
    assert list(read(path)) == ORDER


def test_what_another_process_wrote_meanwhile_is_kept(path):
    lock = locked(path, "a")
    assert list(lock.entries()) == ["a"]
    LockFile(path).put("b", entry("b"), ORDER)
    assert list(lock.entries()) == ["a", "b"]
    LockFile(path).put("a", entry("a", "false"), ORDER)
    lock.put("c", entry("c"), ORDER)
    assert read(path) == {"a": entry("a", "false"), "b": entry("b"), "c": entry("c")}


def test_a_file_that_was_damaged_meanwhile_is_not_written_over(path):
    lock = locked(path, "a")
    lock.entries()
    path.write_text("")
    with pytest.raises(Advice, match="damaged"):
        lock.put("b", entry("b"), ORDER)
    assert path.read_text() == ""


def test_a_write_that_fails_leaves_what_was_there(path, monkeypatch):
    lock = locked(path, "a")

    def full(*_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("remeta.storage.os.replace", full)
    with pytest.raises(Advice, match="No space left"):
        lock.put("b", entry("b"), ORDER)
    assert list(read(path)) == ["a"]
    assert {place.name for place in path.parent.iterdir()} - {".scratch"} == {path.name}


def test_entries_are_dropped_by_name_and_with_the_last_one_the_file(path):
    lock = locked(path, "a", "b", "c")
    assert lock.drop(lambda name: name in "ac") == ["a", "c"]
    assert list(read(path)) == ["b"]
    assert lock.drop(lambda name: name == "nothing") == []
    lock.drop(lambda name: True)
    assert not path.exists() and lock.entries() == {}
