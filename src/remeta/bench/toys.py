"""DVC projects of stages that do next to nothing, or nothing but compute."""

import shlex
import subprocess
import sys
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML

CONFIG = "[core]\n    analytics = false\n    site_cache_dir = {}\n"
NEED = {"cpus": 1, "gpus": 0, "memory_gb": 0.1}


def tree(count: int) -> dict[str, Any]:
    """One stage feeds many, each of these one more, and all end in a table; `count` is even."""
    cells = list(range(count // 2 - 1))

    def each(cmd: str, deps: list[str], out: str) -> dict[str, Any]:
        cell = {"cmd": cmd, "deps": deps, "params": ["hp.size"], "outs": [out]}
        return {"matrix": {"cell": cells}, **cell}

    train, score = "made/train-${item.cell}", "made/score-${item.cell}"
    draw = "mkdir -p made; echo ${hp.size} > made/draw"
    return {
        "draw": {"cmd": draw, "params": ["hp.size"], "outs": ["made/draw"]},
        "train": each(f"echo ${{item.cell}} | cat made/draw - > {train}", ["made/draw"], train),
        "score": each(f"wc {train} > {score}", [train], score),
        "table": {
            "cmd": "cat made/score-* > table",
            "deps": [f"made/score-{cell}" for cell in cells],
            "outs": ["table"],
        },
    }


def twins(additions: int) -> dict[str, Any]:
    """Two stages that compute, each on one core."""
    python = shlex.quote(sys.executable)
    return {
        name: {"cmd": f"{python} -c 'print(sum(range({additions})))' > {name}", "outs": [name]}
        for name in ("left", "right")
    }


def write(folder: Path, stages: dict[str, Any]) -> Path:
    """A project of these stages, apart from what DVC keeps for the whole machine."""
    subprocess.run(["git", "init", "--quiet", str(folder)], check=True)
    (folder / ".gitignore").write_text(
        "\n".join(["made", "table", "left", "right", ".scratch", ""])
    )
    (folder / ".dvc").mkdir()
    (folder / ".dvc/config").write_text(CONFIG.format(folder / ".dvc/site"))
    params = {"hp": {"size": 3}, "resources": {"default": NEED}}
    for name, values in {"dvc.yaml": {"stages": stages}, "params.yaml": params}.items():
        with (folder / name).open("w") as file:
            YAML(typ="safe").dump(values, file)
    return folder
