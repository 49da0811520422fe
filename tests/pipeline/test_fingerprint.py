"""A fingerprint moves with everything its stage depends on, and with nothing else."""

from collections.abc import Iterable
from copy import deepcopy
from functools import reduce
from itertools import groupby
from operator import getitem
from pathlib import Path
from typing import Any

import pytest

from remeta.learners import expert
from remeta.papers.registry import dataset_named, panel_named
from remeta.pipeline import places
from remeta.pipeline.resume import fingerprint
from remeta.pipeline.settings.params import PARAMS, Settings, read_yaml
from tests.contracts.graph import stages
from tests.pipeline.tiny import PANEL, SEED

MACHINE = {"threads": 1.0, "matmul_error": 1e-8}
APART = ("grid.", "defaults.", "profile.name", "profile.seeds", "profile.figures")
CHOICES = {"std": "one", "activation": "tanh", "kind": "imitation", "ant_reach": "official_24"}


def leaves(values: Any, above: tuple[str, ...] = ()):
    if isinstance(values, dict):
        for key, value in values.items():
            yield from leaves(value, (*above, key))
    else:
        yield above, values


def other(key: str, value: Any) -> Any:
    if isinstance(value, list):
        return [*value, "mri"] if key == "may_diverge" else [7]
    return CHOICES.get(key, "other") if isinstance(value, str) else 3 * value + 7


def of_training(settings: Settings, run: str = "mri", machine=MACHINE, needs=("demos",)) -> str:
    return fingerprint.of_training(settings, panel_named(PANEL), run, SEED, machine, needs)


def of_expert(settings: Settings, machine=MACHINE) -> str:
    params = expert.Params.read(settings.hp.experts["reacher"], "here")
    return fingerprint.of_expert(settings, dataset_named("reacher"), params, machine)


@pytest.mark.parametrize(
    ("words", "found"),
    [(["train", PANEL, "mri"], of_training), (["expert", "reacher"], of_expert)],
    ids=["train", "expert"],
)
def test_it_moves_with_the_parameters_that_its_stage_depends_on(words, found, project):
    stage = next(stage for stage in stages().values() if stage.words[: len(words)] == words)
    values = read_yaml(PARAMS)
    before = found(Settings.of(values, "here"))
    never = [key for key, value in leaves(values) if (key[-1], value) == ("validate_every", 0)]
    given = [key for key, value in leaves(values) if value is not None and key not in never]
    tried = [key for key in given if not ".".join(key).startswith(APART)]
    read = [key for key in tried if stage.reads(".".join(key))]
    assert len(read) > 10
    for key in read:
        assert found(Settings.of(changed(values, [key]), "here")) != before, key
    others = [key for key in tried if key not in read]
    assert len(others) > 1000
    for block, keys in groupby(others, key=lambda key: key[:3]):  # what all do not move, none does
        assert found(Settings.of(changed(values, keys), "here")) == before, block


def changed(values: Any, keys: Iterable[tuple[str, ...]]) -> Any:
    """A copy in which these have other values."""
    values = deepcopy(values)
    for *blocks, last in keys:
        here = reduce(getitem, blocks, values)
        here[last] = other(last, here[last])
    return values


FILES = {
    "probe": lambda: places.probe(f"train_{PANEL}_mri"),
    "tasks": lambda: places.tasks("probe", "point"),
    "demos": lambda: places.demos("probe", "point"),
}


@pytest.mark.parametrize("file", FILES)
def test_it_moves_with_the_files_that_are_read(file, project):
    settings, path = Settings.load(), FILES[file]()
    before, expert = of_training(settings), of_expert(settings)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(b"other")
    assert of_training(settings) != before
    assert of_expert(settings) == expert


def test_without_demonstrations_they_do_not_matter(project):
    settings = Settings.load()
    before = of_training(settings, "maml", needs=())
    FILES["demos"]().write_bytes(b"other")
    assert of_training(settings, "maml", needs=()) == before


def test_who_may_ask_an_expert_depends_on_it(project):
    settings, expert = Settings.load(), places.expert("probe", "point")
    asking, alone = (of_training(settings, needs=needs) for needs in (("expert",), ()))
    expert.parent.mkdir(parents=True, exist_ok=True)
    expert.write_bytes(b"other")
    assert of_training(settings, needs=("expert",)) != asking
    assert of_training(settings, needs=()) == alone


def test_it_moves_with_an_experts_files(project):
    settings, seen = Settings.load(), set()
    for path in (Path("none"), places.probe("expert_reacher"), places.tasks("probe", "reacher")):
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(b"other")
        seen.add(of_expert(settings))
    assert len(seen) == 3


@pytest.mark.parametrize("name", MACHINE)
def test_it_moves_with_threads_and_arithmetic(name, project):
    settings, machine = Settings.load(), MACHINE | {name: 2.0}
    assert of_training(settings) != of_training(settings, machine=machine)
    assert of_expert(settings) != of_expert(settings, machine=machine)


@pytest.mark.parametrize("package", ["remeta", "torch", "numpy", "mujoco", "gymnasium"])
def test_it_moves_with_versions(package, project, monkeypatch):
    settings, honest = Settings.load(), fingerprint.version
    before = of_training(settings), of_expert(settings)
    newer = {package: "99"}
    monkeypatch.setattr(fingerprint, "version", lambda name: newer.get(name) or honest(name))
    assert all(
        a != b for a, b in zip(before, (of_training(settings), of_expert(settings)), strict=True)
    )


def test_every_run_and_seed_has_its_own(project):
    settings, panel = Settings.load(), panel_named(PANEL)
    runs = [(run, seed) for run in ("mri", "maml", "imitation") for seed in (0, 1)]
    found = {fingerprint.of_training(settings, panel, *one, MACHINE, ("demos",)) for one in runs}
    assert len(found) == len(runs)
