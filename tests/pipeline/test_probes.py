"""Probes tell what the code does: a file stays while it does the same, and is renewed when not."""

import json
import os
from contextlib import chdir
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from remeta import cli
from remeta.frozen import Advice
from remeta.papers.registry import DATASETS, PANELS
from remeta.pipeline import probes
from remeta.pipeline.probes import compare
from remeta.pipeline.settings.names import DATA
from remeta.pipeline.settings.params import Settings
from remeta.report.kinds import kind_of
from remeta.runner.reading import fast_loading
from tests.contracts.graph import SEEDS, opened
from tests.contracts.graph import params as committed
from tests.contracts.graph import project as dvc_project
from tests.pipeline.tiny import PANEL, ROOT

NAME = f"train_{PANEL}_mri"
NUMBERS = {"return": [1.0, -2.0], "loss": [0.5]}
CLOSER = NUMBERS | {"other loss": [3.0]}


@pytest.fixture
def folder(tmp_path):
    return kept(tmp_path, NUMBERS)


def kept(folder: Path, numbers: probes.Numbers) -> Path:
    compare.save(folder, compare.find_changes(folder, NAME, numbers))
    return folder


def files(folder: Path) -> dict[str, probes.Numbers]:
    paths = [path for path in folder.rglob("*") if path.is_file()]
    return {str(path.relative_to(folder)): json.loads(path.read_text()) for path in paths}


def line(folder: Path, numbers: probes.Numbers) -> str:
    finding = compare.find_changes(folder, NAME, numbers)
    return finding.line if finding.changed else ""


def test_the_same_numbers_are_no_difference(folder):
    assert line(folder, NUMBERS) == ""


@settings(max_examples=20, deadline=None, derandomize=True, database=None)
@given(st.floats(-0.9, 0.9))
def test_a_difference_that_processors_make_is_none(tmp_path_factory, share):
    folder = kept(tmp_path_factory.mktemp("probe"), NUMBERS)
    near = {k: [v * (1 + share * compare.RELATIVE) for v in vs] for k, vs in NUMBERS.items()}
    assert line(folder, near) == ""


@pytest.mark.parametrize(
    ("numbers", "reason"),
    [
        (NUMBERS | {"return": [-1.0, -2.0]}, "return[0] was 1 and is -1"),
        (NUMBERS | {"return": [1.0, -2.1]}, "return[1] was -2 and is -2.1"),
        (NUMBERS | {"loss": [float("nan")]}, "loss[0] was 0.5 and is nan"),
        (NUMBERS | {"return": [1.0]}, "return has 1 values instead of 2"),
        ({"return": [1.0, -2.0]}, "loss went"),
        (NUMBERS | {"more": []}, "more came"),
    ],
)
def test_every_other_difference_is_told_and_kept(numbers, reason, folder):
    assert line(folder, numbers) == f"{NAME}: {reason}"
    kept(folder, numbers)
    assert json.dumps(files(folder)) == json.dumps({f"{NAME}.json": numbers})


def test_a_probe_without_a_file_is_new(tmp_path):
    assert line(tmp_path, NUMBERS) == f"{NAME}: new"
    assert files(kept(tmp_path, CLOSER)) == {f"{NAME}.json": CLOSER}


def test_what_another_setting_tells_for_the_first_time_lies_beside(folder):
    assert line(folder, CLOSER) == f"{NAME}: looked at more closely, nothing moved"
    assert files(kept(folder, CLOSER)) == {
        f"{NAME}.json": NUMBERS,
        f"beside/{NAME}.json": {"other loss": [3.0]},
    }
    assert line(folder, CLOSER) == ""


@pytest.mark.parametrize("moved", ["loss", "other loss"])
def test_as_soon_as_anything_moves_the_probe_takes_all_of_it(moved, folder):
    kept(folder, CLOSER)
    numbers = CLOSER | {moved: [-1.0]}
    assert line(folder, numbers).startswith(f"{NAME}: {moved}[0] was ")
    assert files(kept(folder, numbers)) == {f"{NAME}.json": numbers}


def test_a_measure_that_moves_with_a_new_setting_is_not_hidden_by_it(folder):
    numbers = CLOSER | {"loss": [0.6]}
    assert files(kept(folder, numbers)) == {f"{NAME}.json": numbers}


