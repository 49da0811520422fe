"""Mistakes in params.yaml are told in one sentence that names the key."""

from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest

from remeta.pipeline.stages import demos
from remeta.pipeline.stages.tasks import draw_tasks
from tests.pipeline.tiny import PANEL, change, drop

TRAIN = f"train {PANEL} mri 3"
RUN = f"hp.panels.{PANEL}.runs.mri"
SIZE = f"profile.panels.{PANEL}"


@pytest.mark.parametrize(
    ("key", "value"),
    [
        (f"{RUN}.inner_rat", 1.0),
        (f"{RUN}.outer_rate", "fast"),
        (f"{RUN}.outer_rate", float("inf")),
        (f"{RUN}.inner_rate", -1.0),
        (f"{RUN}.correction", "per_stp"),
        (f"{RUN}.kind", "mir"),
        (f"{SIZE}.bach", 3),
        (f"{SIZE}.batch", 0),
        (f"{SIZE}.batch", True),
        (f"{SIZE}.runs.mri.imitation_stepz", 2),
        (f"{SIZE}.runs.mri.iterations", 0),
        (f"{SIZE}.runs.mri.iterations", 2.0),
        (f"{SIZE}.runs.mir", {"iterations": 2}),
        (f"hp.panels.{PANEL}.test.std", "lerned"),
        (f"hp.panels.{PANEL}.test.rates.mir", 1.0),
        (f"hp.panels.{PANEL}x", {}),
        ("hp.policy.hiden", [3]),
        ("hp.data.piont", {"noise": 0}),
        ("profile.experts.reacher.quality", float("nan")),
        ("profile.data.point.horizon", "12"),
        ("hp.tasks_seed", None),
        ("surplus", 1),
    ],
)
def test_a_value_that_cannot_be_is_refused_by_its_key(key, value, refused):
    change(key, value)
    refused(TRAIN, "params.yaml", key.removeprefix("hp.").removeprefix("profile."))


@pytest.mark.parametrize(
    "key",
    [
        f"{RUN}.inner_rate",
        f"{RUN}.kind",
        RUN,
        f"{SIZE}.episodes",
        f"{SIZE}.runs.mri.iterations",
        f"{SIZE}.runs.mri.demo_samples",
        f"{SIZE}.runs.mri",
        SIZE,
        f"hp.panels.{PANEL}.test.rates.mri",
        "hp.data.point",
        "hp.experts.reacher",
        "profile.data.point.roll_outs",
        "profile",
        "defaults",
    ],
)
def test_a_missing_key_is_named(key, refused):
    drop(key)
    refused(TRAIN, "params.yaml", key.removeprefix("hp.").removeprefix("profile."))


def test_a_key_that_stands_in_hp_and_in_profile_is_refused(refused):
    change(f"{RUN}.demo_samples", 8)
    refused(TRAIN, "demo_samples", "keep one")


@pytest.mark.parametrize(
    "text", ["a: [1", "\tx: 1", "a: 1\na: 2", "!!python/object:os.system x", "", "[1]", "\x00"]
)
def test_params_that_are_no_yaml_or_no_mapping_are_refused(text, refused):
    Path("params.yaml").write_text(text)
    for words in (TRAIN, "tasks point", "profile quick"):
        refused(words, "params.yaml")


def test_params_that_are_missing_are_asked_for(refused):
    Path("params.yaml").unlink()
    refused(TRAIN, "params.yaml", "missing", "root")


def test_expert_parameters_are_checked_before_it_is_trained(refused):
    change("hp.experts.reacher.rat", 0.1)
    refused("expert reacher", "hp.experts.reacher.rat")


def test_numbers_that_run_away_stop_the_training_and_leave_no_model(refused):
    change(f"{RUN}.outer_rate", 1e30)
    refused(TRAIN, f"{PANEL} mri-3", "lower its rates in params.yaml")


def test_an_expert_that_runs_away_is_not_written(refused):
    change("hp.experts.reacher.rate", 1e30)
    refused("expert reacher", "hp.experts.reacher.rate")


def test_an_expert_below_quality_teaches_nobody(refused):
    change("profile.experts.reacher.quality", 1e6)
    refused("demos reacher", "profile.experts.reacher.quality")


def test_nor_does_it_teach_under_another_name(refused, monkeypatch):
    draw_tasks("sawyer_push_seen")
    bad = SimpleNamespace(scores=np.array([-1.0]))
    monkeypatch.setattr(demos, "recorded", lambda *_: (bad, None))
    change("profile.experts.sawyer_push.quality", 0.0)
    refused("demos sawyer_push_seen", "profile.experts.sawyer_push.quality")


def test_scores_that_run_away_are_not_written(refused):
    change(f"hp.panels.{PANEL}.test.rates.mri", 1e38)
    Path("results/probe/mri/fig3_point/scores/mri-3.csv").unlink()
    refused(f"evaluate {PANEL} mri 3", "test")
