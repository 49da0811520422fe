"""Stopping: after what runs, at once, or by death; nothing outlives the runner."""

import json
import os
import signal
from contextlib import chdir
from pathlib import Path
from time import sleep

import pytest

from remeta.runner import local
from remeta.runner.local import Local, Task
from remeta.runner.lockfile import read
from remeta.runner.project import Project
from tests.runner import processes
from tests.runner.toy import await_

SLOW = "sleep 0.7; echo > OUT"
ENDLESS = "sleep 100 & sleep 100; true"


def end(running, seconds: float = 60.0) -> str:
    """What it said, once it is over."""
    return running.communicate(timeout=seconds)[0]


def test_one_interrupt_lets_finish_what_runs(make):
    toy = make(a=SLOW, b=SLOW, c=SLOW, d__a=SLOW)
    running = toy.begin("-j", "2")
    toy.await_run("a", "b")
    running.send_signal(signal.SIGINT)
    said = end(running)
    assert running.returncode == 130
    assert "finishing what runs" in said and said.endswith("remeta repro: interrupted.\n")
    assert toy.ran() == ["a", "b"] and list(read(toy.folder / "dvc.lock")) == ["a", "b"]
    assert toy.repro("-j", "3") == 0 and toy.ran() == ["c", "d"]


@pytest.mark.parametrize("signals", [[signal.SIGINT, signal.SIGINT], [signal.SIGTERM]])
def test_a_second_interrupt_or_a_request_to_end_stops_at_once(make, signals):
    toy = make(a=ENDLESS, b=ENDLESS, c="echo > OUT")
    running = toy.begin("-j", "3")
    toy.await_run("a", "b")
    await_(lambda: (toy.folder / "dvc.lock").exists())
    for one in signals:
        running.send_signal(one)
        sleep(0.3)  # the system keeps but one signal of a kind waiting
    end(running)
    assert running.returncode == 130
    await_(lambda: not processes.of(toy.folder))
    assert list(read(toy.folder / "dvc.lock")) == ["c"]


def test_a_stage_that_ignores_the_request_is_ended_all_the_same(tmp_path, monkeypatch):
    monkeypatch.setattr(local, "PATIENCE", 0.2)
    engine = Local(1)
    line = "trap '' TERM; echo ready; sleep 100 & while true; do sleep 0.1; done"
    log = tmp_path / "log"
    engine.start(Task("a", ["sh", "-c", line], str(tmp_path), os.environ, log))
    await_(lambda: log.read_text() == "ready\n")
    engine.close()
    await_(lambda: not processes.of(tmp_path))


def test_what_a_finished_stage_left_running_is_ended(make):
    toy = make(a="sleep 100 & echo > OUT")
    assert toy.repro() == 0
    await_(lambda: not processes.of(toy.folder))


def test_nothing_outlives_a_killed_runner_and_the_next_needs_no_help(make):
    toy = make(a=ENDLESS, b="echo > OUT")
    running = toy.begin("-j", "2")
    toy.await_run("a")
    await_(lambda: (toy.folder / "dvc.lock").exists())
    assert sum("sleep 100" in line for line in processes.of(toy.folder).values()) >= 2
    running.kill()
    end(running)
    await_(lambda: not processes.of(toy.folder))
    toy.ran()
    toy.stages_of("a", cmd="echo a >> ran; echo > out/a")
    assert toy.repro() == 0 and toy.ran() == ["a"] and toy.status() == {}


def test_a_stage_dies_with_its_runner_even_if_nobody_is_left_to_end_it(make):
    toy = make(a="exec sleep 100")
    running = toy.begin()
    toy.await_run("a")
    for pid, line in processes.of(toy.folder).items():
        if "reaper.py" in line:
            os.kill(pid, signal.SIGKILL)
    running.kill()
    end(running)
    await_(lambda: not processes.of(toy.folder))


def test_what_one_stage_leaves_another_still_holds(make):
    """Two that read the same file: DVC must not write there while either runs."""
    toy = make(a="cp code/a OUT", b="cp code/a OUT")
    table = toy.folder / ".dvc/tmp/rwlock"

    def readers() -> int:
        return len(json.loads(table.read_text())["read"].get(str(toy.folder / "code"), []))

    with chdir(toy.folder), Project() as project, project.locked():
        assert [project.begin(name, True) for name in ("a", "b")] == [False, False]
        assert readers() == 2
        project.release("a")
        assert readers() == 1


@pytest.mark.parametrize("table", ["", '{"write": {"a', "[]"])
def test_a_table_of_busy_paths_that_was_cut_off_stops_nobody(make, table):
    """DVC rewrites it in place, and refuses to go on when it is killed meanwhile."""
    toy = make(a="echo > OUT")
    toy.write(".dvc/tmp/rwlock", table)
    assert toy.repro() == 0 and toy.ran() == ["a"]


def test_the_entry_of_a_dead_process_stops_nobody(make):
    toy = make(a="echo > OUT")
    dead = os.spawnlp(os.P_NOWAIT, "true", "true")
    os.waitpid(dead, 0)
    info = {"pid": dead, "cmd": "remeta repro a"}
    toy.write(".dvc/tmp/rwlock", json.dumps({"write": {str(toy.folder / "out/a"): info}}))
    assert toy.repro() == 0 and toy.ran() == ["a"]


def test_a_second_runner_is_refused_with_the_number_of_the_first(make, capfd):
    toy = make(a="while [ ! -e go ]; do sleep 0.01; done; echo > OUT")
    first = toy.begin()
    toy.await_run("a")
    assert toy.repro() == 2
    assert f"process {first.pid} runs `remeta repro` here" in capfd.readouterr().err
    toy.write("go", "")
    end(first)
    assert first.returncode == 0 and toy.repro() == 0


GATED = "while [ ! -e go ]; do sleep 0.01; done; cp code/a OUT"


@pytest.mark.parametrize(("first", "second"), [("dvc", "remeta"), ("remeta", "dvc")])
def test_dvc_may_make_another_stage_meanwhile_and_both_are_kept(make, first, second):
    toy = make(a=GATED, b="echo > OUT", c="echo > OUT")
    earlier = toy.begin("a", program=first)
    toy.await_run("a")
    later = toy.begin("b", "c", program=second)
    end(later)
    toy.write("go", "")
    end(earlier)
    assert earlier.returncode == later.returncode == 0
    assert sorted(read(toy.folder / "dvc.lock")) == ["a", "b", "c"]
    assert toy.ran() == ["a", "b", "c"] and toy.status() == {}


def test_what_dvc_is_just_making_is_waited_for_and_not_made_twice(make):
    toy = make(a=GATED, b__a="cp out/a OUT", c="echo > OUT")
    other = toy.begin("a", program="dvc")
    toy.await_run("a")
    running = toy.begin("-j", "2")
    toy.await_run("c")
    assert not Path(toy.folder / "out/a").exists()
    toy.write("go", "")
    end(running)
    end(other)
    assert other.returncode == running.returncode == 0
    assert toy.ran() == ["a", "b", "c"] and toy.status() == {}


def test_half_a_file_that_a_killed_stage_left_is_gone_after_the_next_run(make):
    toy = make(a="if [ ! -e again ]; then touch again out/.a.half.tmp; kill -9 $$; fi; echo > OUT")
    assert toy.repro() == 2 and (toy.folder / "out/.a.half.tmp").exists()
    assert toy.repro() == 0
    assert [path.name for path in (toy.folder / "out").iterdir() if "a" in path.name] == ["a"]