def test_the_checkout_has_the_probes_of_every_stage_and_no_others():
    with chdir(ROOT):
        chosen = Settings.load()
        found = sorted(path.name for path in probes.PROBES.glob("*.json"))
        beside = os.listdir(probes.PROBES / "beside")
    names = [f"tasks_{name}" for name in DATA]
    names += [f"demos_{family}" for family in chosen.hp.data]
    names += [f"expert_{family}" for family in chosen.hp.experts]
    names += [f"context_{dataset.name}" for dataset in DATASETS if dataset.context]
    for panel in (panel for panel in PANELS if panel.looks):
        names += [f"{kind_of(panel).evidence}_{panel.id}_{run}" for run in panel.lenders]
    tuned = [panel for panel in PANELS if panel.published]
    names += [f"tune_{panel.id}_{run}" for panel in tuned for run in panel.runs]
    own = set(chosen.grid) - {panel.id for panel in tuned}  # theirs are their siblings' else
    for panel, cells in ((panel, chosen.grid[panel]) for panel in own):
        names += [f"train_{panel}_{run}" for run in cells.train]
        scored = [*cells.train, *cells.score] if cells.score else []
        names += [f"evaluate_{panel}_{run}" for run in scored]
    assert found == sorted(f"{name}.json" for name in names)
    assert set(beside) <= set(found)


def test_names_choose_panels_by_how_they_begin():
    assert probes.panels_named([]) == list(PANELS)
    assert [panel.id for panel in probes.panels_named(["mri_fig4_ant", "mri_ablation"])] == [
        "mri_fig4_ant",
        "mri_ablation_steps",
        "mri_ablation_correction",
    ]
    with pytest.raises(Advice, match=r"mri_fig5.*mri_fig3_point"):
        probes.panels_named(["mri_fig5"])


@pytest.fixture
def pipeline(tmp_path, monkeypatch):
    """What DVC needs to know the stages, read as the runner does; a probe of another sign."""
    folder = dvc_project(tmp_path / "project")
    monkeypatch.chdir(folder)
    monkeypatch.setattr(probes, "numbers_of", lambda panels, sized: {NAME: CLOSER})
    with fast_loading(tmp_path, dict):
        yield kept(folder / probes.PROBES, CLOSER | {"return": [-1.0, -2.0]})


def test_explaining_tells_number_index_and_the_stages_that_would_run_again(pipeline, capsys):
    before = files(pipeline)
    assert cli.main(["probe", PANEL, "--explain"]) == 0
    told = capsys.readouterr().out
    assert told.startswith(f"{NAME}: 1 of 4 numbers moved\n")
    assert "return[0] was -1 and is 1, a relative difference of 2 (1 of 2 moved)" in told
    profile = committed()["profile"]["name"]
    stages = ", ".join(f"train_{PANEL}@{profile}-mri-{seed}" for seed in SEEDS)
    assert f"would run again: {stages}\n" in told
    assert f"evaluate_{PANEL}" in told and f"table_{PANEL}" in told
    assert "reacher" not in told
    assert files(pipeline) == before


def test_without_a_question_the_probe_is_renewed(pipeline, capsys):
    assert cli.main(["probe"]) == 0
    assert capsys.readouterr().out == f"{NAME}: return[0] was -1 and is 1\n"
    assert files(pipeline) == {f"{NAME}.json": CLOSER}
    assert cli.main(["probe", "--explain"]) == 0
    assert capsys.readouterr().out == "every probe is as it was\n"


def test_dvc_sees_a_probe_that_moved_and_no_other_change(tmp_path):
    """A file beside it, or the same file written again, leaves every stage valid."""
    folder = dvc_project(tmp_path / "project")
    with fast_loading(folder, dict), opened(folder) as repo:
        read = {
            stage.name: [dep for dep in stage.deps if "results/probes/" in dep.def_path]
            for stage in repo.index.stages
        }
        for path in {dep.def_path for deps in read.values() for dep in deps}:
            kept_as(folder / path, NUMBERS)
        for dep in (dep for deps in read.values() for dep in deps):
            dep.save()

        def stale() -> list[str]:
            return sorted(name for name in read if any(dep.status() for dep in read[name]))

        kept_as(folder / probes.PROBES / f"{NAME}.json", NUMBERS)
        kept(folder / probes.PROBES, CLOSER)
        assert (folder / probes.PROBES / "beside").exists() and stale() == []
        kept(folder / probes.PROBES, CLOSER | {"other loss": [-3.0]})
        profile = committed()["profile"]["name"]
        assert stale() == [f"train_{PANEL}@{profile}-mri-{seed}" for seed in SEEDS]


def kept_as(path: Path, numbers: probes.Numbers) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(numbers, indent=1) + "\n")
