"""The real stages, as forks and as programs: the same files to the byte, the same logs."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from remeta.pipeline.probes.project import PLAIN
from remeta.pipeline.settings.params import read_yaml, write_yaml
from remeta.runner.engine import Task
from remeta.runner.forks import STAGES
from remeta.runner.local import Local
from tests.contracts.graph import ROOT, stages
from tests.report.conftest import PROFILE, World
from tests.runner.toy import ENV, await_

PANEL, SEEDS = "fig3_point", (0, 1)
WORDS = [
    "tasks point",
    "demos point",
    f"train mri_{PANEL} maml 1",
    f"evaluate mri_{PANEL} maml 1",
    "table mri_fig3_reacher",
    "figure mri_fig3_reacher",
    "train mri_fig9 mri 0",
    "report mri",
]
SCRIPT = """
import os, sys
from remeta import zygote
os.environ.update(zygote.ONE_THREAD)
for verb in sys.argv[1].split():
    zygote.warm(verb)
import numpy, torch
os.fork() or os._exit(0)
print(len(os.listdir("/proc/self/task")), numpy.random.get_state()[2])
before = {name.partition(".")[0] for name in sys.modules}
for words in sys.argv[2:]:
    assert zygote.main(words.split()) == 0
print(sorted({name.partition(".")[0] for name in sys.modules} - before))
"""


def project(folder: Path) -> Path:
    """Tiny sizes; of one panel the results are there, those of another are made."""
    folder.mkdir()
    params = PLAIN.sized(read_yaml(ROOT / "params.yaml"))
    params["profile"] |= {"name": PROFILE, "seeds": [*SEEDS]}
    write_yaml(folder / "params.yaml", params)
    World(folder / "results", seeds=SEEDS).panel("fig3_reacher")
    return folder


def made(folder: Path, forking: bool, threads: str) -> dict[str, tuple[int, list[str]]]:
    """Statuses of all stages and the last lines of their logs; others tell of time."""
    engine, env = Local(1), ENV | {"REMETA_THREADS": threads, "PYTHONPATH": str(ROOT / "src")}
    engine.forking, told = forking, {}
    try:
        for words in WORDS:
            log, ended = folder / "log", dict[str, int]()
            command = ["/bin/sh", "-c", f"remeta {words}"]
            engine.start(Task("x", command, str(folder), env, log))
            await_(lambda ended=ended: ended or ended.update(engine.ended()), 300)
            told[words] = ended["x"], log.read_text().splitlines()[-1:]
        assert bool(engine._forks) == forking
    finally:
        engine.close()
        log.unlink()
    return told


def files(folder: Path) -> dict[str, bytes]:
    """All of them; of costs, all but the seconds."""
    found = {str(p.relative_to(folder)): p for p in sorted(folder.rglob("*")) if p.is_file()}
    return {name: _content(path) for name, path in found.items()}


def _content(path: Path) -> bytes:
    if path.parent.name != "costs":
        return path.read_bytes()
    costs = json.loads(path.read_text())
    assert costs.pop("wall_s") >= 0
    return json.dumps(costs).encode()


@pytest.fixture(scope="module")
def forked(tmp_path_factory):
    folder = project(tmp_path_factory.mktemp("forked") / "x")
    return folder, made(folder, True, "2")


def test_forks_write_and_say_what_programs_do(forked, tmp_path):
    folder, told = forked
    other = project(tmp_path / "x")
    assert made(other, False, "2") == told
    assert [status for status, _ in told.values()] == [0, 0, 0, 0, 0, 0, 2, 2]
    assert files(folder) == files(other)


def test_a_forked_run_has_the_threads_it_was_given(forked):
    folder, _ = forked
    costs = sorted((folder / "results").rglob("costs/*.json"))
    assert [json.loads(path.read_text())["threads"] for path in costs] == [2]


def test_a_zygote_forks_with_one_thread_and_what_it_becomes_imports_no_package(forked):
    folder, _ = forked
    words = [words for words in WORDS if words.startswith(("train mri_fig3", "figure", "table"))]
    end = subprocess.run(
        [sys.executable, "-P", "-c", SCRIPT, " ".join(STAGES), *words],
        cwd=folder,
        env=os.environ | {"OPENBLAS_NUM_THREADS": "2", "PYTHONPATH": str(ROOT / "src")},
        capture_output=True,
        text=True,
        check=True,
    )
    threads, *_, late = end.stdout.splitlines()
    assert threads.split()[0] == "1" and late == "[]"


def test_every_stage_of_the_project_but_the_probes_is_forked():
    assert {stage.words[0] for stage in stages().values()} - {"probe"} <= {*STAGES}
