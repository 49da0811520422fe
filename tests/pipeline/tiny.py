"""A project of a handful of everything, and what may be done to it."""

import shutil
from contextlib import chdir
from pathlib import Path
from typing import Any

from remeta import cli
from remeta.pipeline import probes
from remeta.pipeline.settings.params import PARAMS, read_yaml, write_yaml
from remeta.pipeline.stages.demos import record_demos
from remeta.pipeline.stages.evaluate import evaluate
from remeta.pipeline.stages.expert import learn_expert
from remeta.pipeline.stages.tasks import draw_tasks
from remeta.pipeline.stages.train import train

ROOT = Path(__file__).parents[2]
PANEL, SEED, PROFILE = "mri_fig3_point", probes.SEED, probes.PROFILE
KEPT = ("data", "models", "results", "figures")  # folders of final names


def make(folder: Path) -> None:
    """Tasks and demonstrations of the point and one trained, scored run; a reacher's expert."""
    with chdir(ROOT), probes.tiny_project():
        for family in ("point", "reacher"):
            draw_tasks(family)
        learn_expert("reacher")
        record_demos("point")
        train(PANEL, "mri", SEED)
        evaluate(PANEL, "mri", SEED)
        shutil.copytree(Path.cwd(), folder, ignore=shutil.ignore_patterns(".scratch"))
    shutil.copytree(ROOT / "profiles", folder / "profiles")


def change(key: str, value: Any) -> None:
    """Set one key of params.yaml; the blocks above it must be there."""
    change_all({key: value})


def change_all(wanted: dict[str, Any]) -> None:
    """Set several: the file is large, and is written but once."""
    values = read_yaml(PARAMS)
    for key, value in wanted.items():
        *blocks, last = key.split(".")
        here = values
        for block in blocks:
            here = here[block]
        here[last] = value
    write_params(values)


def drop(key: str) -> None:
    *blocks, last = key.split(".")
    values = here = read_yaml(PARAMS)
    for block in blocks:
        here = here[block]
    del here[last]
    write_params(values)


def write_params(values: Any) -> None:
    write_yaml(PARAMS, values)


def snapshot() -> dict[str, bytes]:
    """Every file under a final name, and every temporary one wherever it lies."""
    kept = [path for name in KEPT for path in Path(name).rglob("*") if path.is_file()]
    return {str(path): path.read_bytes() for path in (*kept, *Path.cwd().rglob("*.tmp"))}


def status(*words: str) -> int:
    try:
        return cli.main(list(words))
    except SystemExit as end:
        return int(end.code or 0)
