"""A run meets the world that its panel says, for as long as its profile says."""

from types import SimpleNamespace

import pytest

from remeta.nets.vision import POINTS
from remeta.papers.registry import PANELS
from remeta.pipeline.panels import method_of, world_of
from remeta.pipeline.settings.params import Settings
from remeta.pipeline.sighted import drawable, seeing
from tests.pipeline.tiny import ROOT, SEED

SETTINGS = Settings.load(ROOT / "params.yaml")
RUNS = [(panel, run) for panel in PANELS for run in SETTINGS.cells(panel).train]


@pytest.mark.parametrize(("panel", "run"), RUNS, ids=lambda value: getattr(value, "id", value))
def test_the_options_of_a_panel_reach_its_world_and_its_policy(panel, run, rng, monkeypatch):
    if panel.by_sight and drawable([panel], seeing)[1]:
        pytest.skip(drawable([panel], seeing)[1])
    world = world_of(SETTINGS, panel, run)
    tasks = SimpleNamespace(train=world.family.draw(rng, 4))  # a checkout has no files of them
    monkeypatch.setattr("remeta.pipeline.panels.tasks_of", lambda *_: tasks)
    assert {name: getattr(world.family, name) for name, _ in panel.options} == dict(panel.options)
    assert world.family.name == panel.family
    assert world.horizon == SETTINGS.horizon(panel, run)
    weights = method_of(SETTINGS, panel, world, run, SEED).weights
    firsts = [
        w.shape for name, w in weights.items() if name.endswith("layers.0.weight") or name == "read"
    ]
    hidden = hidden_of(panel, run) or [world.act_size]  # linear
    seen = POINTS + world.family.beside_picture if panel.by_sight else world.obs_size
    assert (world.camera is not None) == panel.by_sight
    own = [first for first in firsts if first[1] == seen + seen_beside(panel, run, world)]
    assert own and all(first[0] == hidden[0] for first in own)


def test_forms_of_one_family_are_worlds_apart():
    sizes = {
        panel.name: world_of(SETTINGS, panel, "promp").obs_size
        for panel in PANELS
        if "promp" in panel.runs
    }
    assert (sizes["fig2_cheetah_dir"], sizes["promp_cheetah_dir"]) == (20, 17)
    assert (sizes["fig2_ant_dir"], sizes["promp_ant_dir"]) == (41, 27)


def hidden_of(panel, run) -> list[int]:
    """Of the net that acts, wherever a method has its own."""
    values, _ = SETTINGS.run_values(panel, run)
    if "memory" in values:  # three gates
        return [3 * values["memory"]]
    own = [values[name]["hidden"] for name in ("clone", "sac", "search") if name in values]
    return own[0] if own else SETTINGS.nets(panel, run).hidden


def seen_beside(panel, run, world) -> int:
    """Numbers that a policy sees beside an observation: a variable of its own, a context, or what
    it did last, what that paid, and whether it ended an episode."""
    values, _ = SETTINGS.run_values(panel, run)
    contexts = sum(values.get(who, {}).get("context", 0) for who in ("watcher", "inferrer"))
    last = world.act_size + 2 if "memory" in values else 0
    return values.get("bias", 0) + values.get("latent", 0) + contexts + last
