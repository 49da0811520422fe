"""A stage that begins as a fork is the stage that its command would have been."""

import os
import signal

import pytest

from remeta.runner import forks
from remeta.runner.engine import Task
from remeta.runner.forks import forkable
from remeta.runner.local import Local
from tests.runner import processes
from tests.runner.acts import Code, Stages, alive, command, parent
from tests.runner.toy import BIN, await_

TELL = "import os; from pathlib import Path; Path({0!r}).write_text(f'{{os.getpid()}}\\n'); "
WAIT = "import time; time.sleep(100)"

ACTS = {
    "says": "import sys; print('one'); print('two', file=sys.stderr); print('three')",
    "hears": "import sys; print(repr(sys.stdin.read()))",
    "words": "import sys; print(sys.argv[1:], __name__)",
    "place": "import os; print(os.getcwd() == os.environ['DVC_ROOT'], os.umask(0o22))",
    "group": "import os; print(os.getsid(0) == os.getpgid(0), os.isatty(0), os.isatty(1))",
    "files": "import os; print(sorted(map(int, os.listdir('/proc/self/fd')))[:3])",
    "signals": "from signal import *; print([getsignal(s) for s in sorted(valid_signals())"
    " if isinstance(getsignal(s), Handlers)], getsignal(SIGINT) is default_int_handler)",
    "collector": "import gc; print(gc.isenabled(), gc.get_threshold())",
    "returns": "pass",
    "exits": "raise SystemExit(3)",
    "exits without a word": "raise SystemExit",
    "exits with a word": "raise SystemExit('a reason')",
    "advises": "from remeta.frozen import Advice; raise Advice('do this.')",
    "misses a file": "open('nowhere')",
    "is interrupted": "raise KeyboardInterrupt",
    "asks to be interrupted": "import os; os.kill(os.getpid(), 2); import time; time.sleep(9)",
    "vanishes": "import os; print('unsaid'); os._exit(5)",
    "is asked to end": "import os; os.kill(os.getpid(), 15)",
    "is killed": "import os; os.kill(os.getpid(), 9)",
    "hangs up": "import os; os.kill(os.getpid(), 1)",
    "crashes": "import faulthandler, os; faulthandler.disable(); os.abort()",
    "says something at its end": "import atexit; atexit.register(print, 'the end')",
    "leaves threads idle": "from concurrent.futures import ThreadPoolExecutor as T; "
    "t = T(2); print(t.submit(sum, [1, 2]).result())",
    "leaves threads at work": "import threading, time; "
    "threading.Thread(target=lambda: (time.sleep(0.2), print('done'))).start()",
    "leaves a demon": "import threading, time; "
    "threading.Thread(target=time.sleep, args=[100], daemon=True).start()",
    "has children": "import subprocess; print(subprocess.check_output(['echo', 'a']))",
    "has forks": "import multiprocessing as m; p = m.get_context('fork').Process(target=print, "
    "args=['from a child']); p.start(); p.join(); print(p.exitcode)",
}


@pytest.fixture(scope="module")
def code(tmp_path_factory) -> Code:
    return Code(tmp_path_factory.mktemp("code") / "src")


@pytest.fixture(scope="module")
def both(code, tmp_path_factory):
    """One engine that forks, and one that starts programs."""
    made = [Stages(code, tmp_path_factory.mktemp("acts") / "x", how) for how in (True, False)]
    yield made
    for stages in made:
        stages.engine.close()


@pytest.fixture
def stages(tmp_path, monkeypatch):
    """An engine that forks, with code of its own."""
    code = Code(tmp_path / "src")
    monkeypatch.setattr(forks, "CODE", code.folder / "remeta")
    made = Stages(code, tmp_path / "x", True)
    yield made
    made.engine.close()
    await_(lambda: not processes.of(tmp_path))


def task(words: str, path: str = str(BIN)) -> Task:
    return Task("x", ["/bin/sh", "-c", words], ".", {"PATH": path}, BIN)


@pytest.mark.parametrize("verb", forks.STAGES)
def test_a_stage_of_its_own_is_forked(verb):
    assert forkable(task(f"remeta {verb} mri_fig3_point mri-a.b 0")) == [
        verb, "mri_fig3_point", "mri-a.b", "0",
    ]  # fmt: skip


@pytest.mark.parametrize(
    "words",
    [
        "remeta", "remeta probe", "remeta repro", "remeta --debug tasks point", "remetas tasks a",
        "remeta tasks a; true", "remeta tasks a && true", "remeta tasks $A", "remeta tasks 'a'",
        "remeta tasks *", "remeta tasks a > b", "A=1 remeta tasks a", "remeta tasks a\ntrue",
        "remeta  tasks a", " remeta tasks a", "echo remeta tasks a",
    ],
)  # fmt: skip
def test_what_a_shell_would_read_is_left_to_it(words):
    assert forkable(task(words)) is None


def test_another_remeta_on_the_path_is_another_program(tmp_path):
    (tmp_path / "remeta").write_text("#!/bin/sh\n")
    (tmp_path / "remeta").chmod(0o755)
    assert forkable(task("remeta tasks a", f"{tmp_path}:{BIN}")) is None
    assert forkable(task("remeta tasks a", str(tmp_path / "nowhere"))) is None


@pytest.mark.parametrize("act", ACTS)
def test_a_fork_says_and_ends_as_a_program_does(act, both):
    name = act.replace(" ", "_")
    forked, started = (s.run(name, ACTS[act], DVC_ROOT=str(s.folder)) for s in both)
    assert forked == started


