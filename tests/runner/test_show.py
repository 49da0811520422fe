"""Everything that belongs to a method, a panel or a run is told, with the values it has."""

import inspect
import re
import shutil

import pytest

from remeta import cli
from remeta.methods import REGISTRY
from remeta.pipeline.settings.names import PANELS
from remeta.pipeline.settings.params import Settings
from remeta.report.kinds import kind_of
from remeta.runner.show import facts
from remeta.runner.show.methods import _fields
from tests.contracts.graph import ROOT

RUNS = list(dict.fromkeys(run for panel in PANELS for run in panel.runs))
SETTINGS = Settings.load(ROOT / "params.yaml")


@pytest.fixture(autouse=True)
def folder(tmp_path, monkeypatch):
    for name in ("params.yaml", "dvc.yaml"):
        shutil.copy(ROOT / name, tmp_path)
    shutil.copytree(ROOT / "profiles", tmp_path / "profiles")
    (tmp_path / "results/study").mkdir(parents=True)
    shutil.copytree(ROOT / "results/study/mri", tmp_path / "results/study/mri")
    monkeypatch.chdir(tmp_path)


@pytest.fixture
def told(capsys):
    def ask(name: str) -> str:
        assert cli.main(["show", name]) == 0
        text = capsys.readouterr().out
        assert all(len(line) <= 100 for line in text.splitlines() if " remeta " not in line)
        return text

    return ask


@pytest.mark.parametrize("panel", PANELS, ids=lambda panel: panel.id)
def test_a_panel_is_told_with_runs_sizes_stages_and_claims(panel, told):
    text = " ".join(told(panel.id).split())
    assert panel.title in text and panel.shows in text and panel.family in text
    for run in panel.runs:
        trained = run in SETTINGS.cells(panel).train
        assert f"{run} {'trained here' if trained else 'scored without'}" in text
    for name, run in panel.borrowed:
        assert f"{run} trained in {panel.paper}_{name}" in text
    for name, settings in facts.profiles().items():
        assert f"results/{name}/{panel.paper}/tables/{panel.name}.csv" in text
        assert str(len(settings.profile.seeds)) in text
    verb = "train" if panel.runs else kind_of(panel).evidence
    makes = rf"{verb}_{panel.id}\w* remeta {verb} {panel.id} RUN SEED"
    assert bool(re.search(makes, text)) != panel.shown_again
    for claim in facts.claims_of(panel.paper):
        here = panel.name in (*claim.panels, *claim.beyond)
        assert (f"{claim.id}: {claim.says}" in text) == here


def test_a_panel_may_be_named_without_its_paper(told):
    assert told("fig3_point") == told("mri_fig3_point")


def test_sizes_and_verdicts_are_those_of_each_profile(told):
    text = told("mri_fig3_point")
    sizes = {name: s.panel_size(PANELS[0]).runs["maml"]["iterations"]
             for name, s in facts.profiles().items()}  # fmt: skip
    assert [*sizes] == ["quick", "study", "paper"]
    assert re.search(r"maml iterations +" + " +".join(map(str, sizes.values())), text)
    row = next(row for row in facts.read_claims(facts.RESULTS / "study/mri/claims.csv")
               if row.id == "MRI-C1/fig3_point")  # fmt: skip
    assert f"fig3_point, study: {facts.verdict(row)} {facts.effect(row)}" in text
    assert "quick:" not in text


def test_files_are_there_or_not(told):
    text = told("mri_fig3_point")
    assert re.search(r"results/study/mri/tables/fig3_point.csv +there", text)
    assert re.search(r"results/paper/mri/tables/fig3_point.csv +not made", text)


@pytest.mark.parametrize("kind", REGISTRY)
def test_a_method_is_told_with_all_its_parameters_and_runs(kind, told):
    text = told(kind)
    assert inspect.getfile(REGISTRY[kind][1]).rpartition("/")[2] in text
    for name, (_, about) in _fields(REGISTRY[kind][0]).items():
        assert re.search(rf"^  {re.escape(name)}( = |  \()", text, re.M), name
        assert " ".join(about.split()) in " ".join(text.split())
    runs = [f"{panel.id}/{run}" for panel in PANELS if panel.runs
            for run, values in SETTINGS.panel_params(panel).runs.items()
            if values["kind"] == kind]  # fmt: skip
    assert all(f"  {run}: " in text for run in runs)
    assert runs or "none in params.yaml" in text


def test_every_parameter_that_has_a_comment_in_its_file_is_told_with_it():
    fields = _fields(REGISTRY["maml"][0])
    assert fields["outer_rate"] == ("PositiveFloat", "of `gradient`, Adam's")
    assert fields["trust_region.iterations"][1] == "of conjugate gradients"
    assert "exploration" in _fields(REGISTRY["e_maml"][0]) and "exploration" not in fields


def test_a_value_that_differs_is_told_with_its_runs_and_a_common_one_once(told):
    text = " ".join(told("mri").split())
    assert "outer_rate = 0.001 (" in text and "inner_rate (" in text
    assert "trajectory: mri_ablation_correction/mri-trajectory" in text
    assert "MRI-C14: " in text and "MRI-C13: " not in text
    assert "MRI-C12: " in text  # by the unit test of the method
    assert "MRI-C6: " in text and "not run" not in text


def test_a_method_has_the_claims_on_its_runs_only(told):
    text = told("imitation")
    assert "MRI-C2: " in text and "MRI-C11: " not in text and "MRI-C1: " not in text


def test_a_run_is_told_in_the_panels_that_train_and_borrow_it(told):
    text = told("mri-steps10")
    assert "mri_ablation_steps: trained" in text and "mri_fig3_point" not in text
    assert re.search(r"imitation_steps +\d+", text)
    assert all(name in text for name in facts.profiles())


def test_an_unknown_name_is_told_with_the_choice(capsys):
    assert cli.main(["show", "mir"]) == 2
    told = capsys.readouterr().err
    assert told.count("\n") == 1
    assert all(name in told for name in ("mir", "mri_fig3_point", "mri-steps10", *REGISTRY))
