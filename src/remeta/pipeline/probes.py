"""Probes: fingerprints of what the code does, on which stages depend instead of on source files.

`remeta probe` runs every stage of every run once, end to end and for real, in a folder of its own
and at sizes of a handful, and keeps the numbers that came out. Where they agree with the committed
ones, a probe file is left as it was, and so are the stages that depend on it: a comment, a renamed
function or a new method costs nothing, a changed sign costs exactly the runs it touches.
"""

import csv
import json
import tempfile
from collections.abc import Iterator
from contextlib import chdir, contextmanager
from math import isclose
from pathlib import Path
from typing import Any

import numpy as np
from ruamel.yaml import YAML
from safetensors import safe_open

from remeta.papers.mri import PANELS
from remeta.papers.panel import Panel
from remeta.pipeline import places
from remeta.pipeline.settings import PARAMS, Settings, read_yaml
from remeta.storage import write_text

PROBES = Path("results/probes")
RELATIVE, ABSOLUTE = 1e-3, 1e-5  # what processors and thread counts may differ by
WORLD = {
    "horizon": 12, "train_tasks": 4, "validation_tasks": 2, "test_tasks": 2,
    "demos_per_task": 2, "roll_outs": 2,
}  # fmt: skip
SEED, PROFILE = 3, "probe"

Numbers = dict[str, list[float]]


def probe() -> None:
    """Renew results/probes; say which changed, and by which number."""
    Settings.load()
    root, moved = Path.cwd(), []
    with _tiny_project() as settings:
        for name, numbers in _all(settings):
            reason = _difference(root / PROBES / f"{name}.json", numbers)
            if reason:
                moved.append(f"{name}: {reason}")
                text = json.dumps(numbers, indent=1) + "\n"
                write_text(root / PROBES / f"{name}.json", text)
    print("\n".join(moved) if moved else "every probe is as it was")


@contextmanager
def _tiny_project() -> Iterator[Settings]:
    """A folder with this project's params at probe size; DVCLive is told not to look for git."""
    params = read_yaml(PARAMS)
    params["profile"] = _tiny_profile(params)
    for learner in params["hp"]["experts"].values():
        learner.update(rows=4, batch=8, updates=2, warm_up=8)
    for panel in params["hp"]["panels"].values():
        for run in panel["runs"].values():
            # Long solves of a nearly singular system blow rounding up beyond any tolerance.
            run.get("trust_region", {}).update(iterations=2, damping=0.1)
    with tempfile.TemporaryDirectory(prefix="remeta-probe-") as folder, chdir(folder):
        with PARAMS.open("w") as file:
            YAML(typ="safe").dump(params, file)
        yield Settings.load()


def _tiny_profile(params: dict[str, Any]) -> dict[str, Any]:
    chosen = params["profile"]
    return {
        "name": PROFILE,
        "seeds": [SEED],
        "figures": "figures",
        "worlds": dict.fromkeys(chosen["worlds"], WORLD),
        "experts": {name: {"env_steps": 24, "quality": -1e9} for name in chosen["experts"]},
        "panels": {
            name: {
                "batch": 3,
                "episodes": 5,
                "validate_every": 1,
                "runs": {run: _tiny_run(sizes) for run, sizes in panel["runs"].items()},
            }
            for name, panel in chosen["panels"].items()
        },
    }


def _tiny_run(sizes: dict[str, int]) -> dict[str, int]:
    """Two of everything; a size that is a switch (zero) or a sample count keeps its meaning."""
    tiny = {"iterations": 2, "imitation_steps": 2, "demo_samples": 8, "curvature_subsample": 5}
    return {name: tiny.get(name, 2) for name in sizes}


def _all(settings: Settings) -> Iterator[tuple[str, Numbers]]:
    # Imported late: training brings Lightning, of which `remeta --help` must know nothing.
    from remeta.pipeline import evaluate, stages, train

    for family in settings.profile.worlds:
        stages.draw_tasks(family)
        yield f"tasks_{family}", _numbers_of_tasks(family)
        if family in settings.profile.experts:
            stages.learn_expert(family)
            yield f"expert_{family}", _numbers_of_weights(places.expert(PROFILE, family))
        stages.record_demos(family)
        yield f"demos_{family}", _numbers_of_demos(family)
    for panel in PANELS:
        grid = settings.grid[panel.id]
        for run in grid.train:
            train.train(panel.id, run, SEED)
            yield f"train_{panel.id}_{run}", _numbers_of_rows(panel, "curves", run)
        for run in [*grid.train, *grid.score]:
            evaluate.evaluate(panel.id, run, SEED)
            yield f"evaluate_{panel.id}_{run}", _numbers_of_rows(panel, "scores", run)


def _numbers_of_tasks(family: str) -> Numbers:
    sets = json.loads(places.tasks(PROFILE, family).read_text())
    names = ("train", "validation", "test")
    return {name: [value for task in sets[name] for value in task] for name in names}


def _numbers_of_weights(path: Path) -> Numbers:
    with safe_open(path, "np") as file:
        tensors = {name: file.get_tensor(name) for name in sorted(file.keys())}
    return {name: _moments(value) for name, value in tensors.items()}


def _numbers_of_demos(family: str) -> Numbers:
    with np.load(places.demos(PROFILE, family), allow_pickle=False) as file:
        return {name: _moments(file[name]) for name in ("obs", "act", "mask", "scores")}


def _moments(value: np.ndarray) -> list[float]:
    """Two sums of which the second depends on the order of the elements."""
    flat = value.astype(float).ravel()
    return [float(flat.sum()), float(flat @ np.cos(np.arange(flat.size)))]


def _numbers_of_rows(panel: Panel, kind: str, run: str) -> Numbers:
    """Every value of a result file, by metric, in the order of the file."""
    path = places.result(PROFILE, panel, kind, run, SEED, "csv")
    numbers: Numbers = {}
    with path.open(newline="") as file:
        for row in csv.DictReader(file):
            numbers.setdefault(row["metric"], []).append(float(row["value"]))
            for count in ("train_env_steps", "updates", "demos", "adapt_env_steps"):
                if count in row:
                    numbers.setdefault(count, []).append(float(row[count]))
    return numbers


def _difference(path: Path, numbers: Numbers) -> str:
    """Why the file at `path` no longer tells what the code does; empty where it does."""
    if not path.exists():
        return "new"
    old = json.loads(path.read_text())
    if old.keys() != numbers.keys():
        return f"measures {sorted(numbers.keys() ^ old.keys())} came or went"
    for name, values in numbers.items():
        if len(values) != len(old[name]):
            return f"{name} has {len(values)} values instead of {len(old[name])}"
        for was, now in zip(old[name], values, strict=True):
            if not isclose(was, now, rel_tol=RELATIVE, abs_tol=ABSOLUTE):
                return f"{name} was {was:.6g} and is {now:.6g}"
    return ""
