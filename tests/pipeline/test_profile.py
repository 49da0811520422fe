"""Choosing a profile changes the block `profile` and nothing else."""

import shutil
from pathlib import Path

import pytest

from remeta.frozen import Advice
from remeta.pipeline.settings.params import read_yaml, write_yaml
from remeta.pipeline.settings.profile import choose
from tests.pipeline.tiny import ROOT, change

NAMES = sorted(path.stem for path in (ROOT / "profiles").glob("*.yaml"))


@pytest.fixture(autouse=True)
def folder(tmp_path, monkeypatch):
    shutil.copy(ROOT / "params.yaml", tmp_path)
    shutil.copytree(ROOT / "profiles", tmp_path / "profiles")
    monkeypatch.chdir(tmp_path)


@pytest.mark.parametrize("name", NAMES)
def test_the_chosen_profile_stands_in_params_and_the_rest_stays(name):
    before = Path("params.yaml").read_text().partition("\nprofile:")[0]
    choose(name)
    text = Path("params.yaml").read_text()
    assert text.partition("\nprofile:")[0] == before
    assert read_yaml(Path("params.yaml"))["profile"] == read_yaml(Path(f"profiles/{name}.yaml"))


def test_choosing_back_and_forth_comes_back_to_the_same_text():
    choose("quick")
    text = Path("params.yaml").read_text()
    choose("study")
    assert Path("params.yaml").read_text() != text
    choose("quick")
    assert Path("params.yaml").read_text() == text


def test_a_profile_that_lacks_a_run_is_not_chosen():
    path, text = Path("profiles/quick.yaml"), Path("params.yaml").read_text()
    values = read_yaml(path)
    del values["panels"]["mri_fig3_ant"]["runs"]["maml"]
    write_yaml(path, values)
    with pytest.raises(Advice, match=r"quick.yaml: profile.panels.mri_fig3_ant.runs.maml is miss"):
        choose("quick")
    assert Path("params.yaml").read_text() == text


def test_a_good_profile_is_chosen_over_a_broken_one():
    change("profile", {"name": "broken"})
    choose("quick")
    assert read_yaml(Path("params.yaml"))["profile"]["name"] == "quick"
