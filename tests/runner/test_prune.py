"""What no profile has any more goes; what some profile can make, and what git keeps, stays."""

import subprocess
from contextlib import chdir
from pathlib import Path

import pytest

from remeta import cli
from remeta.pipeline.settings.params import read_yaml, write_yaml
from remeta.runner.instances import instances
from remeta.runner.lockfile import LockFile
from remeta.runner.prune import human_size
from tests.contracts import graph
from tests.runner.toy import PARAMS, Toy

CELL = "${item.profile}/${item.run}-${item.seed}"
MATRIX = {"profile": ["${profile.name}"], "run": "${grid.train}", "seed": "${profile.seeds}"}
STAGES = {
    "train_x": {
        "matrix": MATRIX,
        "cmd": "mkdir -p models/${item.profile} results/${item.profile}; "
        f"echo 1 | tee models/{CELL} > results/{CELL}.csv",
        "outs": [f"models/{CELL}", {f"results/{CELL}.csv": {"cache": False}}],
    },
    "table_x": {
        "matrix": {"profile": ["${profile.name}"]},
        "cmd": "cat results/${item.profile}/m*.csv > results/${item.profile}/table",
        "deps": ["results/${item.profile}/mri-0.csv", "results/${item.profile}/maml-0.csv"],
        "outs": [{"results/${item.profile}/table": {"cache": False}}],
    },
    "old": {"cmd": "mkdir -p past; echo 1 > past/old", "outs": [{"past/old": {"cache": False}}]},
}


class Lab(Toy):
    """Two profiles, both made; `toy` is the chosen one."""

    def __init__(self, folder: Path):
        super().__init__(folder, STAGES, PARAMS)
        (folder / "profiles").mkdir()
        self.profile("big", [0, 1, 2])
        self.profile("toy", [0, 1])
        for name in ("big", "toy"):
            self.choose(name)
            assert self.repro() == 0
        for name in ("big", "toy", "gone"):
            self.write(f".scratch/live/{name}/x/mri-1/metrics.json", "{}")
            self.write(f".scratch/{name}/train_x-mri-1/state", "{}")
            self.write(f".scratch/runner/logs/train_x@{name}-mri-1.log", "said")
            self.write(f"results/{name}/notes.md", "by hand")

    def profile(self, name: str, seeds: list[int]) -> None:
        self._dump(f"profiles/{name}.yaml", {"name": name, "seeds": seeds})

    def choose(self, name: str, **others: object) -> None:
        profile = read_yaml(self.folder / f"profiles/{name}.yaml")
        self.params(PARAMS | {"profile": profile} | others)

    def prune(self, *words: str) -> int:
        with chdir(self.folder):
            return cli.main(["prune", *words])

    def files(self) -> set[str]:
        paths = (p for top in ("models", "results", "past", ".scratch", "dvc.lock")
                 for p in (self.folder / top, *(self.folder / top).rglob("*")))  # fmt: skip
        found = {p.relative_to(self.folder).as_posix() for p in paths if p.is_file()}
        return {name for name in found if not name.startswith(".scratch/runner/")} | {
            name for name in found if name.startswith(".scratch/runner/logs/")
        }

    def entries(self) -> set[str]:
        return {*LockFile(self.folder / "dvc.lock").entries()}


@pytest.fixture(scope="module")
def built(tmp_path_factory):
    return Lab(tmp_path_factory.mktemp("lab") / "project")


@pytest.fixture
def lab(built, tmp_path):
    made = built.copy(tmp_path / "project")
    made.__class__ = Lab
    return made


def test_what_every_profile_has_stays_whichever_is_chosen(lab, capsys):
    for trace in (".scratch/live/gone/x/mri-1/metrics.json", ".scratch/gone/train_x-mri-1/state",
                  ".scratch/runner/logs/train_x@gone-mri-1.log"):  # fmt: skip
        (lab.folder / trace).unlink()
    for folder in (".scratch/live/gone/x/mri-1", ".scratch/gone/train_x-mri-1"):
        (lab.folder / folder).rmdir()
    files, lock = lab.files(), lab.lock
    for name in ("big", "toy"):
        lab.choose(name)
        assert lab.prune() == 0
        assert (lab.files(), lab.lock) == (files, lock)
        assert "nothing to remove" in capsys.readouterr().out


