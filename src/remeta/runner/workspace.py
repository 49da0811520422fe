"""A clone of what is committed, in which a panel is made anew from nothing but its code."""

import json
import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from ruamel.yaml import YAML

from remeta.frozen import Advice
from remeta.pipeline.places import RESULTS
from remeta.pipeline.settings.params import PROFILES, read_yaml
from remeta.runner.death import die_with
from remeta.runner.lockfile import LockFile
from remeta.runner.traces import SCRATCH
from remeta.storage import write_text

KEPT = ("probes",)  # a stage that tells what the code does, and trains nothing
CONFIG = "[cache]\n    dir = {0}/cache\n[core]\n    site_cache_dir = {0}/site\n"


@dataclass(frozen=True)
class Wanted:
    """What a workspace is for; one that was made for anything else is of no use."""

    commit: str
    profile: str
    seeds: tuple[int, ...]


@dataclass(frozen=True)
class Workspace:
    folder: Path

    @property
    def project(self) -> Path:
        return self.folder / "project"

    @property
    def committed(self) -> Path:
        """The folder of results as it was committed; the project makes its own."""
        return self.folder / "committed"

    def is_for(self, wanted: Wanted) -> bool:
        try:
            return json.loads(self._about.read_text()) == _plain(wanted)
        except (OSError, ValueError):
            return False

    def make(self, root: Path, wanted: Wanted) -> None:
        """A clone without anything that was made; noted as whole only when it is."""
        self.remove()
        self.folder.mkdir(parents=True)
        git("clone", "--quiet", str(root), str(self.project), at=root)
        git("checkout", "--quiet", "--detach", wanted.commit, at=self.project)
        shutil.move(self.project / RESULTS / wanted.profile, self.committed / wanted.profile)
        LockFile(self.project / "dvc.lock").drop(lambda name: name not in KEPT)
        path = self.project / PROFILES / f"{wanted.profile}.yaml"
        values = read_yaml(path) | {"seeds": [*wanted.seeds]}
        with path.open("w") as file:
            YAML(typ="safe").dump(values, file)
        apart = (self.project / ".dvc").resolve()
        write_text(apart / "config.local", CONFIG.format(apart))
        known = root / SCRATCH / "durations.json"
        if known.exists():  # so that the first estimate is one
            write_text(self.project / SCRATCH / known.name, known.read_text())
        write_text(self._about, json.dumps(_plain(wanted)) + "\n")

    def repro(self, profile: str, targets: Sequence[str]) -> None:
        """`remeta repro` there, with the code of the commit."""
        words = [sys.executable, "-m", "remeta", "repro", *targets, "--profile", profile]
        status = _run(words, self.project)
        if status in (130, -signal.SIGINT):
            raise KeyboardInterrupt
        if status:
            raise Advice(
                f"`remeta repro` failed in {self.project}; see above. The same command goes on "
                f"there; delete {self.folder} to begin anew."
            )

    def remove(self) -> None:
        if self.folder.exists():
            shutil.rmtree(self.folder)

    @property
    def _about(self) -> Path:
        return self.folder / "about.json"


def git(*words: str, at: Path) -> str:
    end = subprocess.run(["git", *words], cwd=at, capture_output=True, text=True, check=False)
    if end.returncode:
        told = (end.stderr.strip().splitlines() or ["no reason given"])[-1]
        raise Advice(f"`git {' '.join(words)}` failed in {at} ({told}); mend that first.")
    return end.stdout.strip()


def _run(words: Sequence[str], folder: Path) -> int:
    """A command that hears a Ctrl-C by itself, is told of a SIGTERM, and dies with this process."""
    path = os.pathsep.join([str(Path(sys.executable).parent), os.environ.get("PATH", "")])
    own = {"PATH": path, "PYTHONPATH": str((folder / "src").resolve()), "DVC_NO_ANALYTICS": "1"}
    old = {}
    child = subprocess.Popen(
        words, cwd=folder, env=os.environ | own, preexec_fn=die_with(os.getpid())
    )
    try:
        old[signal.SIGINT] = signal.signal(signal.SIGINT, lambda *_: None)
        old[signal.SIGTERM] = signal.signal(signal.SIGTERM, lambda *_: child.terminate())
        return child.wait()
    finally:
        for which, handler in old.items():
            signal.signal(which, handler)


def _plain(wanted: Wanted) -> dict[str, object]:
    return json.loads(json.dumps(asdict(wanted)))
