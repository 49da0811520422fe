"""A small real study: a copy of this project, at tiny sizes and with few panels."""

import json
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from remeta.pipeline.probes.project import PLAIN
from remeta.pipeline.settings.params import read_yaml, write_yaml
from remeta.runner.lockfile import parsed, read
from tests.contracts.graph import ROOT
from tests.runner.toy import AUTHOR, BIN, ENV

PROFILE = "drill"
NOTING = """\


_main = main


def main(words: list[str] | None = None) -> int:
    if stage := os.environ.get("DVC_STAGE"):
        with open(os.environ["BEGUN"], "a") as begun:
            print(stage, file=begun)
    return _main(words)
"""  # at the end of the copied cli.py: it notes which stages begin, as forks or as programs
OUTPUTS = ("data", "models", f"results/{PROFILE}")


@dataclass(frozen=True)
class Extent:
    """How much a study makes."""

    panels: tuple[str, ...]
    runs: tuple[str, ...]  # to be trained, of those in the panels' grids
    seeds: int
    reports: bool  # which need all runs of a panel


class Study:
    def __init__(self, folder: Path, extent: Extent):
        self.folder = folder
        _copy(folder)
        _write(folder / "dvc.yaml", {"stages": _stages(extent)})
        _write(folder / "params.yaml", _params(extent))
        (folder / "dvc.lock").unlink(missing_ok=True)
        (folder / ".dvc/config.local").write_text(f"[core]\n    site_cache_dir = {folder}/.apart\n")
        for words in ("init -q", "add .", f"{AUTHOR} commit -q -m all"):
            subprocess.run(["git", *words.split()], cwd=folder, check=True)
        self.begun = folder / ".scratch/begun"
        self.begun.parent.mkdir(exist_ok=True)
        self.begun.write_text("")
        with (folder / "src/remeta/cli.py").open("a") as cli:
            cli.write(NOTING)
        own = {"PYTHONPATH": f"{folder}/src"}
        self.env = ENV | own | {"BEGUN": str(self.begun)}

    def begin(self, *words: str) -> subprocess.Popen:
        """`remeta repro`; what it says goes to a file."""
        with (self.folder / ".scratch/said").open("a") as said:
            return subprocess.Popen(
                [BIN / "remeta", "repro", *words],
                cwd=self.folder,
                env=self.env,
                stdout=said,
                stderr=subprocess.STDOUT,
            )

    def recorded(self) -> dict[str, str]:
        """The entries of dvc.lock, which has to be whole at every moment."""
        path = self.folder / "dvc.lock"
        return read(path) if path.exists() else {}

    def ran(self) -> list[str]:
        """Every beginning of a stage so far."""
        return self.begun.read_text().split()

    def status(self) -> Any:
        """What `dvc status` has to tell, in a process of its own."""
        words = [BIN / "dvc", "status", "--json"]
        told = subprocess.run(words, cwd=self.folder, env=self.env, capture_output=True, check=True)
        return json.loads(told.stdout)

    def outputs(self) -> dict[str, bytes]:
        """All files that the study made; of costs, all but the seconds that it took."""
        paths = [p for top in OUTPUTS for p in (self.folder / top).rglob("*") if p.is_file()]
        return {str(path.relative_to(self.folder)): _content(path) for path in paths}

    def lock(self) -> list[Any]:
        """Entries in their order, without the hashes of costs."""
        found = []
        for name, text in self.recorded().items():
            entry = parsed(text)
            entry["outs"] = [out for out in entry["outs"] if "/costs/" not in out["path"]]
            found.append((name, entry))
        return found


def _stages(extent: Extent) -> dict[str, Any]:
    blocks = ["train_{}", "evaluate_{}", "score_{}"] + ["table_{}", "{}"] * extent.reports
    wanted = {block.format(panel) for block in blocks for panel in extent.panels}
    wanted |= {"tasks_point", "demos_point"}
    stages = read_yaml(ROOT / "dvc.yaml")["stages"]
    assert wanted <= stages.keys()
    return {name: stages[name] for name in stages if name in wanted}


def _copy(folder: Path) -> None:
    """What git has or would take, as it is now."""
    words = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    listed = subprocess.run(words, cwd=ROOT, capture_output=True, text=True, check=True).stdout
    for name in filter(None, listed.split("\0")):
        if (ROOT / name).exists() and not name.startswith(("results/study", "paper_figures")):
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(ROOT / name, folder / name)


def _params(extent: Extent) -> dict[str, Any]:
    params = PLAIN.sized(read_yaml(ROOT / "params.yaml"))
    for panel in extent.panels:
        grid = params["grid"][panel]
        grid["train"] = [run for run in grid["train"] if run in extent.runs]
    own = {
        "name": PROFILE,
        "seeds": list(range(extent.seeds)),
        "figures": f"results/{PROFILE}/figures",
    }
    return params | {"profile": params["profile"] | own}


def _write(path: Path, values: Any) -> None:
    write_yaml(path, values)


def _content(path: Path) -> bytes:
    if path.parent.name != "costs":
        return path.read_bytes()
    costs = json.loads(path.read_text())
    assert costs.pop("wall_s") >= 0
    return json.dumps(costs).encode()
