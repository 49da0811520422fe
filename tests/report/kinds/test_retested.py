"""Others' runs tested again, from files of known content: their returns on the lender's scale."""

import numpy as np
import pytest

from remeta.page import evidence
from remeta.papers.mri import CLAIMS, PANELS
from remeta.records import SCORE_COLUMNS
from remeta.report import build
from remeta.report.claims.outcome import CONTRADICTED, NOT_RUN, SUPPORTED
from remeta.report.claims.verdicts import verdicts
from remeta.report.kinds import present, read
from tests.report.kinds.test_imitation import put

BY_NAME = {panel.name: panel for panel in PANELS}
POINT, CORRECTION = BY_NAME["point_std_one"], BY_NAME["correction_std_one"]
TASKS, SEEDS = 12, (0, 1, 2, 3, 4)
LEVELS = {"mri": 0.8, "maml": 0.6, "imitation": 0.5}  # after any update, on the scale
COVERAGE = {"mri": 6.0, "mri-uncorrected": 8.0, "mri-official": 9.0}


@pytest.fixture
def tested(world):
    """As published MAML is ahead; tested again MRI is, which explores less for its correction."""
    published = {"mri": (0.0,) + (0.5,) * 5, "maml": (0.0,) + (0.9,) * 5}
    made = world(seeds=SEEDS, tasks=TASKS)
    made.returns |= published
    for name in ("fig3_point", "ablation_correction", "point_variants"):
        made.panel(name)
    for panel in (POINT, CORRECTION):
        for run in panel.lenders:
            for seed in SEEDS:
                put(
                    made.root, panel, "adaptations", run, seed, SCORE_COLUMNS, rows(made, run, seed)
                )
    return made


def rows(world, run, seed):
    """Seeds differ by a little."""
    for step in range(6):
        s = LEVELS.get(run, 0.4) * (step > 0) + 0.01 * seed
        yield from world._rows(
            step, "return", np.full(TASKS, world.zero + s * (world.one - world.zero))
        )
    yield from world._rows(0, "coverage", np.full(TASKS, COVERAGE.get(run, 7.0) + 0.1 * seed))


def test_returns_are_its_own_and_the_ends_of_the_scale_the_lenders(tested):
    found, lender = (
        read(panel, "tiny", SEEDS, tested.root) for panel in (POINT, BY_NAME["fig3_point"])
    )
    assert found.scale == lender.scale
    own = tested.zero + (LEVELS["mri"] + 0.02) * (tested.one - tested.zero)
    assert found.matrix("mri", 1).mean() == pytest.approx(own)
    assert found.values("s_1", "mri").mean() == pytest.approx(0.82, abs=0.02)
    assert lender.values("s_1", "mri").mean() == pytest.approx(0.5, abs=0.05)


def test_it_was_run_when_its_own_files_are_there(tested):
    assert {"point_std_one", "correction_std_one"} <= present(
        PANELS, "tiny", SEEDS, tested.root
    ).keys()
    for path in (tested.root / "tiny/mri/point_std_one/adaptations").glob("*.csv"):
        path.unlink()
    assert "point_std_one" not in present(PANELS, "tiny", SEEDS, tested.root)


def test_claims_go_by_what_was_tested_again(tested):
    known = present(PANELS, "tiny", SEEDS, tested.root)
    found = {row.claim: row for row in verdicts(CLAIMS, known, "tiny") if row.panel in known}
    assert found["MRI-C1-std_one"].verdict == SUPPORTED
    assert found["MRI-C2-std_one"].verdict == SUPPORTED
    assert found["MRI-C14-equal_spread"].verdict == CONTRADICTED
    assert found["MRI-C14-official-equal_spread"].verdict == SUPPORTED
    assert found["MRI-C1"].verdict == CONTRADICTED  # on the point, as published
    assert all("beyond the paper" in row.place for row in found.values() if "std_one" in row.panel)
    del known["point_std_one"]
    gone = {row.claim: row.verdict for row in verdicts(CLAIMS, known, "tiny")}
    assert gone["MRI-C1-std_one"] == NOT_RUN


def test_both_are_written_and_drawn(tested, tmp_path):
    for panel in (POINT, CORRECTION):
        build.table(panel, "tiny", SEEDS, tested.root)
        build.figure(panel, "tiny", SEEDS, tested.root, tmp_path)
        assert (tmp_path / "mri" / f"{panel.name}.png").stat().st_size > 5000
    lines = (tested.root / "tiny/mri/tables/point_std_one.md").read_text().splitlines()
    assert [line.split(" | ")[0] for line in lines[2:]] == [
        "| expert",
        "| MRI",
        "| MAML",
        "| imitation",
    ]


def test_the_page_names_the_command_that_makes_each_file(tested):
    found = read(POINT, "tiny", SEEDS, tested.root)
    commands = {raw.run: raw.command for raw in evidence._raw(found)}
    assert commands["mri"] == "remeta adaptations mri_point_std_one mri 0"
    assert commands["expert"] == "remeta evaluate mri_fig3_point expert 0"
