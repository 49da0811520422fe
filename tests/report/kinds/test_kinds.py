"""What every kind of panel promises, it keeps."""

import pytest

from remeta.papers.mame import PANELS as MAMES
from remeta.papers.mri import PANELS as MRIS
from remeta.report import build
from remeta.report.kinds import KINDS, MODULES, kind_of, read
from tests.report.trained import Trained

MADE = ("fig3_point", "ablation_steps", "ablation_correction")
SEEDS = (0, 1)


@pytest.fixture(scope="module")
def root(world_at, tmp_path_factory):
    """One panel of every kind of both papers."""
    root = tmp_path_factory.mktemp("kinds") / "results"
    held_out = world_at(root, seeds=SEEDS, tasks=4)
    for name in MADE:
        held_out.panel(name)
    trained = Trained(root, seeds=SEEDS, iterations=24)
    for name in ("fig2_corner", "fig3", "variance", "trajectories"):
        trained.panel(name)
    return root


ONE_OF_EACH = {
    panel.kind: panel
    for panel in (*MRIS, *MAMES)
    if panel.name in (*MADE, "fig2_corner", "variance", "trajectories")
}


def test_every_module_brings_one_kind_by_its_name():
    assert [kind.name for kind in KINDS.values()] == [
        module.__name__.rpartition(".")[2] for module in MODULES
    ]


@pytest.mark.parametrize("name", ONE_OF_EACH)
def test_what_is_read_and_written_is_what_the_kind_says(root, name, tmp_path):
    panel = ONE_OF_EACH[name]
    kind, results = kind_of(panel), read(panel, "tiny", SEEDS, root)
    assert {path.parent.name for path in results.inputs()} == {*kind.reads}
    build.table(panel, "tiny", SEEDS, root)
    written = {path.name for path in (root / "tiny" / panel.paper / "tables").iterdir()}
    assert {f"{panel.name}{end}" for end in kind.endings} <= written
    build.figure(panel, "tiny", SEEDS, root, tmp_path)
    drawn = {path.name for path in (tmp_path / panel.paper).iterdir()}
    parts = kind.pictures(panel)
    assert drawn == {f"{panel.name}{part}.{end}" for part in parts for end in ("pdf", "png")}
    assert {*kind.summary(results)} == {*results.runs}


@pytest.mark.parametrize("name", ONE_OF_EACH)
def test_of_every_measure_other_measures_of_the_same_thing_can_be_taken(root, name):
    results = read(ONE_OF_EACH[name], "tiny", SEEDS, root)
    run = next(iter(results.runs))
    for measure in getattr(results, "measures", ("s_1", "s_5", "coverage_0")):
        values = results.values(measure, run)
        assert len(values) == len(SEEDS) and (values.ndim == 2) == bool(results.tasks)
        for other in results.also(measure):
            assert other != measure
            assert results.unit(other) == results.unit(measure)
            assert results.values(other, run).shape == values.shape
