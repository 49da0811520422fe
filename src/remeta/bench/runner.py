"""`remeta bench-runner`: what the runner costs on this project, and what it saves.

Looking at the graph and starting a stage is measured in a clone of the project whose results are
made up; what needs a second side, or stages by the hundred, on stages of no interest.
"""

import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from time import perf_counter

from remeta.bench import book, madeup, nodes, toys
from remeta.bench.entry import Entry, Spread, Target, alone, compared, over
from remeta.bench.run import BUSY
from remeta.bench.timing import alternate
from remeta.frozen import Advice
from remeta.pipeline.settings.params import PARAMS, read_yaml, write_yaml
from remeta.storage import write_text

BOOK, PAGE = Path("results/bench-runner.json"), Path("results/bench-runner.md")
PACKAGES = ("remeta", "dvc")  # whose versions matter
SAME = "the same dvc.lock"


@dataclass(frozen=True)
class Extent:
    few: int  # stages of no interest
    additions: int  # of a stage that computes
    rounds: int
    targets: tuple[str, ...] = ()  # of the project; everything without one


FULL = Extent(few=300, additions=400_000_000, rounds=3)


def bench_runner() -> None:
    load = os.getloadavg()[0]
    if load > BUSY:
        print(f"The machine is busy (load {load:.1f}): measure again when quiet.", file=sys.stderr)
    entries = []
    with tempfile.TemporaryDirectory(prefix="remeta-bench-") as folder:
        for entry in measured(Path(folder), FULL):
            print(
                f"{entry.name}: {entry.ours} {entry.unit}, {entry.other} {entry.unit}", flush=True
            )
            entries.append(entry)
    threads = {"threads": float(len(os.sched_getaffinity(0)))}
    packages = (*PACKAGES, "ray") if nodes.RAY else PACKAGES
    text = book.table(book.record(BOOK, entries, book.machine(threads, load, packages)))
    write_text(PAGE, text)
    print(text)


def measured(folder: Path, extent: Extent) -> Iterator[Entry]:
    """Every entry, as soon as it is known."""
    yield from real(madeup.clone(Path.cwd(), folder / "project"), extent)
    few, there = (toys.write(folder / name, toys.tree(extent.few)) for name in ("few", "dvc"))
    made = from_nothing(few, there, extent.few)
    yield made
    yield computing(toys.write(folder / "twins", toys.twins(extent.additions)), extent.rounds)
    yield on_ray(toys.write(folder / "ray", toys.tree(extent.few)), few, made.ours, extent.few)


def real(folder: Path, extent: Extent) -> Iterator[Entry]:
    """The project as it is; what is committed of another profile stands in its lock, too."""
    count = madeup.pretend(folder, "quick", extent.targets)
    yield from looking(folder, count, extent)
    yield starting(folder, extent.rounds)


def looking(folder: Path, count: int, extent: Extent) -> Iterator[Entry]:
    """When there is nothing to do; six seconds are for a thousand stages."""
    words = {"repro": "nothing to run", "status": "nothing to tell"}
    sides = {verb: partial(python, folder, "remeta", verb, *extent.targets) for verb in words}
    for verb, times in alternate(sides, extent.rounds).items():
        what = f"`remeta {verb}` of this project, {count} stages, two profiles known, {words[verb]}"
        yield alone(verb, what, "s", times, Target("ours", "<=", max(2, 0.006 * count)))


def starting(folder: Path, rounds: int) -> Entry:
    """What several stages take more than one, so that what a run takes once is in neither."""
    names = [*read_yaml(folder / PARAMS)["profile"]["data"]]
    costs = []
    for _ in range(rounds):
        one, every = (drawing(folder, names[:count]) for count in (1, None))
        costs.append((every - one) / (len(names) - 1))
    what = "a stage that draws a task set, after others of its run and one at a time"
    return alone("stage", what, "s", costs, Target("ours", "<=", 0.3))


def drawing(folder: Path, names: Sequence[str]) -> float:
    """Their draws are stale, since they are of a number of tasks that was never drawn before."""
    params = read_yaml(folder / PARAMS)
    for name in names:
        params["profile"]["data"][name]["test_tasks"] += 1
    write_yaml(folder / PARAMS, params)
    return seconds(folder, "remeta", "repro", "-j1", *(f"tasks_{name}" for name in names))


def from_nothing(here: Path, there: Path, count: int) -> Entry:
    """Once each: `dvc repro` takes minutes, and nothing is gained by making it take them twice."""
    ours = seconds(here, "remeta", "repro", "-j2")
    other = seconds(there, "dvc", "repro", "--quiet")
    if lock(here) != lock(there):
        raise Advice("`remeta repro` and `dvc repro` wrote different locks; mend this first.")
    return compared(
        f"from_nothing_{count}",
        f"{count} stages that do nothing, two at a time, against `dvc repro`; ratio: times as fast",
        "s",
        [ours],
        [other],
        [other / ours],
        Target("ours", "<=", 20),
    )


def computing(folder: Path, rounds: int) -> Entry:
    """Their run time is in both sides, and the runner's own as well."""
    sides = {jobs: partial(python, folder, "remeta", "repro", "--fresh", jobs) for jobs in _JOBS}
    times = alternate(sides, rounds)
    return compared(
        "two_at_a_time",
        "two stages that compute, side by side against one after the other; ratio: share of time",
        "s",
        times["-j2"],
        times["-j1"],
        over(times["-j2"], times["-j1"]),
        Target("ratio", "<=", 0.6),
    )


_JOBS = ("-j2", "-j1")


def on_ray(folder: Path, local: Path, other: float | None, count: int) -> Entry:
    what = f"{count} stages on a Ray cluster of two nodes, against two local processes"
    if not nodes.RAY:
        what += "; not measured, since Ray is not installed"
        return Entry("ray", what, "s", None, None, None, SAME, False)
    with nodes.cluster(2, cpus=1) as cluster:
        ours = seconds(folder, "remeta", "repro", "--ray", cluster.address)
    ratio = None if other is None else Spread(*[ours / other] * 3)
    what += "; ratio: times as long"
    return Entry("ray", what, "s", ours, other, ratio, SAME, lock(folder) == lock(local))


def lock(folder: Path) -> bytes:
    return (folder / "dvc.lock").read_bytes()


def seconds(folder: Path, *words: str) -> float:
    began = perf_counter()
    python(folder, *words)
    return perf_counter() - began


def python(folder: Path, *words: str) -> None:
    """A module of this environment, at work in a folder."""
    path = os.pathsep.join([str(Path(sys.executable).parent), os.environ.get("PATH", "")])
    environment = os.environ | {"PATH": path, "DVC_NO_ANALYTICS": "1"}
    command = [sys.executable, "-m", *words]
    done = subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True)
    if done.returncode:
        raise Advice(f"`{' '.join(words)}` failed; mend this first:\n{done.stdout}{done.stderr}")
