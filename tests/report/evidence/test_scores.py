"""Files that are missing, cut, misnamed or of another run are refused with advice."""

import pytest

from remeta.frozen import Advice
from remeta.papers.mri import PANELS
from remeta.report import build
from remeta.report.kinds import read
from remeta.report.kinds.adaptation.results import Results
from tests.report.broken import FAULTS, broken

BY_NAME = {panel.name: panel for panel in PANELS}


@pytest.fixture
def made(world):
    made = world(seeds=(0, 1))
    made.panel("fig3_point")
    return made


@pytest.mark.parametrize("kind", ["scores", "curves"])
@pytest.mark.parametrize("how", FAULTS)
def test_broken_files_are_refused_by_name(made, kind, how):
    path = made.path("fig3_point", kind, "maml", 1)
    text = path.read_text()
    path.write_text(broken(text, how))
    assert path.read_text() != text
    with pytest.raises(Advice, match=rf"{kind}/maml-1\.csv .*remeta repro mri_fig3_point"):
        build.table(BY_NAME["fig3_point"], "tiny", made.seeds, made.root)


@pytest.mark.parametrize("kind", ["scores", "curves"])
def test_a_file_without_its_last_rows_is_refused_by_name(made, kind):
    path = made.path("fig3_point", kind, "maml", 1)
    path.write_text("".join(path.read_text().splitlines(keepends=True)[:-3]))
    with pytest.raises(Advice, match=rf"{kind}/maml-1\.csv"):
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
    listed = read(BY_NAME["ablation_steps"], "tiny", made.seeds, made.root).inputs()
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
