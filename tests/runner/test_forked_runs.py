"""Runs whose stages are forks: their end, however it comes, and what they leave to DVC."""

import os
import signal
import subprocess
from time import sleep

import pytest

from remeta.runner.lockfile import read
from tests.runner import processes
from tests.runner.acts import Code
from tests.runner.toy import ENV, Toy, await_

NOTE = "open('ran', 'a').write('{0}\\n'); from pathlib import Path; out = Path('out/{0}'); "
NOTE += "out.parent.mkdir(exist_ok=True); "
ENDLESS = "import subprocess; subprocess.run(['sleep', '100'])"
SLOW = "import time; time.sleep(0.7); out.write_text(MARK)"
QUICK = "out.write_text(MARK)"


@pytest.fixture(scope="module")
def code(tmp_path_factory) -> Code:
    return Code(tmp_path_factory.mktemp("code") / "src")


@pytest.fixture
def make(tmp_path, code, monkeypatch):
    """A project of stages that are scripts; `c__a` needs a."""
    monkeypatch.setitem(ENV, "PYTHONPATH", str(code.folder))

    def made(**scripts: str) -> Toy:
        stages = {}
        for key in scripts:
            name, _, needs = key.partition("__")
            deps = [f"out/{need}" for need in needs.split("_") if need]
            stages[name] = {"cmd": f"remeta tasks {name}", "deps": [*deps, f"{name}.py"]}
            stages[name]["outs"] = [f"out/{name}"]
        toy = Toy(tmp_path / "project", stages)
        for key, script in scripts.items():
            name = key.partition("__")[0]
            toy.write(f"{name}.py", NOTE.format(name) + script)
        return toy

    return made


def ended(running: subprocess.Popen) -> int:
    running.communicate(timeout=60)
    return running.returncode


def test_forks_make_what_programs_make_and_dvc_finds_nothing_to_do(make, tmp_path):
    toy = make(a=QUICK, b__a="out.write_text(Path('out/a').read_text() * 2)", c=QUICK)
    other = toy.copy(tmp_path / "other")
    assert ended(toy.begin("-j", "2")) == ended(other.begin(program="dvc")) == 0
    assert toy.lock == other.lock and toy.read("out/b") == other.read("out/b") == "first" * 2
    assert toy.ran() == other.ran() == ["a", "b", "c"] and toy.status() == {}
    await_(lambda: not processes.of(toy.folder))


@pytest.mark.parametrize("alone", [False, True], ids=["", "and its reaper"])
def test_no_fork_outlives_a_killed_runner(make, alone):
    toy = make(a="import time; time.sleep(100)" if alone else ENDLESS, b=QUICK)
    running = toy.begin("-j", "2")
    toy.await_run("a")
    await_(lambda: (toy.folder / "dvc.lock").exists())
    there = processes.of(toy.folder)
    assert sum("remeta.zygote" in line for line in there.values()) == 2  # itself and a stage
    for pid, line in there.items():
        if alone and "reaper.py" in line:
            os.kill(pid, signal.SIGKILL)
    running.kill()
    ended(running)
    await_(lambda: not processes.of(toy.folder))
    toy.ran()
    toy.write("a.py", NOTE.format("a") + QUICK)
    assert ended(toy.begin()) == 0 and toy.ran() == ["a"] and toy.status() == {}


def test_an_interrupt_lets_forks_finish_what_they_do(make):
    toy = make(a=SLOW, b__a=QUICK)
    running = toy.begin("-j", "1")
    toy.await_run("a")
    running.send_signal(signal.SIGINT)
    assert ended(running) == 130
    assert toy.ran() == ["a"] and list(read(toy.folder / "dvc.lock")) == ["a"]


@pytest.mark.parametrize("signals", [[signal.SIGINT, signal.SIGINT], [signal.SIGTERM]])
def test_a_second_interrupt_or_a_request_to_end_stops_forks_at_once(make, signals):
    toy = make(a=ENDLESS, b=ENDLESS)
    running = toy.begin("-j", "2")
    toy.await_run("a", "b")
    for one in signals:
        running.send_signal(one)
        sleep(0.3)  # the system keeps but one signal of a kind waiting
    assert ended(running) == 130
    await_(lambda: not processes.of(toy.folder))


def test_a_run_goes_on_without_its_zygote(make):
    toy = make(a="import time; time.sleep(1.5); " + QUICK, b__a=QUICK)
    running = toy.begin()
    toy.await_run("a")
    first = min(p for p, line in processes.of(toy.folder).items() if "remeta.zygote" in line)
    os.kill(first, signal.SIGKILL)
    assert ended(running) == 0
    assert toy.ran() == ["a", "a", "b"] and toy.status() == {}
