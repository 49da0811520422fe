"""A panel made anew is held against what is committed, and what differs is named."""

import re
import shutil
from pathlib import Path

import pytest

from remeta.papers.mri import CLAIMS, PANELS
from remeta.report.kinds import read
from remeta.report.kinds.adaptation.results import Results
from remeta.runner import verify
from remeta.runner.agreement import APART, IDENTICAL, OVERLAPS, SAME, compare
from remeta.runner.workspace import Spec, Workspace
from tests.contracts.graph import SEEDS, params, stages
from tests.report.conftest import BY_NAME, PROFILE, RETURNS, World
from tests.runner.committed import Committed

ID, KEPT = "mri_ablation_correction", ".scratch/verify/mri_ablation_correction"
FALSE = f"results/{PROFILE}/mri/ablation_correction/scores/mri-uncorrected-0.csv"


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    return Committed(tmp_path_factory.mktemp("made") / "project")


@pytest.fixture
def project(made, tmp_path, monkeypatch):
    monkeypatch.setenv("TRAINED", str(tmp_path / "trained"))
    copy = object.__new__(Committed)
    copy.folder = tmp_path / "project"
    shutil.copytree(made.folder, copy.folder)
    return copy


def trained(tmp_path) -> list[str]:
    """What was trained since the last question."""
    log = tmp_path / "trained"
    names = sorted(log.read_text().split()) if log.exists() else []
    log.unlink(missing_ok=True)
    return names


def test_what_comes_out_the_same_agrees_and_leaves_only_the_table(project, tmp_path, capfd):
    project.change(FALSE, 5.0)  # not committed: nobody looks at it
    assert project.verify(ID, "--seeds", "2") == 0
    text = capfd.readouterr().out
    names = ("mri", "mri-trajectory", "mri-uncorrected")
    assert trained(tmp_path) == sorted(f"{name}-{seed}" for name in names for seed in (0, 1))
    assert f"profile {PROFILE}, seeds 0 1, commit" in text and "It agrees" in text
    assert "16 of 16 files" in text and f"| {OVERLAPS} " not in text and APART not in text
    assert (project.folder / f"{KEPT}.md").read_text() == text
    assert not (project.folder / KEPT).exists()


def test_false_scores_are_named_and_another_commit_begins_anew(project, tmp_path, capfd):
    project.change(FALSE, 5.0)
    project.commit()
    assert project.verify(ID, "--seeds", "1") == 1
    text = capfd.readouterr().out
    assert "DISAGREES" in text and re.search(r"^  mri-uncorrected, return after 5: ", text, re.M)
    apart = {line.split()[1] for line in text.splitlines() if f"| {APART} " in line}
    assert apart == {"mri-uncorrected"}  # by one seed no verdict differs, for it decides nothing
    assert len(trained(tmp_path)) == 3
    shutil.copy(project.folder / f"truth/{FALSE}", project.folder / FALSE)
    project.commit()
    assert project.verify(ID, "--seeds", "1") == 0 and len(trained(tmp_path)) == 3


def test_what_failed_goes_on_where_it_stopped(project, tmp_path, capfd):
    lost = f"truth/{FALSE}"
    text = (project.folder / lost).read_text()
    (project.folder / lost).unlink()
    project.commit()
    assert project.verify(ID, "--seeds", "1") == 2
    told = capfd.readouterr().err
    assert "evaluate_mri_ablation_correction@tiny-mri-uncorrected-0" in told and KEPT in told
    assert len(trained(tmp_path)) == 3
    (project.folder / KEPT / "project" / lost).write_text(text)
    assert project.verify(ID, "--seeds", "1") == 0 and trained(tmp_path) == []


@pytest.mark.parametrize(
    ("words", "named"),
    [
        (["mri_fig3_ant"], ["mri_fig3_ant", "choose among mri_fig3_point, mri_ablation_corr"]),
        ([ID, "--seeds", "4"], ["--seeds 4", "1 to 3"]),
        ([ID, "--seeds", "0"], ["--seeds 0", "1 to 3"]),
        (["mri_fig9"], ["mri_fig9", "mri_fig3_point"]),
    ],
)
def test_what_cannot_be_verified_is_told_in_a_sentence(words, named, project, capfd):
    assert project.verify(*words) == 2
    told = capfd.readouterr().err
    assert told.count("\n") == 1 and all(name in told for name in named), told


@pytest.mark.parametrize("panel", PANELS, ids=lambda panel: panel.id)
def test_the_stages_to_run_are_those_that_write_what_a_panel_is_judged_by(panel, monkeypatch):
    profile = params()["profile"]["name"]
    outs = {name: [Path(out) for out in stage.outs] for name, stage in stages().items()}
    monkeypatch.setattr(verify, "resolve", lambda *_: outs)
    monkeypatch.setattr(verify, "read_yaml", lambda _: {})
    spec = Spec("commit", profile, tuple(SEEDS))
    names = verify.targets(panel, Workspace(Path()), spec)
    made = {out for name in names for out in outs[name]}
    runs = {stages()[name].words[2] for name in names}
    assert made >= {*read(panel, profile, tuple(SEEDS), Path("results")).inputs()}
    assert runs == {*panel.runs, *(run for _, run in panel.borrowed), "random", "expert"}


@pytest.fixture(scope="module")
def truth(tmp_path_factory):
    return results(tmp_path_factory.mktemp("truth"))


def results(folder, **told) -> Results:
    world = World(folder, iterations=20, **told)
    world.panel("fig3_point")
    return Results(BY_NAME["fig3_point"], PROFILE, world.seeds, world.root)


def test_every_score_and_every_claim_of_the_panel_is_compared(truth):
    lines = compare(truth, truth, CLAIMS)
    scores = [(line.name, line.of) for line in lines if line.of != "verdict"]
    assert len(scores) == len(set(scores)) == 4 * (6 + 2) + 1
    claims = [claim.id for claim in CLAIMS if "fig3_point" in (*claim.panels, *claim.beyond)]
    assert [line.name for line in lines if line.of == "verdict"] == claims
    assert {line.agrees for line in lines} == {IDENTICAL}
    assert all(line.difference.endswith("[0.00, 0.00]") for line in lines if line.difference)


def test_a_little_more_noise_overlaps_and_another_truth_is_apart(truth, tmp_path):
    lines = compare(truth, results(tmp_path / "a", spread=0.03), CLAIMS)
    assert {line.agrees for line in lines} == {IDENTICAL, OVERLAPS, SAME}
    worse = RETURNS | {"mri": (0.3,) * 6}
    lines = compare(truth, results(tmp_path / "b", returns=worse), CLAIMS)
    apart = {(line.name, line.of) for line in lines if line.agrees == APART}
    assert {("mri", f"return after {step}") for step in range(1, 6)} <= apart
    assert ("MRI-C1", "verdict") in apart and ("MRI-C15", "verdict") in apart
    assert not {name for name, _ in apart} & {"maml", "imitation", "random", "expert"}


def test_fewer_tasks_are_compared_by_their_intervals_alone(truth, tmp_path):
    lines = compare(truth, results(tmp_path, tasks=8), CLAIMS)
    scores = [line for line in lines if line.of != "verdict"]
    assert {line.difference for line in scores} == {""}
    assert IDENTICAL not in {line.agrees for line in scores}
