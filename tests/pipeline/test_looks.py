"""What is seen of trained runs: gradients and walks that reports accept and that can be redone."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import torch

from remeta.core.weights import flat
from remeta.papers.registry import panel_named
from remeta.pipeline import places
from remeta.pipeline.models import write_model
from remeta.pipeline.stages.trained_run import TrainedRun
from remeta.records import NOISE_COLUMNS, TRACE_COLUMNS
from remeta.report.evidence.faults import PHASES, WEIGHTS, WHOLE, of_gradients, of_traces
from remeta.report.kinds import read
from tests.pipeline.tiny import PROFILE, SEED, status

VARIANCE, TRAJECTORIES = panel_named("mame_variance"), panel_named("mame_trajectories")
RUNS = ("mame", "promp")


@pytest.fixture
def trained(project):
    assert status("tasks", "point_corner") == 0
    for run in RUNS:
        assert status("train", "mame_fig2_corner", run, str(SEED)) == 0


def seen(panel, kind: str, run: str, columns: tuple[str, ...]) -> pd.DataFrame:
    """What the stage writes, as reports read it."""
    assert status(kind, panel.id, run, str(SEED)) == 0
    return read(panel, PROFILE, (SEED,), Path("results")).read(kind, run, SEED, columns)


@pytest.mark.parametrize("run", RUNS)
def test_reports_accept_what_is_seen(run, trained):
    assert of_gradients(seen(VARIANCE, "gradients", run, NOISE_COLUMNS)) == ""
    assert of_traces(seen(TRAJECTORIES, "traces", run, TRACE_COLUMNS)) == ""


@pytest.mark.parametrize("run", RUNS)
def test_sizes_are_those_of_the_methods_own_meta_gradients(run, trained):
    found = seen(VARIANCE, "gradients", run, NOISE_COLUMNS).set_index(["weights", "module"])
    for name in WEIGHTS:
        look = TrainedRun.load(VARIANCE.id, run, SEED)
        if name == "trained":
            look.method.weights = look.weights
        practice = look.practice()
        slopes = torch.stack(
            [flat(look.method.meta_gradient(practice)[0]) for _ in range(look.size.batches)]
        )
        rows = found.loc[(name, WHOLE)]
        centred = slopes - slopes.mean(0)
        spread = (centred.square().sum() / (len(slopes) - 1)).sqrt()
        np.testing.assert_allclose(rows.norm, slopes.mean(0).norm(), rtol=1e-3)
        np.testing.assert_allclose(rows.deviation, spread, rtol=1e-3)


def test_both_weights_meet_the_same_tasks_and_noise(trained):
    """So that rows differ by the weights alone: none where nothing was learned."""
    look = TrainedRun.load(VARIANCE.id, "mame", SEED)
    about = {"profile": PROFILE, "panel": look.source.id, "run": "mame", "seed": SEED}
    write_model(places.model(PROFILE, look.source, "mame", SEED), look.method.weights, about)
    found = seen(VARIANCE, "gradients", "mame", NOISE_COLUMNS)
    untrained, same = (found[found.weights == name].drop(columns="weights") for name in WEIGHTS)
    pd.testing.assert_frame_equal(untrained.reset_index(drop=True), same.reset_index(drop=True))


@pytest.mark.parametrize("run", RUNS)
def test_walks_begin_at_the_start_and_take_steps_of_the_robot(run, trained):
    found = seen(TRAJECTORIES, "traces", run, TRACE_COLUMNS)
    size = TrainedRun.load(TRAJECTORIES.id, run, SEED).size
    assert set(found.phase) == set(PHASES)
    assert found.groupby(["task", "phase"]).episode.nunique().eq(size.episodes).all()
    goals = found.groupby("task")[["goal_x", "goal_y"]].first()
    assert len(goals) == len(goals.drop_duplicates()) == size.batch
    assert (goals.abs() == 2).all(axis=None)
    for _, walk in found.groupby(["task", "phase", "episode"]):
        spots = walk[["x", "y"]].to_numpy()
        assert (np.abs(spots[0]) <= 0.2).all()
        assert (np.abs(np.diff(spots, axis=0)) <= 0.2 + 1e-3).all()


def test_a_run_that_nobody_lends_is_refused(trained, capsys):
    assert status("traces", TRAJECTORIES.id, "maml-vpg", str(SEED)) == 2
    told = capsys.readouterr().err
    assert "maml-vpg is no run of mame_trajectories; choose among mame, promp" in told


def test_what_was_not_trained_is_named(project, capsys):
    assert status("tasks", "point_corner") == 0
    assert status("gradients", VARIANCE.id, "mame", str(SEED)) == 2
    assert "train_mame_fig2_corner@probe-mame-3" in capsys.readouterr().err
