"""The stages of dvc.yaml as DVC itself resolves them, without running any."""

import shutil
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from dvc.dependency import ParamsDependency
from dvc.dvcfile import load_file
from dvc.repo import Repo

from remeta.pipeline.settings.params import read_yaml, write_yaml
from remeta.runner.reading import fast_loading

ROOT = Path(__file__).parents[2]
SEEDS = [0, 1]


@dataclass(frozen=True)
class Stage:
    name: str
    cmd: str
    params: frozenset[str]  # dotted keys of params.yaml
    deps: frozenset[str]
    outs: frozenset[str]

    @property
    def block(self) -> str:
        return self.name.partition("@")[0]

    @property
    def words(self) -> list[str]:
        return self.cmd.split()[1:]

    def reads(self, key: str) -> bool:
        """Whether a change of `key` runs this stage again."""
        return not self.params.isdisjoint(_above(key))


@cache
def _above(key: str) -> frozenset[str]:
    """A dotted key and the blocks that it lies in."""
    parts = key.split(".")
    return frozenset(".".join(parts[: at + 1]) for at in range(len(parts)))


def project(folder: Path) -> Path:
    """What DVC needs to know the stages, with few seeds."""
    (folder / ".dvc").mkdir(parents=True)
    for name in ("dvc.yaml", ".dvcignore", ".dvc/config"):
        shutil.copy(ROOT / name, folder / name)
    values = params()
    values["profile"]["seeds"] = SEEDS
    write_yaml(folder / "params.yaml", values)
    return folder


def params() -> dict[str, Any]:
    return read_yaml(ROOT / "params.yaml")


def opened(folder: Path) -> Repo:
    """Apart from the checkout and from what DVC keeps for the whole machine."""
    apart = {"no_scm": True, "site_cache_dir": str(folder / ".cache")}
    return Repo(str(folder), config={"core": apart})


def resolved(folder: Path) -> dict[str, Stage]:
    """Loaded as the runner loads them, in a tenth of the time."""
    with fast_loading(folder, dict), opened(folder) as repo:
        return {stage.name: _plain(stage) for stage in repo.index.stages}


def slowly(folder: Path, names: Iterable[str]) -> dict[str, Stage]:
    """Loaded by DVC alone."""
    with opened(folder) as repo:
        loaded = load_file(repo, str(folder / "dvc.yaml")).stages
        return {name: _plain(loaded[name]) for name in names}


def _plain(stage: Any) -> Stage:
    keys = [key for dep in stage.deps if isinstance(dep, ParamsDependency) for key in dep.params]
    files = [dep.def_path for dep in stage.deps if not isinstance(dep, ParamsDependency)]
    outs = [out.def_path for out in stage.outs]
    return Stage(stage.name, stage.cmd, frozenset(keys), frozenset(files), frozenset(outs))


def before(stages: dict[str, Stage], stage: Stage) -> list[Stage]:
    """The stages whose outputs this one reads, and those before them."""
    direct = [other for other in stages.values() if _feeds(other, stage)]
    return [*direct, *(early for other in direct for early in before(stages, other))]


def _feeds(one: Stage, other: Stage) -> bool:
    return any(f"{out}/".startswith(f"{dep}/") for out in one.outs for dep in other.deps)


@cache
def stages() -> dict[str, Stage]:
    """By name, such as train_mri_fig3_point@quick-mri-0."""
    with TemporaryDirectory() as folder:
        return resolved(project(Path(folder) / "project"))