def test_a_seed_a_run_and_a_profile_that_are_gone_go_with_all_they_left(lab, capsys):
    lab.profile("big", [0, 2])
    lab.choose("toy", grid={"train": ["mri"]})
    before, locked = lab.files(), lab.entries()
    assert lab.prune("--dry-run") == 0
    told = capsys.readouterr().out
    assert lab.files() == before and lab.entries() == locked
    assert lab.prune() == 0
    gone = before - lab.files()
    cells = {*(f"big/maml-{seed}" for seed in range(3)), "toy/maml-0", "toy/maml-1", "big/mri-1"}
    assert gone == {
        *(f"models/{cell}" for cell in cells),
        *(f"results/{cell}.csv" for cell in cells),
        *(f".scratch/live/{name}/x/mri-1/metrics.json" for name in ("big", "gone")),
        *(f".scratch/{name}/train_x-mri-1/state" for name in ("big", "gone")),
        *(f".scratch/runner/logs/train_x@{name}-mri-1.log" for name in ("big", "gone")),
        *(name for name in before if name.startswith(".scratch/runner/logs/") and "maml" in name),
    }
    assert locked - lab.entries() == {f"train_x@{cell.replace('/', '-')}" for cell in cells}
    words = told.split()
    assert "would remove" in told and f"{len(cells)} entries" in told
    assert all(f"{cell.partition('/')[2]}.csv" in " ".join(words) for cell in cells)
    assert not (lab.folder / ".scratch/gone").exists() and (lab.folder / "results/gone").exists()


def test_a_profile_without_a_file_is_gone(lab):
    (lab.folder / "profiles/big.yaml").unlink()
    assert lab.prune() == 0
    assert not (lab.folder / "models/big").exists()
    left = [path.name for path in (lab.folder / "results/big").iterdir()]
    assert left == ["notes.md"]
    assert {name for name in lab.entries() if "@" in name and "@toy" not in name} == set()


def test_params_yaml_counts_even_where_its_profile_has_no_file(lab):
    (lab.folder / "profiles/toy.yaml").unlink()
    assert lab.prune() == 0
    assert (lab.folder / "models/toy/mri-1").exists() and "table_x@toy" in lab.entries()


@pytest.mark.parametrize("tracked", [False, True])
def test_what_a_retired_stage_made_goes_unless_git_keeps_it(tracked, lab, capsys):
    subprocess.run(["git", "init", "--quiet"], cwd=lab.folder, check=True)
    if tracked:
        subprocess.run(["git", "add", "past/old"], cwd=lab.folder, check=True)
    lab.stages({name: stage for name, stage in STAGES.items() if name != "old"})
    assert lab.prune() == 0
    assert (lab.folder / "past/old").exists() == tracked and "old" not in lab.entries()
    assert ("left to you" in capsys.readouterr().out) == tracked


def test_where_no_profile_can_be_read_nothing_goes(lab, capsys):
    files = lab.files()
    lab.write("profiles/big.yaml", "name: [")
    assert lab.prune() == 2 and "big.yaml" in capsys.readouterr().err
    lab.write("profiles/big.yaml", "seeds: [0]\n")
    assert lab.prune() == 2
    for path in (lab.folder / "profiles").iterdir():
        path.unlink()
    assert lab.prune() == 2
    assert lab.files() == files


def test_every_stage_of_the_real_profiles_is_known(tmp_path):
    """Their names and outputs are what DVC has them in the project itself."""
    folder = graph.project(tmp_path / "project")
    (folder / "profiles").mkdir()
    values = graph.params()["profile"] | {"name": "other", "seeds": [5, 7]}
    write_yaml(folder / "profiles/other.yaml", values)
    found = instances(folder)
    here = graph.stages()
    assert here.keys() <= found.keys() and len(found) == 2 * len(here) - 1  # probes are of both
    assert all({*map(str, found[name])} == stage.outs for name, stage in here.items())
    assert "train_mri_fig3_point@other-mri-5" in found


def test_amounts_are_told_in_units():
    told = [human_size(size) for size in (999, 1000, 2_500_000, 3 * 10**9)]
    assert told == ["999 B", "1.0 kB", "2.5 MB", "3.0 GB"]
