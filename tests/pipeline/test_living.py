"""What changes while a stage learns is what its checkpoint keeps; nothing is forgotten."""

from copy import deepcopy
from dataclasses import fields, is_dataclass
from typing import Any

import numpy as np
import pytest
import torch
from torch import Tensor, nn

from remeta import methods
from remeta.experience.practice import Practice
from remeta.frozen import Frozen
from remeta.learners.expert import ExpertTraining
from remeta.pipeline.resume.trees import pack, unpack
from remeta.pipeline.stages.train import MetaTraining
from tests.pipeline.kills import RUNS, supplied
from tests.pipeline.tiny import SEED, change, status


def content(value: Any) -> Any:
    """All that may be told of a value, with the types it is made of."""
    match value:
        case torch.optim.Optimizer():
            return content(value.state_dict())
        case nn.Module():
            return content(dict(value.state_dict()))
        case Frozen():
            return value.model_dump()
        case Tensor():
            return value.dtype, value.shape, value.detach().numpy().tobytes()
        case np.ndarray():
            return value.dtype, value.shape, value.tobytes()
        case np.random.Generator():
            return value.bit_generator.state
        case torch.Generator():
            return content(value.get_state())
        case dict():
            return {key: content(item) for key, item in value.items()}
        case list() | tuple():
            return type(value), [content(item) for item in value]
        case None | bool() | int() | float() | str():
            return type(value), value
        case _ if hasattr(value, "restore"):
            return content(value.state())
        case _ if is_dataclass(value):
            return type(value), {f.name: content(getattr(value, f.name)) for f in fields(value)}
    return id(value)


def changed(before: dict[str, Any], thing: object) -> set[str]:
    after = vars(thing)
    same = {name for name in before.keys() & after if before[name] == content(after[name])}
    return (before.keys() | after) - same


def watched(monkeypatch, kind: type, step: str, things) -> list[tuple]:
    """At every step, of each of some things: the thing, a copy of it before, what changed."""
    honest, seen = getattr(kind, step), []

    def watching(self, *given):
        before = [{k: content(v) for k, v in vars(thing).items()} for thing in things(self)]
        copies = [{k: v for k, v in vars(thing).items()} for thing in things(self)]
        honest(self, *given)
        for thing, old, copy in zip(things(self), before, copies, strict=True):
            seen.append((thing, copy, changed(old, thing)))

    monkeypatch.setattr(kind, step, watching)
    return seen


def test_every_method_is_trained_somewhere():
    """Or the tests of this file and of the resumed runs would not be about it."""
    assert RUNS.keys() == methods.REGISTRY.keys() - {"random"}


@pytest.mark.parametrize("kind", RUNS)
def test_what_a_meta_iteration_changes_is_kept(kind, project, monkeypatch):
    panel, run = RUNS[kind]
    supplied(panel, kind)
    change(f"profile.panels.{panel}.runs.{run}.iterations", 2)
    seen = watched(monkeypatch, MetaTraining, "training_step", lambda m: (m.method, m.practice))
    assert status("train", panel, run, str(SEED)) == 0
    assert len(seen) == 4
    for thing, _, names in seen:
        kept = (
            Practice.STATE_ATTRIBUTES
            if isinstance(thing, Practice)
            else methods.state_attributes(thing)
        )
        assert names <= set(kept)
        assert names


def test_what_a_step_of_an_expert_changes_is_kept(project, monkeypatch):
    seen = watched(monkeypatch, ExpertTraining, "step", lambda learning: (learning,))
    assert status("expert", "reacher") == 0
    assert set.union(*(names for *_, names in seen)) <= set(ExpertTraining.STATE_ATTRIBUTES)


@pytest.mark.parametrize("kind", RUNS)
def test_a_method_comes_back_with_all_its_types(kind, project, monkeypatch):
    """Its first step may not make something else of an attribute than a fresh start has."""
    panel, run = RUNS[kind]
    supplied(panel, kind)
    change(f"profile.panels.{panel}.runs.{run}.iterations", 2)
    seen = watched(monkeypatch, MetaTraining, "training_step", lambda m: (m.method,))
    assert status("train", panel, run, str(SEED)) == 0
    (_, fresh, _), *_, (method, _, _) = seen
    for name in methods.state_attributes(method):
        tensors: dict[str, Tensor] = {}
        tree = pack(getattr(method, name), name, tensors)
        like = fresh[name] if hasattr(fresh[name], "restore") else deepcopy(fresh[name])
        assert content(unpack(tree, like, tensors)) == content(getattr(method, name))


def test_the_check_sees_an_attribute_that_is_forgotten(project, monkeypatch):
    class Hidden:
        def __init__(self):
            self.count = 0

    honest = methods.REGISTRY["mri"][1].meta_step

    def counting(self, practice):
        self.hidden = Hidden()  # no weights, moments or number
        return honest(self, practice)

    monkeypatch.setattr(methods.REGISTRY["mri"][1], "meta_step", counting)
    with pytest.raises(AssertionError):
        test_what_a_meta_iteration_changes_is_kept("mri", project, monkeypatch)
