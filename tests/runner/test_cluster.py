"""Stages on a Ray cluster: the same lock, nothing that outlives it, and what is lost runs again."""

import re
import signal
import time

import pytest

from remeta import cli
from remeta.bench.nodes import RAY, cluster
from remeta.frozen import Advice
from remeta.pipeline.settings.resources import Need
from remeta.runner import cluster as engine
from tests.runner.toy import PARAMS, STAGES, Toy

SMALL = {"cpus": 1, "gpus": 0, "memory_gb": 0.1}
PATIENCE = 60.0  # seconds until something that must happen has not
with_ray = pytest.mark.skipif(
    not RAY, reason="Ray is not installed (requirements-cluster.lock), as on the CI's machines"
)
HANG = "echo $PPID $$ >> ran; sleep 600 & echo $! >> ran; "  # its worker, itself, a child


@pytest.fixture(scope="module")
def nodes():
    with cluster(2, cpus=2) as found:
        yield found


def toy(folder, stages, resources=None):
    return Toy(folder, stages, PARAMS | {"resources": {"default": SMALL} | (resources or {})})


def one(command):
    return {"one": {"cmd": command, "outs": ["one"]}}


def until(true):
    limit = time.monotonic() + PATIENCE
    while not (found := true()):
        assert time.monotonic() < limit
        time.sleep(0.05)
    return found


def words(project, count):
    """What stages wrote into the file `ran`, once it is as much."""
    path = project.folder / "ran"
    enough = until(lambda: path.exists() and len(path.read_text().split()) >= count)
    return path.read_text().split() if enough else []


def alive(pid):
    try:
        with open(f"/proc/{pid}/stat") as file:
            return file.read().rpartition(")")[2].split()[0] != "Z"
    except FileNotFoundError:
        return False


def gone(pids):
    return until(lambda: not any(alive(pid) for pid in pids))


@with_ray
def test_the_lock_is_that_of_local_processes(nodes, tmp_path):
    here, there = (toy(tmp_path / name, STAGES) for name in ("here", "there"))
    assert here.repro("-j1") == 0
    process = there.begin("--ray", nodes.address)
    said, _ = process.communicate()
    assert process.returncode == 0, said
    assert there.lock == here.lock
    assert there.status() == {}
    assert there.ran() == here.ran()


@with_ray
def test_nothing_but_the_runner_speaks(nodes, tmp_path):
    project = toy(tmp_path / "toy", one("echo hello; echo 1 > one"))
    said, _ = project.begin("--ray", nodes.address).communicate()
    assert re.fullmatch(r"\[1/1\] one ran in 0:\d\d\n1 stages ran, 0 were current\n", said)
    assert project.log("one") == "hello\n"


@with_ray
def test_a_stage_has_what_its_family_needs(nodes, tmp_path):
    tell = "echo $REMETA_THREADS $OMP_NUM_THREADS [$CUDA_VISIBLE_DEVICES] > "
    stages = {name: {"cmd": tell + name, "outs": [name]} for name in ("train_a", "other")}
    project = toy(tmp_path / "toy", stages, {"train": SMALL | {"cpus": 2}})
    project.begin("--ray", nodes.address).communicate()
    assert (project.read("train_a"), project.read("other")) == ("2 2 []\n", "1 1 []\n")


@with_ray
def test_a_need_that_no_node_has_fails_that_stage_with_advice(nodes, tmp_path):
    stages = {name: {"cmd": f"echo > {name}", "outs": [name]} for name in ("train_a", "other")}
    project = toy(tmp_path / "toy", stages, {"train": SMALL | {"cpus": 3}})
    process = project.begin("--ray", nodes.address)
    said, _ = process.communicate()
    assert process.returncode == 2
    assert "no node of the cluster has 3 cpus" in said
    assert "[1/2] other ran" in said


@with_ray
def test_a_stage_that_fails_is_not_tried_again(nodes, tmp_path):
    project = toy(tmp_path / "toy", one("echo once >> ran; echo why; exit 7"))
    process = project.begin("--ray", nodes.address)
    said, _ = process.communicate()
    assert process.returncode == 2
    assert "one: exit status 7" in said and "    why" in said
    assert project.ran() == ["once"]


@with_ray
def test_a_stage_whose_worker_is_killed_runs_again_and_nothing_of_it_stays(nodes, tmp_path):
    command = "if [ ! -e ran ]; then " + HANG + "kill -9 $PPID; sleep 600; fi; echo 1 > one"
    project = toy(tmp_path / "toy", one(command))
    process = project.begin("--ray", nodes.address)
    said, _ = process.communicate(timeout=PATIENCE)
    assert process.returncode == 0, said
    assert gone(words(project, 3))


