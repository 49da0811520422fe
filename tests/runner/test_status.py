"""What is stale is told with its reason, what waits and what is absent in one line each."""

import shutil
from contextlib import chdir

import pytest

from remeta import cli
from remeta.runner.folding import folded
from remeta.runner.status import grouped, own_reasons, waiting_for
from tests.runner import toy as toys
from tests.runner.toy import STAGES, Toy

PARAMS = toys.PARAMS | {"profile": {"name": "toy", "seeds": [0, 1]}}


@pytest.fixture(scope="module")
def built(tmp_path_factory):
    toy = Toy(tmp_path_factory.mktemp("status") / "project", STAGES, PARAMS)
    assert toy.repro() == 0
    return toy


@pytest.fixture
def toy(built, tmp_path):
    return built.copy(tmp_path / "project")


@pytest.fixture
def told(toy, capsys):
    def ask(*words: str) -> list[str]:
        before = toy.lock
        with chdir(toy.folder):
            assert cli.main(["status", *words]) == 0
        assert toy.lock == before
        return capsys.readouterr().out.splitlines()

    return ask


def test_where_nothing_is_stale_one_line_says_so(told):
    assert told() == ["nothing is stale: 8 stages are current"]


def test_a_reason_stands_with_the_stages_it_is_about_and_what_needs_them_waits(toy, told):
    runs = PARAMS["hp"]["runs"]
    toy.params(PARAMS | {"hp": PARAMS["hp"] | {"runs": runs | {"maml": {"rate": 2}}}})
    lines = told()
    assert lines[0] == "probes: hp is modified in params.yaml"
    assert lines[1] == "train@toy-maml-{0..1}: hp.runs.maml is modified in params.yaml"
    assert lines[2].startswith("5 stages wait for these: data@toy, train@toy-mri-{0..1}, table, fi")
    assert len(lines) == 3


def test_only_the_targets_and_what_they_need_are_looked_at(toy, told):
    (toy.folder / "table").write_text("false\n")
    assert told("figure") == ["table: table is modified", "1 stage waits for these: figure"]
    assert told("train@toy-mri-0") == ["nothing is stale: 3 stages are current"]


def test_what_is_recorded_but_absent_is_one_line_and_not_stale(toy, told):
    shutil.rmtree(toy.folder / ".dvc/cache")
    shutil.rmtree(toy.folder / "models")
    lines = told()
    assert lines[0] == "nothing is stale: 8 stages are current"
    assert " ".join(" ".join(lines[1:]).split()).startswith(
        "recorded, what was made is not here: 4 stages (train@toy-{mri,maml}-{0..1}); "
        "`remeta repro` leaves them"
    )


def test_what_the_cache_can_give_back_is_not_absent(toy, told):
    shutil.rmtree(toy.folder / "models")
    assert told() == ["nothing is stale: 8 stages are current"]


def test_an_unknown_target_is_a_mistake(toy, capsys):
    with chdir(toy.folder):
        assert cli.main(["status", "tabel"]) == 2
    assert "tabel" in capsys.readouterr().err


def test_a_stage_with_a_reason_of_its_own_does_not_wait():
    needs = {"a": [], "b": ["a"], "c": ["b"], "d": ["c"], "e": []}
    assert waiting_for("abcde", {"a": ["x"], "c": ["y"]}, needs.__getitem__) == ["b", "d"]


def test_a_file_that_a_stale_stage_makes_is_no_reason_of_its_own():
    reasons = ["models is modified", "models/a is deleted", "modelsx is modified", "it never ran"]
    assert own_reasons(reasons, ["models/a"]) == ["modelsx is modified", "it never ran"]
    assert own_reasons(reasons, ["model"]) == reasons


def test_stages_are_grouped_whose_reasons_differ_by_their_seed_only():
    stale = {f"train@toy-{run}-{seed}": [f"models/{run}-{seed} is modified"]
             for run in ("mri", "maml") for seed in (0, 1)}  # fmt: skip
    stale |= {"train@toy-maml-2": ["models/maml-2 is modified", "its command changed"]}
    assert grouped(stale) == [
        ("train@toy-mri-{0..1}", "models/mri-* is modified"),
        ("train@toy-maml-{0..1}", "models/maml-* is modified"),
        ("train@toy-maml-2", "models/maml-2 is modified; its command changed"),
    ]


@pytest.mark.parametrize(
    ("names", "short"),
    [
        (["probes"], ["probes"]),
        (["a@p", "b@p"], ["a@p", "b@p"]),
        (["a@p-mri-3"], ["a@p-mri-3"]),
        (["a@p-mri-0", "a@p-mri-1", "a@p-mri-3", "a@p-mri-10"], ["a@p-mri-{0..1,3,10}"]),
        (["a@p-mri-x-0", "a@p-maml-0"], ["a@p-{mri-x,maml}-0"]),
        (["a@p-mri-0", "a@p-mri-1", "a@p-maml-0"], ["a@p-mri-{0..1}", "a@p-maml-0"]),
        (["a@p-mri-0", "a@q-mri-0"], ["a@p-mri-0", "a@q-mri-0"]),
    ],
)
def test_names_are_folded_where_they_make_a_grid(names, short):
    assert folded(names) == short
