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

from remeta.frozen import Advice
from remeta.pipeline.places import RESULTS
from remeta.pipeline.settings.params import PROFILES, read_yaml, write_yaml
from remeta.runner.death import die_with
from remeta.runner.lockfile import LockFile
from remeta.runner.traces import SCRATCH
from remeta.storage import write_text

KEPT_STAGES = ("probes",)  # a stage that tells what the code does, and trains nothing
CONFIG = "[cache]\n    dir = {0}/cache\n[core]\n    site_cache_dir = {0}/site\n"


@dataclass(frozen=True)
class Spec:
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

    def is_for(self, spec: Spec) -> bool:
        try:
            return json.loads(self._spec_file.read_text()) == _plain(spec)
        except (OSError, ValueError):
            return False

    def make(self, root: Path, spec: Spec) -> None:
        """A clone without anything that was made; noted as whole only when it is."""
        self.remove()
        self.folder.mkdir(parents=True)
        git("clone", "--quiet", str(root), str(self.project), at=root)
        git("checkout", "--quiet", "--detach", spec.commit, at=self.project)
        shutil.move(self.project / RESULTS / spec.profile, self.committed / spec.profile)
        LockFile(self.project / "dvc.lock").drop(lambda name: name not in KEPT_STAGES)
        path = self.project / PROFILES / f"{spec.profile}.yaml"
        values = read_yaml(path) | {"seeds": [*spec.seeds]}
        write_yaml(path, values)
        dvc_folder = (self.project / ".dvc").resolve()
        write_text(dvc_folder / "config.local", CONFIG.format(dvc_folder))
        known = root / SCRATCH / "durations.json"
        if known.exists():  # so that the first estimate is one
            write_text(self.project / SCRATCH / known.name, known.read_text())
        write_text(self._spec_file, json.dumps(_plain(spec)) + "\n")

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
    def _spec_file(self) -> Path:
        return self.folder / "about.json"


def git(*words: str, at: Path) -> str:
    result = subprocess.run(["git", *words], cwd=at, capture_output=True, text=True, check=False)
    if result.returncode:
        reason = (result.stderr.strip().splitlines() or ["no reason given"])[-1]
        raise Advice(f"`git {' '.join(words)}` failed in {at} ({reason}); mend that first.")
    return result.stdout.strip()


def _run(words: Sequence[str], folder: Path) -> int:
    """A command that hears a Ctrl-C by itself, is told of a SIGTERM, and dies with this process."""
    path = os.pathsep.join([str(Path(sys.executable).parent), os.environ.get("PATH", "")])
    source = str((folder / "src").resolve())
    overrides = {"PATH": path, "PYTHONPATH": source, "DVC_NO_ANALYTICS": "1"}
    handlers = {}
    child = subprocess.Popen(
        words, cwd=folder, env=os.environ | overrides, preexec_fn=die_with(os.getpid())
    )
    try:
        handlers[signal.SIGINT] = signal.signal(signal.SIGINT, lambda *_: None)
        handlers[signal.SIGTERM] = signal.signal(signal.SIGTERM, lambda *_: child.terminate())
        return child.wait()
    finally:
        for signum, handler in handlers.items():
            signal.signal(signum, handler)


def _plain(spec: Spec) -> dict[str, object]:
    return json.loads(json.dumps(asdict(spec)))
