"""A small DVC project of shell commands, and both ways to make it."""

import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Mapping
from contextlib import chdir
from pathlib import Path
from time import monotonic, sleep
from typing import Any

from dvc.cli import main as dvc_main
from dvc.repo import Repo
from ruamel.yaml import YAML

from remeta import cli

BIN = Path(sys.executable).parent
ENV = os.environ | {"PATH": f"{BIN}:{os.environ['PATH']}", "DVC_NO_ANALYTICS": "1"}
CONFIG = """\
[core]
    no_scm = True
    analytics = false
    site_cache_dir = {cache}
"""
IGNORED = "/.apart/\n/.dvc/cache/\n/.dvc/tmp/\n/.scratch/\n/data/\n/models/\n/figure\n/ran\n"
AUTHOR = "-c user.name=x -c user.email=x@x"
LONG = "a line that is longer than what fits in one row of a lock file and is folded by the writer"
PARAMS: dict[str, Any] = {
    "grid": {"train": ["mri", "maml"]},
    "hp": {
        "size": 3,
        "runs": {"mri": {"rate": {"first": 0.5, "later": 1e-3}}, "maml": {"rate": 1}},
    },
    "profile": {"name": "toy", "seeds": [0]},
}
# Every kind of thing that dvc.yaml has: an axis, a folder, what stays and what git keeps.
STAGES: dict[str, Any] = {
    "probes": {
        "cmd": "echo probes >> ran; mkdir -p probes; sed 's/#.*//' code/a > probes/a",
        "deps": ["code"],
        "params": ["hp"],
        "outs": [{"probes": {"cache": False, "persist": True}}],
    },
    "data": {
        "matrix": {"profile": ["${profile.name}"]},
        "cmd": "echo data >> ran; mkdir -p data/toy/x; cd data/toy; echo ${hp.size} | tee a x/b",
        "deps": ["probes/a"],
        "params": ["hp.size"],
        "outs": ["data/${item.profile}"],
    },
    "train": {
        "matrix": {
            "profile": ["${profile.name}"],
            "run": "${grid.train}",
            "seed": "${profile.seeds}",
        },
        "cmd": "echo train-${item.run}-${item.seed} >> ran; mkdir -p models curves costs; : '"
        + LONG
        + "'; cat probes/a data/toy/a > models/${item.run}-${item.seed}; grep -A4 ${item.run}: "
        "params.yaml | tee curves/${item.run}-${item.seed} > costs/${item.run}-${item.seed}",
        "deps": ["probes/a", "data/${item.profile}"],
        "params": ["hp.runs.${item.run}", "profile.seeds"],
        "outs": [
            "models/${item.run}-${item.seed}",
            {"curves/${item.run}-${item.seed}": {"cache": False}},
        ],
        "metrics": [{"costs/${item.run}-${item.seed}": {"cache": False}}],
    },
    "table": {
        "cmd": ["echo table >> ran", "cat curves/* > table"],
        "deps": ["curves"],
        "params": ["grid"],
        "outs": [{"table": {"cache": False}}],
    },
    "figure": {
        "cmd": "echo figure >> ran; cat table models/mri-0 > figure",
        "deps": ["table", "models/mri-0"],
        "outs": ["figure"],
    },
}


class Toy:
    """A project folder; the current one while it is made."""

    def __init__(self, folder: Path, stages: Mapping[str, Any] = STAGES, params: Any = PARAMS):
        self.folder = folder
        (folder / ".dvc").mkdir(parents=True)
        (folder / ".dvc/config").write_text(CONFIG.format(cache=folder / ".apart"))
        (folder / "code").mkdir()
        (folder / "code/a").write_text("one # comment\n")
        self.stages(stages)
        self.params(params)

    def stages(self, stages: Mapping[str, Any]) -> None:
        self._dump("dvc.yaml", {"stages": dict(stages)})

    def stages_of(self, name: str, **values: Any) -> None:
        """Change one stage."""
        stages = YAML(typ="safe").load(self.read("dvc.yaml"))["stages"]
        stages[name].update(values)
        self.stages(stages)

    def params(self, values: Any) -> None:
        self._dump("params.yaml", values)

    def copy(self, folder: Path) -> "Toy":
        shutil.copytree(self.folder, folder, symlinks=True)
        other = object.__new__(Toy)
        other.folder = folder
        (folder / ".dvc/config").write_text(CONFIG.format(cache=folder / ".apart"))
        return other

    def clone(self, folder: Path) -> "Toy":
        """As git has it: results and the lock, but neither cached data nor the cache."""
        self.write(".gitignore", IGNORED)
        for words in ("init -q", "add .", f"{AUTHOR} commit -q -m all", f"clone -q . {folder}"):
            subprocess.run(["git", *words.split()], cwd=self.folder, check=True)
        other = object.__new__(Toy)
        other.folder = folder
        (folder / ".dvc/config").write_text(CONFIG.format(cache=folder / ".apart"))
        return other

    def repro(self, *words: str) -> int:
        """`remeta repro`, in this process."""
        with chdir(self.folder):
            return cli.main(["repro", *words])

    def dvc(self, *words: str) -> int:
        with chdir(self.folder):
            return dvc_main([*words])

    def begin(self, *words: str, program: str = "remeta") -> subprocess.Popen:
        """The same beside this process."""
        return subprocess.Popen(
            [BIN / program, "repro", *words],
            cwd=self.folder,
            env=ENV,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )

    def status(self) -> dict[str, Any]:
        """What `dvc status` finds to tell: nothing, if all is well."""
        with chdir(self.folder), Repo() as repo:
            return repo.status()

    def await_run(self, *names: str) -> None:
        """Until these stages have begun."""
        await_(lambda: set(names) <= set(self.begun()))

    def begun(self) -> list[str]:
        log = self.folder / "ran"
        return sorted(log.read_text().split()) if log.exists() else []

    def ran(self) -> list[str]:
        """What ran since the last question, sorted."""
        names = self.begun()
        (self.folder / "ran").unlink(missing_ok=True)
        return names

    @property
    def lock(self) -> str:
        return self.read("dvc.lock")

    def read(self, name: str) -> str:
        return (self.folder / name).read_text()

    def write(self, name: str, text: str) -> None:
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)

    def log(self, stage: str) -> str:
        return self.read(f".scratch/runner/logs/{stage}.log")

    def _dump(self, name: str, values: Any) -> None:
        with (self.folder / name).open("w") as file:
            YAML(typ="safe").dump(values, file)


def await_(condition: Callable[[], Any], seconds: float = 60.0) -> None:
    """Until something is so; it is a failure if that takes too long."""
    limit = monotonic() + seconds
    while not condition():
        assert monotonic() < limit, "it took too long"
        sleep(0.01)


def made_of(folder: Path, **commands: str) -> Toy:
    """A project of stages that write a file of their name: `c__a_b` needs a and b."""
    stages = {}
    for key, command in commands.items():
        name, _, needs = key.partition("__")
        deps = [f"out/{need}" for need in needs.split("_") if need]
        line = f"echo {name} >> ran; mkdir -p out; {command}".replace("OUT", f"out/{name}")
        stages[name] = {"cmd": line, "deps": [*deps, "code"], "outs": [f"out/{name}"]}
    return Toy(folder, stages)
