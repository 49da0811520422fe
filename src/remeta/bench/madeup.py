"""A clone of the project in which everything is current, though nothing was ever trained.

Its stages are recorded by the runner itself, in dvc.lock, cache and run cache; only what they would
have made is made up. So a graph of any size can be looked at that has all the real one's shapes.
"""

import os
import subprocess
from contextlib import chdir, redirect_stderr
from pathlib import Path

from remeta.frozen import Advice
from remeta.pipeline.settings.profile import choose
from remeta.runner.engine import Task
from remeta.runner.project import Project
from remeta.runner.run import Run

CONFIG = "[core]\n    site_cache_dir = {}\n"


class Pretence:
    """An engine whose stages end at once and leave their names behind."""

    jobs = 1

    def __init__(self, project: Project):
        self._outs = {stage.addressing: stage.outs for stage in project.graph}
        self._ended: list[str] = []

    def has_room(self, name: str) -> bool:
        return len(self._ended) < self.jobs

    def start(self, task: Task) -> None:
        for path in (Path(out.fs_path) for out in self._outs[task.name]):
            if not path.exists():  # the probes are there
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_text(f"{task.name}\n")
        self._ended.append(task.name)

    def ended(self) -> dict[str, int]:
        ended, self._ended = dict.fromkeys(self._ended, 0), []
        return ended

    def stop(self) -> None:
        """Nothing runs."""

    def close(self) -> None:
        """Nothing is held."""


def clone(root: Path, folder: Path) -> Path:
    """What is committed, apart from what DVC keeps for the whole machine."""
    words = ["git", "clone", "--quiet", str(root), str(folder)]
    done = subprocess.run(words, capture_output=True, text=True)
    if done.returncode:
        raise Advice(f"{root} cannot be cloned; commit it first:\n{done.stderr}")
    (folder / ".dvc/config.local").write_text(CONFIG.format(folder / ".dvc/site"))
    return folder


def pretend(folder: Path, profile: str, targets: tuple[str, ...] = ()) -> int:
    """Choose a profile and have its stages current; how many there are."""
    with chdir(folder), Path(os.devnull).open("w") as nowhere, redirect_stderr(nowhere):
        choose(profile)
        with Project() as project:
            plan = project.plan(targets)
            run = Run(project, plan, Pretence(project), fresh=False, keep_going=False)
            if not run.run():
                raise Advice(f"the bench could not make up {', '.join(run.faults)}.")
    return len(plan)
