"""A stage that was killed goes on where it was and writes what it would have written."""

import errno
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from remeta import methods
from remeta.learners.expert import ExpertTraining
from remeta.pipeline.resume import checkpoint
from tests.pipeline.kills import RUNS, killed, supplied, written
from tests.pipeline.tiny import PANEL, SEED, change, change_all, status

ITERATIONS = 4
DIES = """
import os, signal, sys
from remeta import cli
from remeta.pipeline.resume import checkpoint
from {module} import {kind}
checkpoint.EVERY, honest, calls = 0.0, {kind}.{step}, []
def dying(*args):
    calls.append(args)
    if len(calls) == 3:
        os.kill(os.getpid(), signal.SIGKILL)
    return honest(*args)
{kind}.{step} = dying
cli.main(sys.argv[1:])
"""


@pytest.fixture
def often(project, monkeypatch):
    """A checkpoint at every step; as many iterations as it takes to tell them apart."""
    monkeypatch.setattr(checkpoint, "EVERY", 0.0)
    lengths = [f"profile.panels.{panel}.runs.{run}.iterations" for panel, run in RUNS.values()]
    change_all(dict.fromkeys(lengths, ITERATIONS))


def every_kill_is_survived(words: str, step: tuple, total: str, capsys) -> None:
    whole = written(words)
    for call in range(1, ITERATIONS + 1):
        with killed(*step, call):
            status(*words.split())
        capsys.readouterr()
        assert written(words) == whole, call
        assert f"resumes at {(call - 1) * int(total) // ITERATIONS}/{total}\n" in (
            capsys.readouterr().err
        )


@pytest.mark.parametrize("kind", RUNS)
def test_a_run_killed_at_any_iteration_writes_the_same_bytes(kind, often, capsys):
    panel, run = RUNS[kind]
    supplied(panel, kind)
    step = (methods.REGISTRY[kind][1], "meta_step")
    every_kill_is_survived(f"train {panel} {run} {SEED}", step, str(ITERATIONS), capsys)


def test_adams_moments_survive_in_maml_too(often, capsys):
    change(f"hp.panels.{PANEL}.runs.maml.outer", "gradient")
    step = (methods.REGISTRY["maml"][1], "meta_step")
    every_kill_is_survived(f"train {PANEL} maml {SEED}", step, str(ITERATIONS), capsys)


def test_an_expert_killed_at_any_step_writes_the_same_bytes(often, capsys):
    """Four rows a step and eight steps of warm-up: kills fall before and after the first update."""
    change("profile.experts.reacher.env_steps", 16)
    every_kill_is_survived("expert reacher", (ExpertTraining, "step"), "16", capsys)


def test_an_expert_whose_replay_went_round_is_resumed(often, monkeypatch):
    monkeypatch.setattr("remeta.learners.expert.REPLAY", 10)
    change("profile.experts.reacher.env_steps", 40)
    change("profile.data.reacher.horizon", 5)  # and rows have restarted on other tasks
    whole = written("expert reacher")
    with killed(ExpertTraining, "step", 9):
        status("expert", "reacher")
    assert written("expert reacher") == whole


def test_a_run_may_be_killed_again_and_again(often):
    words, step = f"train {PANEL} mri {SEED}", (methods.REGISTRY["mri"][1], "meta_step")
    whole = written(words)
    for call in (3, 1, 2):
        with killed(*step, call):
            status(*words.split())
    assert written(words) == whole


@pytest.mark.parametrize("file", [1, 2, 3])
def test_a_run_killed_between_its_files_writes_all_of_them(file, often):
    words = f"train {PANEL} mri {SEED}"
    whole = written(words)
    with killed(os, "replace", ITERATIONS + file):
        status(*words.split())
    assert written(words) == whole


