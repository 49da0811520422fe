"""Imitation of single tasks and random search, through the stages of every method."""

import csv

import pytest

from remeta import methods
from remeta.papers.registry import panel_named
from remeta.pipeline import places
from remeta.pipeline.resume import checkpoint
from remeta.records import shared
from tests.methods.imitators import METHODS
from tests.pipeline.kills import killed, written
from tests.pipeline.tiny import PANEL, PROFILE, SEED, change, drop, status

RUN = f"train {PANEL} mri {SEED}"
ITERATIONS = 4
SMALL = {
    "gail": {"rhythm": {"rows": 6, "steps": 2, "updates": 2, "warm_up": 12}, "replay": 20},
    "rail": {"updates": 2},
}


@pytest.fixture(params=["bc", "gail", "rail", "random_search"])
def kind(request, project, monkeypatch):
    """A run of this method; its checkpoints are written whenever they may be."""
    params, kind, values, _ = METHODS[request.param]
    values = values | SMALL.get(request.param, {})
    monkeypatch.setitem(methods.REGISTRY, values["kind"], (params, kind))
    monkeypatch.setattr(checkpoint, "EVERY", 0)
    change(f"hp.panels.{PANEL}.runs.mri", values)
    for key in ("imitation_steps", "demo_samples"):
        drop(f"profile.panels.{PANEL}.runs.mri.{key}")
    change(f"profile.panels.{PANEL}.runs.mri.iterations", ITERATIONS)
    return kind


def test_a_run_killed_at_any_iteration_writes_the_same_bytes(kind, capsys):
    whole = written(RUN)
    for call in range(1, ITERATIONS + 1):
        with killed(kind, "meta_step", call):
            status(*RUN.split())
        capsys.readouterr()
        assert written(RUN) == whole
        assert f"resumes at {call - 1}/{ITERATIONS}" in capsys.readouterr().err


def test_a_run_is_scored_as_it_has_learned_whatever_the_panel_grants_to_adapt(kind):
    assert status(*RUN.split()) == 0
    assert status("evaluate", PANEL, "mri", str(SEED)) == 0
    path = places.result(PROFILE, panel_named(PANEL), "scores", "mri", SEED, "csv")
    table = shared(path.read_text())[1].splitlines()
    rows = [row for row in csv.DictReader(table) if row["metric"] == "return"]
    assert rows and {row["adapt_env_steps"] for row in rows} == {"0"}
