"""Probes tell what the code does: they stay while it does the same, and move with a sign."""

import json
import os
from contextlib import chdir

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from remeta.core.returns import prepared
from remeta.methods import mri
from remeta.papers.mri import PANELS
from remeta.pipeline import probes, train
from remeta.pipeline.settings import Settings
from tests.pipeline.tiny import PANEL, ROOT, SEED

POINT = next(panel for panel in PANELS if panel.id == PANEL)
NUMBERS = {"return": [1.0, -2.0], "loss": [0.5]}


@pytest.fixture
def old(tmp_path):
    path = tmp_path / "probe.json"
    path.write_text(json.dumps(NUMBERS))
    return path


def test_the_same_numbers_are_no_difference(old):
    assert probes._difference(old, NUMBERS) == ""


@settings(max_examples=20, deadline=None, derandomize=True, database=None)
@given(st.floats(-0.9, 0.9))
def test_a_difference_that_processors_make_is_none(tmp_path_factory, share):
    path = tmp_path_factory.mktemp("probe") / "probe.json"
    path.write_text(json.dumps(NUMBERS))
    near = {k: [v * (1 + share * probes.RELATIVE) for v in vs] for k, vs in NUMBERS.items()}
    assert probes._difference(path, near) == ""


@pytest.mark.parametrize(
    ("numbers", "reason"),
    [
        ({"return": [-1.0, -2.0], "loss": [0.5]}, "return was 1 and is -1"),
        ({"return": [1.0, -2.1], "loss": [0.5]}, "return was -2 and is -2.1"),
        ({"return": [1.0, -2.0], "loss": [float("nan")]}, "loss was 0.5 and is nan"),
        ({"return": [1.0], "loss": [0.5]}, "return has 1 values instead of 2"),
        ({"return": [1.0, -2.0]}, "measures ['loss'] came or went"),
        (NUMBERS | {"more": []}, "measures ['more'] came or went"),
    ],
)
def test_every_other_difference_is_told(numbers, reason, old):
    assert probes._difference(old, numbers) == reason


def test_a_probe_without_a_file_is_new(tmp_path):
    assert probes._difference(tmp_path / "none.json", NUMBERS) == "new"


def test_the_checkout_has_the_probes_of_every_stage_and_no_others():
    with chdir(ROOT):
        chosen = Settings.load()
        found = sorted(os.listdir(probes.PROBES))
    names = [f"{kind}_{family}" for family in chosen.hp.demos for kind in ("tasks", "demos")]
    names += [f"expert_{family}" for family in chosen.hp.experts]
    for panel, cells in chosen.grid.items():
        names += [f"train_{panel}_{run}" for run in cells.train]
        names += [f"evaluate_{panel}_{run}" for run in (*cells.train, *cells.score)]
    assert found == sorted(f"{name}.json" for name in names)


def test_a_flipped_sign_moves_the_probe_of_what_it_touches(project, tmp_path, monkeypatch):
    honest = _numbers("mri")
    path = tmp_path / "mri.json"
    path.write_text(json.dumps(honest))
    assert probes._difference(path, _numbers("mri")) == ""
    monkeypatch.setattr(mri, "prepared", _flipped)
    assert probes._difference(path, _numbers("mri"))


def test_a_flipped_sign_elsewhere_leaves_a_probe_alone(project, tmp_path, monkeypatch):
    path = tmp_path / "imitation.json"
    path.write_text(json.dumps(_numbers("imitation")))
    monkeypatch.setattr(mri, "prepared", _flipped)
    assert probes._difference(path, _numbers("imitation")) == ""


def _numbers(run: str) -> probes.Numbers:
    train.train(PANEL, run, SEED)
    return probes._numbers_of_rows(POINT, "curves", run)


def _flipped(episodes, discount):
    trial = prepared(episodes, discount)
    return type(trial)(**vars(trial) | {"advantage": -trial.advantage})