@with_ray
def test_a_second_interrupt_stops_what_runs(nodes, tmp_path):
    project = toy(tmp_path / "toy", one(HANG + "sleep 600; true"))
    process = project.begin("--ray", nodes.address)
    _, *pids = words(project, 3)
    for _ in range(2):
        process.send_signal(signal.SIGINT)
        time.sleep(0.3)
    process.communicate(timeout=PATIENCE)
    assert process.returncode == 130
    assert not any(alive(pid) for pid in pids)


@with_ray
def test_nothing_outlives_a_killed_runner(nodes, tmp_path):
    project = toy(tmp_path / "toy", one(HANG + "sleep 600; true"))
    process = project.begin("--ray", nodes.address)
    _, *pids = words(project, 3)
    process.kill()
    process.communicate()
    assert gone(pids)


@with_ray
def test_stages_of_a_lost_node_run_again_elsewhere(tmp_path):
    wait = "echo $$ >> ran; until [ -e go ]; do sleep 0.1; done; echo 1 > "
    stages = {name: {"cmd": wait + name, "outs": [name]} for name in ("a", "b")}
    project = toy(tmp_path / "toy", stages)
    with cluster(2, cpus=1) as nodes:
        process = project.begin("--ray", nodes.address)
        pids = words(project, 2)
        nodes.lose()
        until(lambda: sum(map(alive, pids)) == 1)
        project.write("go", "")
        said, _ = process.communicate(timeout=PATIENCE)
    assert process.returncode == 0, said
    assert len(words(project, 3)) == 3


@with_ray
def test_no_more_than_asked_for_run_at_a_time(nodes, tmp_path):
    command = "echo + >> ran; sleep 0.2; wc -l < ran > {0}; sed -i 1d ran"
    stages = {name: {"cmd": command.format(name), "outs": [name]} for name in ("a", "b", "c")}
    project = toy(tmp_path / "toy", stages)
    project.begin("--ray", nodes.address, "-j", "1").communicate()
    assert [project.read(name) for name in stages] == ["1\n"] * 3


@with_ray
@pytest.mark.parametrize(
    ("address", "why"),
    [
        ("127.0.0.1:1", "Connection refused"),
        ("ray://127.0.0.1:1", "Connection refused"),
        ("nowhere", "an address is `auto`, HOST:PORT or ray://HOST:PORT"),
    ],
)
def test_a_cluster_that_is_not_there_is_told_of(tmp_path, address, why):
    project = toy(tmp_path / "toy", one("echo 1 > one"))
    process = project.begin("--ray", address)
    said, _ = process.communicate(timeout=PATIENCE)
    assert process.returncode == 2
    assert said.startswith(f"remeta repro: no Ray cluster can be used at {address} (")
    assert why in said and said.count("\n") == 1


def test_without_ray_one_sentence_says_how_to_get_it(monkeypatch):
    def missing(name):
        raise ImportError(name)

    monkeypatch.setattr(engine, "import_module", missing)
    with pytest.raises(Advice, match=r"pip install --requirement requirements-cluster\.lock"):
        engine.connect("auto")


@pytest.mark.parametrize(
    ("resources", "advice"),
    [
        (
            {"default": SMALL, "trian": SMALL},
            "resources.trian is no family; choose among: data, default",
        ),
        ({"default": SMALL | {"cpu": 1}}, "resources.default.cpu is no known key"),
        ({"default": SMALL | {"cpus": 0}}, "resources.default.cpus = 0 is refused"),
        ({}, "resources.default is missing; add it."),
        (None, "resources is missing; add it."),
    ],
)
def test_a_slip_in_the_resources_is_refused(tmp_path, capsys, resources, advice):
    extra = {} if resources is None else {"resources": resources}
    project = Toy(tmp_path / "toy", STAGES, PARAMS | extra)
    assert project.repro("--ray", "auto") == 2
    assert advice in capsys.readouterr().err


class Unconnected(engine.Cluster):
    """With nodes of its own invention."""

    def __init__(self, needs, *nodes):
        self._limit, self._needs, self._nodes = None, needs, list(nodes)
        self._running = {}

    def _node_resources(self):
        return self._nodes


def test_there_is_room_while_no_resource_is_used_up():
    few, much = Need(cpus=1, gpus=0, memory_gb=1), Need(cpus=1, gpus=1, memory_gb=1)
    needs = {"a": few, "b": much, "c": much, "d": few}
    node = {"CPU": 3.0, "GPU": 1.0, "memory": 10e9}
    found = Unconnected(needs, node)
    assert found.jobs == 3
    found._running = dict.fromkeys("ab")
    assert found.has_room("d") and not found.has_room("c")
    found._running = {}
    assert Unconnected({"x": Need(cpus=9, gpus=0, memory_gb=1)}, node).has_room("x")


def test_the_verb_takes_an_address():
    given = cli._parser().parse_args(["repro", "--ray", "ray://head:10001"])
    assert (given.ray, given.jobs) == ("ray://head:10001", None)
