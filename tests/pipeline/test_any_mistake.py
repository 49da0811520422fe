"""Whatever is wrong with parameters or files, a person reads a sentence and never a traceback."""

from collections.abc import Callable, Iterator
from copy import deepcopy
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st
from safetensors.torch import load_file

from remeta import methods
from remeta.experience.demos import DemoFile
from remeta.frozen import Advice
from remeta.learners import expert
from remeta.papers.registry import PANELS
from remeta.pipeline.models import read_model
from remeta.pipeline.settings.params import PARAMS, Settings, read_yaml
from remeta.pipeline.settings.resources import DEFAULT
from remeta.pipeline.tuning import candidates, with_choice
from remeta.tasks.tasksets import TaskSets
from tests.pipeline.test_bad_files import ABOUT, DEMOS, MODEL, TASKS
from tests.pipeline.tiny import ROOT

few = settings(
    max_examples=40,
    deadline=None,
    derandomize=True,
    database=None,
    suppress_health_check=[HealthCheck.filter_too_much, HealthCheck.too_slow],
)
PARAMETERS = read_yaml(ROOT / PARAMS)
NAN = float("nan")
Place = tuple[str | int, ...]


def places(values: Any, above: Place = ()) -> Iterator[Place]:
    """Where everything stands, `defaults` left out: those are anchors, which YAML has resolved."""
    for key, value in values.items() if isinstance(values, dict) else enumerate(values):
        if (*above, key) != ("defaults",):
            yield (*above, key)
            if isinstance(value, dict | list):
                yield from places(value, (*above, key))


PLACES = list(places(PARAMETERS))
KEYS = [place for place in PLACES if isinstance(place[-1], str)]


def at(values: Any, place: Place) -> Any:
    for step in place:
        values = values[step]
    return values


def may_lack(place: Place) -> bool:
    """What a run may have of its own, and what a family of stages takes of a node."""
    own = place[-1] in ("policy", "horizon", "demos", "every") and "runs" in place
    own |= place[:2] == ("hp", "tuning") and len(place) == 4  # fewer values to choose among
    own |= place[:2] == ("hp", "tuning_of") and len(place) == 5
    return own or (place[0] == "resources" and len(place) == 2 and place[1] != DEFAULT)


NEEDED = [place for place in KEYS if not may_lack(place)]
BLOCKS = [place for place in KEYS if isinstance(at(PARAMETERS, place), dict)]


def mutated(place: Place, change: Callable[[Any, Any], None]) -> Any:
    values = deepcopy(PARAMETERS)
    change(at(values, place[:-1]), place[-1])
    return values


def accept(values: Any) -> None:
    """Read everything that any stage reads, as the stages read it."""
    read = Settings.of(values, "params.yaml")
    for panel in (panel for panel in PANELS if panel.runs):
        for run in read.panel_params(panel).runs:
            chosen, _ = read.run_values(panel, run)
            methods.params_of(chosen, read.place_of(panel, run))
            assert read.nets(panel, run) and read.horizon(panel, run) and read.shown(panel, run)
            chooses = panel.published and run in panel.runs
            for choice in candidates(read, panel, run) if chooses else ():
                assert with_choice(read, panel, run, choice)
    for name, chosen in read.hp.experts.items():
        expert.Params.read(chosen, f"params.yaml: hp.experts.{name}")


def test_the_parameters_themselves_are_accepted():
    accept(PARAMETERS)


@few
@given(st.sampled_from(NEEDED))
def test_a_dropped_key_is_missed(place):
    with pytest.raises(Advice, match=str(place[-1])):
        accept(mutated(place, lambda here, key: here.pop(key)))


@few
@given(st.sampled_from(KEYS), st.sampled_from(["x", "_", "é"]))
def test_a_renamed_key_is_refused(place, tail):
    with pytest.raises(Advice, match=str(place[-1])):
        accept(mutated(place, lambda here, key: here.update({key + tail: here.pop(key)})))


@few
@given(st.sampled_from(BLOCKS), st.sampled_from(["surplus", "mri_", "horizn"]))
def test_a_surplus_key_is_refused(place, name):
    with pytest.raises(Advice, match=name):
        accept(mutated((*place, name), lambda here, key: here.update({key: 1})))


@few
@given(
    st.sampled_from(PLACES),
    st.sampled_from([None, "word", 1, 1.5, NAN, True, [], [1], {}, {"a": 1}]),
)
def test_a_value_of_another_type_is_refused(place, value):
    kinds = {type(at(PARAMETERS, place)), type(value)}
    assume(value is NAN or (len(kinds) > 1 and kinds != {int, float}))
    with pytest.raises(Advice) as told:
        accept(mutated(place, lambda here, key: here.__setitem__(key, value)))
    assert any(str(step) in str(told.value) for step in place)


READERS: dict[Path, Callable[[], dict[str, Any]]] = {
    TASKS: lambda: vars(TaskSets.read(TASKS, "point")),
    DEMOS: lambda: vars(DemoFile.read(DEMOS, "point", TaskSets.read(TASKS, "point").train)),
}


@pytest.mark.parametrize("path", [TASKS, DEMOS, MODEL], ids=lambda path: path.suffix)
def test_a_spoiled_file_is_refused_or_read_as_it_was(path, project):
    like, whole = load_file(MODEL), path.read_bytes()
    read = READERS.get(path, lambda: read_model(MODEL, ABOUT, like, "train it again"))
    expected = deepcopy(read())  # tensors may be views of the file

    @few
    @given(st.integers(0, 2**32))
    def spoil(seed: int):
        rng = np.random.default_rng(seed)  # every byte as likely as any other
        where, flip = rng.integers(len(whole)), 1 << rng.integers(8)
        cut = rng.random() < 0.2
        rest = b"" if cut else bytes([whole[where] ^ flip]) + whole[where + 1 :]
        path.write_bytes(whole[:where] + rest)
        try:
            found = read()
        except Advice as advice:
            assert str(path) in str(advice)
            return
        assert found.keys() == expected.keys()
        assert all(_same(found[name], expected[name]) for name in expected)

    spoil()


def _same(one: Any, other: Any) -> bool:
    if isinstance(one, torch.Tensor):
        return torch.equal(one, other)
    return np.array_equal(one, other)
