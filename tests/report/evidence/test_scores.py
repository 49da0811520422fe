"""Files that are missing, cut, misnamed or of another run are refused with advice."""

import pytest

from remeta.frozen import Advice
from remeta.papers.mri import PANELS
from remeta.report import build
from remeta.report.kinds.adaptation.results import Results

BY_NAME = {panel.name: panel for panel in PANELS}


def changed(text: str, how: str) -> str:
    lines = text.splitlines(keepends=True)
    return {
        "empty": "",
        "no rows": lines[0],
        "no header": "".join(lines[1:]),
        "column renamed": text.replace("adapt_step", "step", 1),
        "cut in a line": text[: len(text) * 2 // 3 - 7],
        "cut after a line": "".join(lines[:-3]),
        "no last newline": text[:-1],
        "row twice": text + lines[-1],
        "not a number": text.replace(lines[1].rsplit(",", 1)[1], "nan\n", 1),
        "a word": text.replace(lines[1].rsplit(",", 1)[1], "good\n", 1),
        "other run": text.replace(",maml,", ",mri,"),
        "other seed": text.replace(",maml,,1,", ",maml,,2,"),
        "other profile": text.replace("tiny,", "huge,"),
        "bytes": "\x00\x01\x02",
    }[how]


FAULTS = [
    "empty", "no rows", "no header", "column renamed", "cut in a line", "cut after a line",
    "no last newline", "row twice", "not a number", "a word", "other run", "other seed",
    "other profile", "bytes",
]  # fmt: skip


@pytest.fixture
def made(world):
    made = world(seeds=(0, 1))
    made.panel("fig3_point")
    return made


@pytest.mark.parametrize("how", FAULTS)
def test_broken_scores_are_refused_by_name(made, how):
    path = made.path("fig3_point", "scores", "maml", 1)
    path.write_text(changed(path.read_text(), how))
    with pytest.raises(Advice, match=r"scores/maml-1\.csv .*remeta repro mri_fig3_point"):
        build.table(BY_NAME["fig3_point"], "tiny", made.seeds, made.root)


@pytest.mark.parametrize("how", sorted({*FAULTS} - {"column renamed", "row twice"}))
def test_broken_curves_are_refused_by_name(made, how):
    path = made.path("fig3_point", "curves", "maml", 1)
    path.write_text(changed(path.read_text(), how))
    with pytest.raises(Advice, match=r"curves/maml-1\.csv"):
        build.table(BY_NAME["fig3_point"], "tiny", made.seeds, made.root)


def test_missing_files_are_named_with_their_stage(made, tmp_path):
    made.path("fig3_point", "scores", "expert", 0).unlink()
    for stage in (build.table, build.figure):
        figures = (tmp_path,) if stage is build.figure else ()
        with pytest.raises(
            Advice, match=r"expert-0\.csv is missing; run `remeta repro mri_fig3_point"
        ):
            stage(BY_NAME["fig3_point"], "tiny", made.seeds, made.root, *figures)


def test_a_borrowed_run_is_missed_where_it_should_lie(made):
    made.panel("ablation_steps")
    made.path("fig3_point", "scores", "mri", 1).unlink()
    with pytest.raises(Advice, match=r"fig3_point/scores/mri-1\.csv is missing.*mri_fig3_point"):
        build.table(BY_NAME["ablation_steps"], "tiny", made.seeds, made.root)


def test_a_seed_that_was_not_run_is_missed(made):
    with pytest.raises(Advice, match=r"-2\.csv is missing"):
        build.claims("mri", "tiny", [0, 1, 2], made.root)


def test_inputs_are_all_that_is_read(made):
    made.panel("ablation_steps")
    listed = build.inputs(BY_NAME["ablation_steps"], "tiny", made.seeds, made.root)
    assert all(path.exists() for path in listed)
    for path in {*(made.root / "tiny").rglob("*.csv")} - {*listed}:
        path.unlink()
    build.table(BY_NAME["ablation_steps"], "tiny", made.seeds, made.root)


def test_the_scale_runs_from_random_to_expert(made):
    results = Results(BY_NAME["fig3_point"], "tiny", made.seeds, made.root)
    zero, one = (results.matrix(run, 0) for run in ("random", "expert"))
    assert results.on_scale(zero).mean() == pytest.approx(0)
    assert results.on_scale(one).mean() == pytest.approx(1)


def test_an_unknown_paper_is_advised(made):
    with pytest.raises(Advice, match="choose among mri"):
        build.claims("mrj", "tiny", made.seeds, made.root)