def test_a_fork_has_the_environment_of_its_own_stage_and_nothing_else(both):
    script = "import json, os; print(json.dumps(dict(os.environ)), os.popen('echo $A').read())"
    says = {"A": "a", "REMETA_PROGRESS": "b"}
    (_, forked), (_, started) = (s.run("environment", script, **says) for s in both)
    shells = {"_", "PWD", "OLDPWD", "SHLVL"}  # of which only a shell tells
    forked, started = (eval(told.partition("}")[0] + "}") for told in (forked, started))
    assert {k: v for k, v in forked.items() if k not in shells} == {
        k: v for k, v in started.items() if k not in shells
    }
    assert forked.items() >= says.items() and "JE_ARROW_MALLOC_CONF" not in forked
    _, later = both[0].run("environment", script)
    assert '"A"' not in later and "REMETA_PROGRESS" not in later


def test_an_error_is_told_from_the_stage_on(both):
    told = [stages.run("error", "1 / 0") for stages in both]
    assert [status for status, _ in told] == [1, 1]
    forked, started = (log[log.index('", line') :].splitlines()[-4:] for _, log in told)
    assert forked == started and "ZeroDivisionError" in forked[-1]
    assert "zygote" not in told[0][1]


def test_a_fork_is_one_and_a_program_is_none(both):
    script = TELL.format("who") + "print(os.getppid())"
    zygotes = [int(stages.run("who", script)[1]) for stages in both]
    assert "remeta.zygote" in command(zygotes[0]) and zygotes[1] == os.getpid()
    assert int(both[0].run("who", script)[1]) == zygotes[0]


def test_what_a_fork_left_running_is_ended(both):
    for stages in both:
        stages.run("leaves", "import subprocess; subprocess.Popen(['sleep', '100'])")
        await_(lambda at=stages: "sleep" not in " ".join(processes.of(at.folder).values()))


def test_a_number_of_threads_is_read_by_a_zygote_of_its_own(stages):
    script = "import os; print(os.getppid(), os.environ['OMP_NUM_THREADS'])"
    said = [stages.run("a", script, OMP_NUM_THREADS=n)[1].split() for n in ("1", "1", "2")]
    assert [threads for _, threads in said] == ["1", "1", "2"]
    assert said[0] == said[1] and said[1][0] != said[2][0]


def test_code_that_changed_is_what_runs_from_then_on(stages):
    stages.start("old", TELL.format("began") + "import time\nwhile not Path('go').exists(): "
                 "time.sleep(0.01)\nprint(MARK)")  # fmt: skip
    before = parent(stages.await_("began"))
    stages.code.change("first", "second")
    status, said = stages.run("new", "import os; print(os.getppid(), MARK)")
    after, mark = said.split()
    assert (status, mark) == (0, "second") and int(after) != before and alive(before)
    (stages.folder / "go").touch()
    assert stages.end("old") == 0 and stages.log("old").read_text() == "first\n"
    stages.engine.ended()
    assert not alive(before) and alive(int(after))


def test_code_that_cannot_even_start_is_told_by_the_program(stages):
    cli = stages.code.folder / "remeta/cli.py"
    cli.write_text(cli.read_text() + "\n1 / 0\n")
    status, said = stages.run("a", "pass")
    assert status == 1 and said.endswith("ZeroDivisionError: division by zero\n")


def test_a_killed_stage_hurts_no_other(stages):
    for name in ("a", "b"):
        stages.start(name, TELL.format(f"{name}.pid") + WAIT)
    first, second = (stages.await_(f"{name}.pid") for name in ("a", "b"))
    assert parent(first) == parent(second)
    os.kill(first, signal.SIGKILL)
    assert stages.end("a") == -signal.SIGKILL
    os.kill(second, signal.SIGTERM)
    assert stages.end("b") == -signal.SIGTERM
    assert stages.run("c", "print(1)") == (0, "1\n")


def test_stages_that_lost_their_zygote_begin_anew_as_programs(stages):
    script = TELL.format("a.pid") + "import sys; print(sys.orig_argv[1:], flush=True); " + WAIT
    stages.start("a", script)
    lost = stages.await_("a.pid")
    (stages.folder / "a.pid").unlink()
    (stages.folder / "a.py").write_text(script.replace(WAIT, ""))
    os.kill(parent(lost), signal.SIGKILL)
    assert stages.end("a") == 0 and not alive(lost)
    assert stages.log("a").read_text() == f"{[str(BIN / 'remeta'), 'tasks', 'a']}\n"
    assert "remeta.zygote" in stages.run("b", "import sys; print(sys.orig_argv)")[1]


@pytest.mark.parametrize("ready", [True, False], ids=["at work", "not yet born"])
def test_what_is_stopped_is_gone_at_once(stages, ready):
    stages.start("a", TELL.format("a.pid") + "import subprocess; subprocess.run(['sleep', '100'])")
    stages.engine.ended()
    pid = stages.await_("a.pid") if ready else None
    stages.engine.stop()
    assert pid is None or not alive(pid)
    await_(lambda: not any("sleep" in line for line in processes.of(stages.folder).values()))
    assert stages.engine.ended() == {} and stages.engine.has_room("b")


def test_a_fork_that_ignores_the_request_to_end_is_ended_all_the_same(stages, monkeypatch):
    monkeypatch.setattr("remeta.runner.local.PATIENCE", 0.2)
    ignore = "import signal; signal.signal(15, signal.SIG_IGN); "
    stages.start("a", ignore + TELL.format("a.pid") + WAIT)
    pid = stages.await_("a.pid")
    stages.engine.stop()
    await_(lambda: not alive(pid))


def test_on_a_node_of_a_cluster_nothing_is_forked(tmp_path):
    engine = Local(1, detached=True)
    engine.close()
    assert not engine.forking
