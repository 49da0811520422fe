"""Runs of every method, a process that dies at a chosen moment, and what is left in the end."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from remeta import methods
from remeta.papers.registry import panel_named
from remeta.pipeline.probes.project import short
from remeta.pipeline.settings.params import Settings
from tests.contracts.graph import params
from tests.pipeline.tiny import KEPT, status

MADE = {"tasks": "tasks/probe/{}.json", "expert": "experts/probe/{}.safetensors"}
MADE |= {"demos": "demos/probe/{}.npz"}


def a_run_of_every_kind() -> dict[str, tuple[str, str]]:
    """The first panel and run that train each method, more than once in probes."""
    values, found = params(), {}
    for panel, cells in values["grid"].items():
        hyper = values["hp"]["panels"][panel]["runs"]
        for run in cells["train"]:
            kind, place = hyper[run]["kind"], (panel, run)
            brief = kind in found and short(found[kind][0], {})
            if kind not in found or (brief and not short(panel, {})):
                found[kind] = place
    return found


RUNS = a_run_of_every_kind()


def supplied(panel: str, kind: str) -> None:
    """The files a run reads, where the tiny project does not have them."""
    data, needed = panel_named(panel).data.name, ["tasks"]
    if "demos" in methods.REGISTRY[kind][1].needs:
        needed += ["expert", "demos"] if data in Settings.load().hp.experts else ["demos"]
    for stage in needed:
        if not (Path("data") / MADE[stage].format(data)).exists():
            assert status(stage, data) == 0


class Killed(BaseException):
    """Not an Exception, as a kill is none."""


@contextmanager
def killed(where: Any, name: str, call: int) -> Iterator[None]:
    """Within, the process dies when `where.name` is called for the `call`-th time."""
    honest, calls = getattr(where, name), []

    def dying(*args, **kwargs):
        calls.append(name)
        if len(calls) == call:
            raise Killed
        return honest(*args, **kwargs)

    with pytest.MonkeyPatch.context() as patch, pytest.raises(Killed):
        patch.setattr(where, name, dying)
        yield


def written(words: str, kept: tuple[str, ...] = KEPT) -> dict[str, Any]:
    """Everything that a stage leaves behind, but for how long it took."""
    assert status(*words.split()) == 0
    assert not list(Path(".scratch").rglob("*.safetensors"))  # of a stage that is done
    files = [path for name in kept for path in Path(name).rglob("*") if path.is_file()]
    found: dict[str, Any] = {str(path): path.read_bytes() for path in files}
    for name in found:
        if "/costs/" in name:
            found[name] = json.loads(found[name])
            assert found[name].pop("wall_s") >= 0
    return found
