"""The fault drill: a small real study whose runner and stages are killed at random moments.

    python -m tests.runner.drill --kills 50

makes the study undisturbed first, then again and again under fire until all kills are spent, and
writes results/drill.json. Every time: no finished stage is lost, nothing outlives the runner,
dvc.lock is whole at every moment, `dvc status` is clean in the end, and all results are those of
the study that was left alone, but for the seconds that a run says it took.
"""

import argparse
import json
import os
import random
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import asdict, dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory

from tabulate import tabulate

from remeta.storage import write_text
from tests.contracts.graph import ROOT
from tests.runner import processes
from tests.runner.study import Extent, Study
from tests.runner.toy import await_

OUT = ROOT / "results/drill.json"
LONG = Extent(
    panels=("mri_fig3_point", "mri_point_variants"),
    runs=("mri", "maml", "imitation", "mri-longer", "mri-official", "mri-official_uncorrected"),
    seeds=2,
    reports=True,
)
SHORT = Extent(panels=("mri_fig3_point",), runs=("mri",), seeds=1, reports=False)
PACE = 6  # kills in the time that the study takes alone, at least
LOOK = 0.05  # seconds between looks at dvc.lock
GONE = 10.0  # seconds within which all is dead after the runner
TRIES = 10  # runs to the end after the last kill


@dataclass
class Toll:
    """What was done to a study, and what it cost."""

    runner_kills: int = 0
    stage_kills: int = 0
    looks_at_the_lock: int = 0
    runners: int = 0
    stages: int = 0
    beginnings: int = 0
    seconds: float = 0.0
    again: list[str] = field(default_factory=list)  # finished stages that ran again
    orphans: list[str] = field(default_factory=list)
    unlike: list[str] = field(default_factory=list)  # outputs that are not the reference's
    status: list[str] = field(default_factory=list)

    @property
    def kills(self) -> int:
        return self.runner_kills + self.stage_kills

    @property
    def clean(self) -> bool:
        return not (self.again or self.orphans or self.unlike or self.status)


class Round:
    """One study, made in spite of at most so many kills."""

    def __init__(self, study: Study, rng: random.Random, kills: int, latest: float):
        self.study, self.rng, self.kills, self.latest = study, rng, kills, latest
        self.toll = Toll()
        self._kept: list[tuple[set[str], int]] = []  # what was recorded after so many beginnings

    def run(self) -> Toll:
        began = time.monotonic()
        status = None
        while status != 0:
            assert self.toll.runners < self.kills + TRIES, f"{self.study.folder} is never finished"
            self.toll.runners += 1
            status = self._life(self.study.begin("-j", "2"))
            self._bury()
        self.toll.seconds = round(time.monotonic() - began, 1)
        ran = self.study.ran()
        self.toll.beginnings, self.toll.stages = len(ran), len(self.study.recorded())
        for kept, then in self._kept:
            self.toll.again += [name for name in ran[then:] if name in kept]
        self.toll.status = list(self.study.status())
        return self.toll

    def compare(self, reference: Study) -> Toll:
        mine, other = self.study.outputs(), reference.outputs()
        self.toll.unlike = [path for path in mine | other if mine.get(path) != other.get(path)]
        if self.study.lock() != reference.lock():
            self.toll.unlike.append("dvc.lock")
        return self.toll

    def _life(self, runner: subprocess.Popen) -> int:
        """One runner until it is through or dead; how it ended."""
        while self.toll.kills < self.kills:
            if self._ended(runner, self.rng.uniform(0.0, self.latest)):
                return runner.returncode
            turn = self.toll.stage_kills <= self.toll.runner_kills
            if turn and (stages := list(_stages(self.study.folder))):
                self.toll.stage_kills += 1
                with suppress(ProcessLookupError):
                    os.kill(self.rng.choice(stages), signal.SIGKILL)
            else:
                self.toll.runner_kills += 1
                runner.kill()
                return runner.wait()
        assert self._ended(runner, 600.0)
        return runner.returncode

    def _ended(self, runner: subprocess.Popen, seconds: float) -> bool:
        """Look at the lock until the runner ends, or for some time."""
        limit = time.monotonic() + seconds
        while time.monotonic() < limit:
            self.study.recorded()
            self.toll.looks_at_the_lock += 1
            with suppress(subprocess.TimeoutExpired):
                runner.wait(LOOK)
                return True
        return False

    def _bury(self) -> None:
        """After a runner's end: nothing lives on, and what is recorded need not run again."""
        folder = self.study.folder
        try:
            await_(lambda: not processes.of(folder), GONE)
        except AssertionError:
            left = processes.of(folder)
            self.toll.orphans += left.values()
            for pid in left:
                os.kill(pid, signal.SIGKILL)
        self._kept.append((set(self.study.recorded()), len(self.study.ran())))


def undisturbed(folder: Path, extent: Extent) -> tuple[Study, float]:
    """A study that is left alone, and the seconds it takes."""
    began = time.monotonic()
    study = Study(folder, extent)
    runner = study.begin("-j", "2")
    assert runner.wait(600) == 0, (folder / ".scratch/said").read_text()
    return study, round(time.monotonic() - began, 1)


def _stages(folder: Path) -> Iterator[int]:
    """Processes that belong to a stage of the project in a folder."""
    for pid in processes.of(folder):
        with suppress(OSError):
            if b"DVC_STAGE=" in Path(f"/proc/{pid}/environ").read_bytes():
                yield pid


def main() -> int:
    words = argparse.ArgumentParser(description=__doc__.split("\n\n")[0])
    words.add_argument("--kills", type=int, default=50)
    words.add_argument("--seed", type=int, default=0)
    given = words.parse_args()
    rng = random.Random(given.seed)
    with TemporaryDirectory(prefix="remeta-drill-") as top:
        reference, alone = undisturbed(Path(top) / "alone", LONG)
        tolls: list[Toll] = []
        while (left := given.kills - sum(toll.kills for toll in tolls)) > 0:
            study = Study(Path(top) / f"round{len(tolls)}", LONG)
            one = Round(study, rng, left, alone / PACE)
            one.run()
            tolls.append(one.compare(reference))
            print(_table(tolls), flush=True)
            if not tolls[-1].clean:
                print((study.folder / ".scratch/said").read_text())
                break
            shutil.rmtree(study.folder)
    about = {"commit": _commit(), "seed": given.seed, "kills": sum(toll.kills for toll in tolls)}
    rounds = [asdict(toll) for toll in tolls]
    write_text(OUT, json.dumps(about | {"seconds_alone": alone, "rounds": rounds}, indent=1) + "\n")
    return 0 if all(toll.clean for toll in tolls) else 1


def _table(tolls: Iterable[Toll]) -> str:
    rows = [asdict(toll) for toll in tolls]
    shown = [{k: len(v) if isinstance(v, list) else v for k, v in row.items()} for row in rows]
    return tabulate(shown, headers="keys")


def _commit() -> str:
    words = ["git", "describe", "--always", "--dirty", "--abbrev=40", "--exclude=*"]
    told = subprocess.run(words, cwd=ROOT, capture_output=True, text=True, check=True)
    return told.stdout.strip()


if __name__ == "__main__":
    sys.exit(main())
