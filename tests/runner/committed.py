"""A project in git whose panels are made by copying files, in no time and with any outcome."""

import shutil
import subprocess
from contextlib import chdir
from pathlib import Path

from remeta import cli
from remeta.pipeline.settings.params import read_yaml, write_yaml
from tests.report.conftest import PROFILE, World

ROOT = Path(__file__).parents[2]
PANEL, LENDER, SEEDS = "ablation_correction", "fig3_point", (0, 1, 2)
TRAIN = (
    "echo ${{item.run}}-${{item.seed}} >> $TRAINED; mkdir -p models; echo 1 > {model}; "
    "mkdir -p $(dirname {curve}); cp truth/{curve} {curve}"
)
SCORE = "mkdir -p $(dirname {scores}); cp truth/{scores} {scores}"


class Committed:
    def __init__(self, folder: Path):
        self.folder = folder
        world = World(folder / "truth/results", seeds=SEEDS)
        for name in (PANEL, LENDER):
            world.panel(name)
        shutil.copytree(folder / "truth/results", folder / "results")
        values = read_yaml(ROOT / "params.yaml")
        values["profile"] |= {"name": PROFILE, "seeds": [*SEEDS], "figures": "figures"}
        (folder / "profiles").mkdir()
        self._dump(f"profiles/{PROFILE}.yaml", values["profile"])
        self._dump("params.yaml", values | {"profile": values["profile"] | {"seeds": [7]}})
        self._dump("dvc.yaml", {"stages": stages(PANEL) | stages(LENDER)})
        (folder / ".dvc").mkdir()
        (folder / ".dvc/config").write_text("[core]\n    analytics = false\n")
        (folder / ".dvc/.gitignore").write_text("cache\ntmp\nconfig.local\nsite\n")
        (folder / ".gitignore").write_text(".scratch/\nmodels/\n")
        self.git("init", "--quiet")
        self.commit()

    def git(self, *words: str) -> None:
        own = ("-c", "user.name=a", "-c", "user.email=a@b", "-c", "commit.gpgsign=false")
        subprocess.run(["git", *own, *words], cwd=self.folder, check=True, capture_output=True)

    def commit(self) -> None:
        self.git("add", "--all")
        self.git("commit", "--quiet", "--message", "results")

    def change(self, path: str, factor: float) -> None:
        """Multiply the values of a file of rows."""
        whose, head, *rows = (self.folder / path).read_text().splitlines()
        split = [row.rpartition(",") for row in rows]
        told = [f"{row},{float(value) * factor:.6g}" for row, _, value in split]
        (self.folder / path).write_text("\n".join([whose, head, *told, ""]))

    def verify(self, *words: str) -> int:
        with chdir(self.folder):
            return cli.main(["verify", *words])

    def _dump(self, name: str, values: object) -> None:
        write_yaml(self.folder / name, values)


def stages(panel: str) -> dict:
    """Named as in the real dvc.yaml."""
    cell = "${item.run}-${item.seed}"
    folder = f"results/${{item.profile}}/mri/{panel}"
    paths = {
        "model": f"models/{panel}-{cell}",
        "curve": f"{folder}/curves/{cell}.csv",
        "scores": f"{folder}/scores/{cell}.csv",
    }

    def matrix(kind: str) -> dict:
        runs = f"${{grid.mri_{panel}.{kind}}}"
        return {"profile": ["${profile.name}"], "run": runs, "seed": "${profile.seeds}"}

    model, curve, scores = paths.values()
    return {
        f"train_mri_{panel}": {
            "matrix": matrix("train"),
            "cmd": TRAIN.replace("{{", "{").replace("}}", "}").replace("{model}", model)
            .replace("{curve}", curve),
            "outs": [model, {curve: {"cache": False}}],
        },
        f"evaluate_mri_{panel}": {
            "matrix": matrix("train"),
            "cmd": SCORE.replace("{scores}", scores),
            "deps": [model],
            "outs": [{scores: {"cache": False}}],
        },
        f"score_mri_{panel}": {
            "matrix": matrix("score"),
            "cmd": SCORE.replace("{scores}", scores),
            "outs": [{scores: {"cache": False}}],
        },
    }  # fmt: skip