def test_a_checkpoint_half_written_leaves_the_one_before(often, capsys):
    words = f"train {PANEL} mri {SEED}"
    whole = written(words)
    with killed(os, "replace", 3):
        status(*words.split())
    capsys.readouterr()
    assert written(words) == whole
    assert f"resumes at 1/{ITERATIONS}\n" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("words", "module", "kind", "step", "told"),
    [
        (f"train {PANEL} mri {SEED}", "remeta.methods.mri", "MRI", "meta_step", f"2/{ITERATIONS}"),
        ("expert reacher", "remeta.learners.expert", "ExpertTraining", "step", "8/24"),
    ],
)
def test_a_process_killed_by_the_system_is_resumed(words, module, kind, step, told, often, capsys):
    whole = written(words)
    code = DIES.format(module=module, kind=kind, step=step)
    end = subprocess.run([sys.executable, "-c", code, *words.split()], capture_output=True)
    assert end.returncode == -signal.SIGKILL
    capsys.readouterr()
    assert written(words) == whole
    assert f"resumes at {told}\n" in capsys.readouterr().err


def a_stranger(words: str, capsys) -> None:
    """What lies there is of another run: it is dropped, and nothing of it is in the results."""
    capsys.readouterr()
    mixed = written(words)
    told = capsys.readouterr().err
    assert "resumes" not in told and told.count("it is dropped") == 1
    assert mixed == written(words)


def test_a_changed_parameter_starts_from_zero(often, capsys):
    with killed(methods.REGISTRY["mri"][1], "meta_step", 3):
        status("train", PANEL, "mri", str(SEED))
    change(f"hp.panels.{PANEL}.runs.mri.outer_rate", 0.01)
    a_stranger(f"train {PANEL} mri {SEED}", capsys)


def test_changed_demonstrations_start_from_zero(often, capsys):
    with killed(methods.REGISTRY["mri"][1], "meta_step", 3):
        status("train", PANEL, "mri", str(SEED))
    change("hp.data.point.noise", 0.3)
    assert status("demos", "point") == 0
    a_stranger(f"train {PANEL} mri {SEED}", capsys)


@pytest.mark.parametrize("words", [f"train {PANEL} mri {SEED}", "expert reacher"])
def test_changed_behaviour_starts_from_zero(words, often, capsys):
    """Which a probe tells."""
    stage = "expert_reacher" if words.startswith("expert") else f"train_{PANEL}_mri"
    probe = Path(f"results/probes/{stage}.json")
    probe.parent.mkdir(parents=True, exist_ok=True)
    probe.write_text("one")
    at = (methods.REGISTRY["mri"][1], "meta_step") if "train" in words else (ExpertTraining, "step")
    with killed(*at, 3):
        status(*words.split())
    probe.write_text("other")
    a_stranger(words, capsys)


def test_a_run_that_is_repeated_after_its_end_starts_from_zero(often, capsys):
    for _ in range(2):
        written(f"train {PANEL} mri {SEED}")
    assert "resumes" not in capsys.readouterr().err


@pytest.mark.parametrize("share", [0.3, 0.99])
def test_a_run_whose_checkpoint_was_cut_starts_from_zero(share, often, capsys):
    words = f"train {PANEL} mri {SEED}"
    whole = written(words)
    with killed(methods.REGISTRY["mri"][1], "meta_step", 3):
        status(*words.split())
    (path,) = Path(".scratch").rglob(checkpoint.FILE)
    data = path.read_bytes()
    path.write_bytes(data[: int(share * len(data))])
    capsys.readouterr()
    assert written(words) == whole
    told = capsys.readouterr().err
    assert told.count("starts from zero") == 1 and "resumes" not in told


@pytest.mark.parametrize("words", [f"train {PANEL} mri {SEED}", "expert reacher"])
def test_a_disk_that_is_full_for_checkpoints_stops_no_stage(words, often, capsys, monkeypatch):
    whole, honest = written(words), os.replace

    def full(source, target):
        if ".scratch" in str(target):
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        honest(source, target)

    monkeypatch.setattr("remeta.storage.os.replace", full)
    capsys.readouterr()
    assert written(words) == whole
    assert capsys.readouterr().err.count("goes on without checkpoints") == 1
