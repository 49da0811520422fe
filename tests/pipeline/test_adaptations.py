"""What stages say of runs that others trained: how they adapt, carry themselves, and drift."""

import csv
from collections import Counter
from itertools import product

import numpy as np
import pytest
from safetensors.torch import load_file

from remeta.papers.norml.panels import BIAS, GAIT, STEPS
from remeta.papers.registry import panel_named
from remeta.pipeline import places
from remeta.pipeline.data import tasks_of
from remeta.pipeline.settings.params import Settings
from remeta.pipeline.stages import trained_run as stage
from remeta.records import shared
from tests.pipeline.tiny import PROFILE, SEED, status

TESTED = (
    (panel_named("mri_point_std_one"), "adaptations"),
    (panel_named("mri_fig3_point"), "scores"),
)
DRIFT, IMITATION = panel_named("lecture_drift"), panel_named("lecture_imitation")


def result(panel, kind, run):
    """What a file says of all its rows, and these."""
    common, table = shared(places.result(PROFILE, panel, kind, run, SEED, "csv").read_text())
    return common, list(csv.DictReader(table.splitlines()))


def done(*lines: str) -> None:
    for line in lines:
        assert status(*line.split(), *([str(SEED)] if len(line.split()) > 2 else [])) == 0


@pytest.fixture
def cloned(project):
    """One demonstration, and all there are, were cloned."""
    done("tasks hopper", "expert hopper", "demos hopper")
    done(*(f"train lecture_imitation bc-demos{count}" for count in (1, 4)))


def test_norml_adapts_step_by_step_to_tasks_that_are_held_out(project):
    done("tasks point_rotation_sparse", "train norml_point_sparse norml")
    done("adaptations norml_steps norml")
    _, rows = result(STEPS, "adaptations", "norml")
    returns = [row for row in rows if row["metric"] == "return"]
    steps = sorted({int(row["adapt_step"]) for row in returns})
    assert steps == [0, 1, 2, 3, 4, 5]
    spent = [int(row["adapt_env_steps"]) for row in returns if row["task"] == "0"]
    assert spent == [60 * step for step in steps]  # five rows of twelve steps
    assert len(returns) == 6 * 2  # held-out tasks


def test_a_run_is_tested_again_as_its_own_panel_does_but_from_a_spread_of_one(project, monkeypatch):
    """The tiny project has trained this run, and scored it."""
    seen, curve = [], stage.adaptation_curve

    def spied(world, adaptation, start, tasks, schedule, rng):
        seen.append((start, tasks, schedule))
        return curve(world, adaptation, start, tasks, schedule, rng)

    monkeypatch.setattr(stage, "adaptation_curve", spied)
    done("adaptations mri_point_std_one mri")
    ((start, tasks, schedule),) = seen
    lender, settings = panel_named("mri_fig3_point"), Settings.load()
    kept = load_file(places.model(PROFILE, lender, "mri", SEED))
    assert (kept["log_std"] != 0).all() and (start["log_std"] == 0).all()
    assert all((start[name] == kept[name]).all() for name in start if name != "log_std")
    assert schedule.rates == settings.rates(lender, "mri")
    np.testing.assert_array_equal(tasks, tasks_of(settings, lender.data).test)
    again, scored = (result(one, kind, "mri")[1] for one, kind in TESTED)
    assert len(again) == len(scored)  # the same steps, tasks and metrics


def test_a_grid_is_told_in_a_column_of_its_own(project):
    done("tasks cartpole_sensor", "train norml_cartpole dr", "adaptations norml_bias dr")
    _, rows = result(BIAS, "adaptations", "dr")
    last = [row for row in rows if (row["adapt_step"], row["metric"]) == ("1", "return")]
    assert [float(row["bias"]) for row in last] == [float(x) for x in range(-10, 11, 2)]


def test_an_episode_of_every_row_is_told_in_both_wirings_before_and_after_adaptation(project):
    done("tasks cheetah_motor", "train norml_cheetah norml", "gaits norml_gait norml")
    _, rows = result(GAIT, "gaits", "norml")
    episodes = Counter((row["task"], row["phase"], row["episode"]) for row in rows)
    wanted = product("01", ("before", "after"), "0123")  # of five rows
    assert episodes == dict.fromkeys(wanted, 5)  # steps; nobody falls so soon
    started = [float(row["pitch"]) for row in rows if row["step"] == "0"]
    assert len({*started}) > 8 and max(map(abs, started)) <= 0.1  # as the robot starts


def test_a_run_is_shown_as_many_demonstrations_as_it_says(cloned):
    costs = [result(IMITATION, "curves", f"bc-demos{count}")[0] for count in (1, 4)]
    assert [common["demos"] for common in costs] == ["4", "8"]  # of four tasks; there are two each


def test_errors_are_told_in_both_kinds_of_states_for_every_step(cloned):
    done("drifts lecture_drift bc-demos4")
    _, rows = result(DRIFT, "drifts", "bc-demos4")
    assert [(row["visited"], row["step"]) for row in rows] == [
        (visited, str(step)) for visited in ("expert", "own") for step in range(5)
    ]
    assert all(float(row["error"]) > 0 for row in rows)
