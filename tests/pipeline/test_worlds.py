"""A run meets the world that its panel says, for as long as its profile says."""

import pytest

from remeta.papers.registry import PANELS
from remeta.pipeline.panels import method_of, world_of
from remeta.pipeline.settings.params import Settings
from tests.pipeline.tiny import ROOT, SEED

SETTINGS = Settings.load(ROOT / "params.yaml")
RUNS = [(panel, run) for panel in PANELS for run in SETTINGS.cells(panel).train]


@pytest.mark.parametrize(("panel", "run"), RUNS, ids=lambda value: getattr(value, "id", value))
def test_the_options_of_a_panel_reach_its_world_and_its_policy(panel, run):
    world = world_of(SETTINGS, panel, run)
    assert {name: getattr(world.family, name) for name, _ in panel.options} == dict(panel.options)
    assert world.family.name == panel.family
    assert world.horizon == SETTINGS.horizon(panel, run)
    weights = method_of(SETTINGS, panel, world, run, SEED).weights
    widths = [value.shape for name, value in weights.items() if name.endswith("layers.0.weight")]
    hidden = SETTINGS.nets(panel, run).hidden
    assert widths and all(width[0] == hidden[0] for width in widths)
    assert min(width[1] for width in widths) == world.obs_size


def test_forms_of_one_family_are_worlds_apart():
    sizes = {
        panel.name: world_of(SETTINGS, panel, "promp").obs_size
        for panel in PANELS
        if "promp" in panel.runs
    }
    assert (sizes["fig2_cheetah_dir"], sizes["promp_cheetah_dir"]) == (20, 17)
    assert (sizes["fig2_ant_dir"], sizes["promp_ant_dir"]) == (41, 27)
