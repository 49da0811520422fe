"""What is read by libyaml is what ruamel reads, word for word, or nothing is."""

import warnings
from io import StringIO
from pathlib import Path

import pytest
import yaml
from hypothesis import example, given, settings
from hypothesis import strategies as st
from ruamel.yaml import YAML

from remeta.pipeline.settings import yaml12
from remeta.runner.lockfile import render
from tests.contracts.graph import ROOT

FILES = ["dvc.yaml", "params.yaml", "dvc.lock", "profiles/quick.yaml", "profiles/study.yaml"]
WORDS = [
    *("1e-3", "1.5", "1.", ".5", "-0", "+1", "007", "010", "0o7", "0b1", "0x1F", "1_000", "1e3"),
    *("e3", "1:30", "190:20:30", "on", "off", "yes", "no", "y", "n", "true", "True", "TRUE", "~"),
    *("null", "Null", ".inf", "-.inf", ".nan", "=", "a", "1a", "<<", "-", "--", "-1", "0", "00"),
    *("2001-01-01", "2001-12-14t21:59:43.10-05:00", "12345678901234567890", "1e5", "false"),
    *("3024970d12593f9eea82f0d9661225a2", "00000000000000000000000000000e12"),
]
PIECES = [
    *("a", "b: ", "- ", "\n", "\n  ", "\n    ", "\n  - ", "{", "}", "[", "]", ", ", ",", ": ", ":"),
    *(
        "&x ",
        "*x",
        "&x\n",
        "<<: ",
        "<<",
        "<<: *x\n",
        "<<: [*x, *x]\n",
        "y: &x {k: 1}\n",
        "z: {<<: *x}",
    ),
    *(
        "'",
        '"',
        "|\n",
        ">-\n",
        "|2\n",
        "''",
        '"\\x41"',
        "\\",
        "\\/",
        "#",
        " # c\n",
        "é",
        "\t",
        "\r\n",
    ),
    *(
        "!",
        "!!str ",
        "? ",
        "?",
        "%",
        "@",
        "`",
        "---\n",
        "...\n",
        "1e-3",
        "on",
        "010",
        "~",
        "1",
        "1.0",
    ),
    *(
        "a: b\n",
        "a: c\n",
        "- c\n",
        "{a: b}\n",
        "a:b",
        "\x85",
        "\u2028",
        "\ufeff",
        "=",
        "2001-01-01",
    ),
]
words = st.sampled_from(WORDS) | st.text(st.characters(codec="utf-8"), max_size=4)
values = st.recursive(
    words | st.none() | st.booleans() | st.integers() | st.floats(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(words, inner, max_size=3),
    max_leaves=12,
)


def outcome(load, text: str) -> str:
    """The values as written out, which tells 1 from 1.0 and True; or that it is refused."""
    with warnings.catch_warnings(action="ignore"):
        try:
            return repr(load(text))
        except Exception as refused:
            return type(refused).__name__


def ruamel(text: str):
    return YAML(typ="safe").load(text)


@pytest.mark.parametrize("name", FILES)
def test_our_files_are_read_by_libyaml_and_mean_what_ruamel_reads(name):
    text = (ROOT / name).read_text()
    assert yaml.__with_libyaml__ and not yaml12.UNUSUAL.search(text)
    assert outcome(lambda text: yaml12._Reader(text).document(), text) == outcome(ruamel, text)


@pytest.mark.parametrize("shape", ["{}", "a: {}", "- {}\n- {}", "[{}]", "{{{}: {}}}", "'{}'"])
@pytest.mark.parametrize("word", WORDS)
def test_a_word_means_what_it_means_in_yaml_1_2(word, shape):
    text = shape.format(word, word)
    assert outcome(yaml12.load, text) == outcome(ruamel, text)


def test_the_words_that_the_two_versions_read_differently():
    read = yaml12._Reader("[1e-3, on, no, 010, 0o10, 1:30, 0b11]").document()
    assert read == [0.001, "on", "no", 10, 8, "1:30", 3]


@settings(max_examples=400, deadline=None)
@given(st.lists(st.sampled_from(PIECES), max_size=12).map("".join))
@example("y: &x {k: 1, j: 2}\nz:\n  <<: *x\n  j: 3\n  i: *x\n")
@example("- &x {k: 1}\n- &y {k: 2, j: 2}\n- <<: [*x, *y]\n")
@example("a: 1\na: 2\n")
@example("|\n#")
def test_whatever_the_text_it_is_read_or_refused_alike(text):
    assert outcome(yaml12.load, text) == outcome(ruamel, text)


@settings(max_examples=100, deadline=None)
@given(st.dictionaries(words, values, max_size=4))
def test_what_dvc_writes_is_read_again(entry):
    text = render("name", entry)
    assert outcome(yaml12.load, text) == outcome(ruamel, text)


@settings(max_examples=100, deadline=None)
@given(st.dictionaries(words, values, max_size=4))
@example({"1e3": [1e-5, -0.0, 1e39, float("inf"), float("nan")], "ä": ["on", "1e3", "a\nb: 'c\""]})
def test_what_is_written_is_read_as_it_was(entry):
    text = yaml12.dump(entry)
    assert outcome(yaml12.load, text) == outcome(ruamel, text) == repr(ordered(entry))


def ordered(value):
    """Keys come in the order in which ruamel writes them: what is tried first depends on it."""
    if isinstance(value, dict):
        return {key: ordered(value[key]) for key in sorted(value)}
    return [*map(ordered, value)] if isinstance(value, list) else value


def test_what_is_written_is_read_as_if_ruamel_had_written_it():
    values, file = yaml12.load((ROOT / "params.yaml").read_text()), StringIO()
    YAML(typ="safe").dump(values, file)
    assert outcome(yaml12.load, yaml12.dump(values)) == outcome(yaml12.load, file.getvalue())


def test_what_has_a_name_is_one_object():
    read = yaml12.load("a: &x {k: [1]}\nb: *x\nc: {<<: *x}\n")
    assert read["a"] is read["b"] and read["c"]["k"] is read["a"]["k"]


def test_without_libyaml_it_is_read_as_well(monkeypatch):
    text = Path(ROOT / "params.yaml").read_text()
    fast = yaml12.load(text)
    monkeypatch.setattr(yaml, "__with_libyaml__", False)
    assert yaml12.load(text) == fast
