"""The command line: a verb, its words, one sentence when something is wrong."""

import os
import shutil
import subprocess
import sys
from contextlib import contextmanager, redirect_stdout
from inspect import signature
from pathlib import Path

import pytest

from remeta import cli

ROOT = Path(__file__).parents[1]


@pytest.fixture(autouse=True)
def project(tmp_path, monkeypatch):
    shutil.copy(ROOT / "params.yaml", tmp_path)
    shutil.copytree(ROOT / "profiles", tmp_path / "profiles")
    monkeypatch.chdir(tmp_path)


def told(words: str, capsys) -> str:
    """The one line on the standard error of a call that fails with status 2."""
    try:
        status = cli.main(words.split())
    except SystemExit as end:
        status = end.code
    err = capsys.readouterr().err
    assert status == 2
    assert err.count("\n") == 1 and err.endswith(".\n"), err
    return err


@pytest.mark.parametrize("verb", cli.VERBS)
def test_a_verb_leads_to_a_function_that_takes_its_words(verb):
    _, place, names = cli.VERBS[verb]
    assert len(signature(cli._function(place)).parameters) == len(names)


@pytest.mark.parametrize(
    ("words", "named"),
    [
        ("train mri_fig3_pint mri 0", ["mri_fig3_pint", "mri_fig3_point"]),
        ("evaluate mri_fig9 mri 0", ["mri_fig9", "mri_fig3_point"]),
        ("table mri_fig9", ["mri_fig9", "mri_fig3_point"]),
        ("figure mri_fig9", ["mri_fig9", "mri_fig3_point"]),
        ("tune mri_fig9 mri", ["mri_fig9", "mri_fig3_point"]),
        ("train mri_fig3_point mir 0", ["mir", "imitation"]),
        ("evaluate mri_fig3_point mir 0", ["mir", "imitation", "expert"]),
        ("tune mri_fig3_point mir", ["mir", "imitation"]),
        ("tasks piont", ["piont", "ant_goal"]),
        ("expert piont", ["piont", "reacher"]),
        ("demos piont", ["piont", "reacher"]),
        ("expert point", ["hp.experts.point"]),
        ("profile quik", ["quik", "quick", "study"]),
        ("claims mir", ["mir"]),
        ("report mir", ["mir"]),
        ("goals mir", ["mir"]),
    ],
)
def test_a_word_that_means_nothing_is_named_with_a_choice(words, named, capsys):
    line = told(words, capsys)
    assert line.startswith(f"remeta {words.split()[0]}: ")
    assert all(name in line for name in named), line


@pytest.mark.parametrize(
    "words", ["", "trian", "train", "train a b c", "train a b -1", "tasks a b"]
)
def test_words_that_do_not_fit_their_verb_are_refused_in_one_line(words, capsys):
    assert told(words, capsys).startswith("remeta")


@pytest.mark.parametrize("words", ["table mri_fig3_point", "figure mri_fig3_point", "report mri"])
def test_a_report_without_results_says_which_file_is_missing(words, capsys):
    line = told(words, capsys)
    assert line.startswith(f"remeta {words.split()[0]}: results/")


def test_nothing_is_written_where_words_are_wrong(capsys):
    told("train mri_fig3_point mir 0", capsys)
    assert sorted(os.listdir()) == ["params.yaml", "profiles"]


def test_an_interrupted_stage_ends_with_the_shells_number(monkeypatch, capsys):
    def interrupted(name):
        raise KeyboardInterrupt

    monkeypatch.setattr("remeta.pipeline.settings.profile.choose", interrupted)
    assert cli.main(["profile", "quick"]) == 130
    assert capsys.readouterr().err == "remeta profile: interrupted.\n"


def test_an_error_that_is_nobodys_mistake_is_not_hidden(monkeypatch):
    def wrong(name):
        raise ZeroDivisionError

    monkeypatch.setattr("remeta.pipeline.settings.profile.choose", wrong)
    with pytest.raises(ZeroDivisionError):
        cli.main(["profile", "quick"])


def test_the_module_runs_as_the_command_does():
    end = subprocess.run([sys.executable, "-m", "remeta", "--help"], capture_output=True, text=True)
    assert end.returncode == 0
    assert all(verb in end.stdout for verb in cli.VERBS)


@contextmanager
def unread():
    """A standard output that nobody reads any more."""
    reading, writing = os.pipe()
    os.close(reading)
    with open(writing, "w") as out, redirect_stdout(out):
        yield


def words_of(verb: str) -> list[str]:
    """The fewest that it takes."""
    _, _, names = cli.VERBS[verb]
    needed = [name.partition(":")[0] for name in names if name[0] != "-"]
    return [verb, *("0" if name == "seed" else "x" for name in needed if name[-1] != "*")]


@pytest.mark.parametrize("lines", [1, 100_000])
@pytest.mark.parametrize("verb", cli.VERBS)
def test_where_nobody_reads_on_every_verb_falls_silent(verb, lines, monkeypatch, capfd):
    monkeypatch.setattr(cli, "_function", lambda place: lambda *given: print("said\n" * lines))
    with unread():
        assert cli.main(words_of(verb)) == cli.UNHEARD
    assert capfd.readouterr().err == ""


def test_a_broken_pipe_that_is_none_of_its_own_is_told(monkeypatch, capfd):
    def wrong(place):
        raise BrokenPipeError

    monkeypatch.setattr(cli, "_function", wrong)
    with pytest.raises(BrokenPipeError):
        cli.main(["status"])


@pytest.mark.parametrize(
    ("words", "stream"),
    [("train --help", "stdout"), ("show mri_fig3_point", "stdout"), ("profile quik", "stderr")],
)
def test_a_program_ends_without_a_word_where_its_reader_has_gone(words, stream):
    reading, writing = os.pipe()
    os.close(reading)
    streams = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE} | {stream: writing}
    env = os.environ | {"PYTHONUNBUFFERED": ""}  # argparse itself hides what it could not write
    end = subprocess.run(
        [sys.executable, "-m", "remeta", *words.split()], env=env, cwd=ROOT, **streams
    )
    os.close(writing)
    assert end.returncode == cli.UNHEARD
    assert not end.stdout and not end.stderr
