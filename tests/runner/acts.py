"""Stages that do as they are told: a copy of the code whose `remeta tasks NAME` runs NAME.py."""

import shutil
from pathlib import Path

from remeta.runner.engine import Task
from remeta.runner.local import Local
from tests.contracts.graph import ROOT
from tests.runner.toy import ENV, await_

STAGE = '''\
"""For tests: a stage is what a file in the project says."""

from pathlib import Path

MARK = "first"


def draw_tasks(data: str) -> None:
    exec(compile(Path(f"{data}.py").read_text(), data, "exec"), {"MARK": MARK})
'''


class Code:
    """The folder that PYTHONPATH names."""

    def __init__(self, folder: Path):
        self.folder = folder
        shutil.copytree(ROOT / "src/remeta", folder / "remeta")
        self.stage = folder / "remeta/pipeline/stages/tasks.py"
        self.stage.write_text(STAGE)
        self.env = ENV | {"PYTHONPATH": str(folder)}

    def change(self, old: str, new: str) -> None:
        """What is imported from now on says something else."""
        self.stage.write_text(self.stage.read_text().replace(old, new))


class Stages:
    """Scripts in a folder, run as stages by an engine that forks or does not."""

    def __init__(self, code: Code, folder: Path, forking: bool):
        self.code, self.folder = code, folder
        self.engine = Local(2)
        self.engine.forking = forking
        folder.mkdir()

    def start(self, name: str, script: str, **env: str) -> None:
        (self.folder / f"{name}.py").write_text(script)
        # Not every shell steps aside for its last command, and then it tells of signals itself.
        command = f"remeta tasks {name}" if self.engine.forking else f"exec remeta tasks {name}"
        words = ["/bin/sh", "-c", command]
        log = self.log(name)
        self.engine.start(Task(name, words, str(self.folder), self.code.env | env, log))

    def end(self, name: str) -> int:
        """Its exit status."""
        ended: dict[str, int] = {}
        await_(lambda: name in ended or ended.update(self.engine.ended()))
        return ended[name]

    def run(self, name: str, script: str, **env: str) -> tuple[int, str]:
        """The exit status and the log."""
        self.start(name, script, **env)
        return self.end(name), self.log(name).read_text()

    def log(self, name: str) -> Path:
        return self.folder / "logs" / f"{name}.log"

    def await_(self, name: str) -> int:
        """Until a script has left its process's number in a file of its name."""
        path = self.folder / name
        await_(lambda: path.exists() and path.read_text().endswith("\n"))
        return int(path.read_text())


def parent(pid: int) -> int:
    return int(Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[1])


def command(pid: int) -> str:
    return Path(f"/proc/{pid}/cmdline").read_bytes().replace(b"\0", b" ").decode()


def alive(pid: int) -> bool:
    """And not a mere number that nobody has asked for yet."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False
