"""How steadily robots carry themselves, from courses of known deviation."""

import numpy as np
import pytest
from matplotlib.figure import Figure

from remeta.frozen import Advice
from remeta.papers.norml import CLAIMS
from remeta.papers.norml.panels import GAIT
from remeta.records import GAIT_COLUMNS, PHASES
from remeta.report import build
from remeta.report.claims.outcome import SUPPORTED
from remeta.report.claims.verdicts import verdicts
from remeta.report.kinds import gait, read
from remeta.report.rows import where
from tests.report.kinds.test_imitation import SEEDS, put

SWING = {("dr", "before"): 6, ("dr", "after"): 6, ("norml", "before"): 5, ("norml", "after"): 2}
LENGTH = {"dr": 20, "norml": 40}


@pytest.fixture
def root(tmp_path):
    """Pitches of two values, so many degrees apart in episodes of so many steps; in the first
    task every episode but the first is twice as restless, and seeds differ by a tenth."""
    root = tmp_path / "results"
    for run in LENGTH:
        for seed in SEEDS:
            rows = [
                {"task": task, "phase": phase, "episode": episode, "step": step, "pitch": pitch}
                for task in (0, 1)
                for phase in PHASES
                for episode in (0, 1)
                for step in range(LENGTH[run])
                for swing in [(SWING[run, phase] + 0.1 * seed) * (1 + (episode > task))]
                for pitch in [0.3 + np.radians(swing / 2) * (-1) ** step]
            ]
            put(root, GAIT, "gaits", run, seed, GAIT_COLUMNS, rows)
    return root


def test_unsteadiness_is_the_mean_over_episodes_of_the_pitchs_deviation(root):
    gaits = read(GAIT, "tiny", SEEDS, root)
    deviation = np.array([(2 + 0.1 * seed) / 2 for seed in SEEDS])
    both = (1.5 * deviation + deviation) / 2
    np.testing.assert_allclose(gaits.values("unsteadiness", "norml"), both)
    before = gaits.values("unsteadiness before", "norml") / gaits.values("unsteadiness", "norml")
    np.testing.assert_allclose(before, [(5 + 0.1 * seed) / (2 + 0.1 * seed) for seed in SEEDS])
    assert gaits.values("length", "dr") == pytest.approx([20] * 5)


def test_the_claim_is_about_what_is_left_after_adaptation(root):
    (claim,) = (claim for claim in CLAIMS if claim.id == "NORML-8-gait")
    (row,) = verdicts([claim], {"gait": read(GAIT, "tiny", SEEDS, root)}, "tiny")
    assert (row.verdict, row.unit) == (SUPPORTED, "degrees")
    assert row.effect == pytest.approx(1.25 * (6 - 2) / 2)
    assert "length(norml) - length(dr) > 0: 20.0" in row.details


def test_it_is_written_and_drawn(root, tmp_path):
    build.table(GAIT, "tiny", SEEDS, root)
    build.figure(GAIT, "tiny", SEEDS, root, tmp_path)
    assert (tmp_path / "norml" / "gait.png").stat().st_size > 5000
    lines = (root / "tiny/norml/tables/gait.md").read_text().splitlines()
    assert [line.split(" | ")[0] for line in lines[2:]] == ["| NoRML", "| domain rand."]


def test_a_course_is_drawn_in_degrees_and_each_wiring_in_a_colour_of_its_own(root):
    found = read(GAIT, "tiny", SEEDS, root)
    rows = where(found.rows, run="dr", phase="after", seed=0, episode=0)
    axes = Figure().add_subplot()
    gait._courses(axes, rows)
    lines = axes.get_lines()
    assert [line.get_color() for line in lines] == [colour for _, colour in gait.WIRINGS]
    assert len({line.get_color() for line in lines}) == len(lines) == 2
    swing, middle = SWING["dr", "after"] / 2, np.degrees(0.3)
    for line in lines:
        np.testing.assert_array_equal(line.get_xdata(), range(LENGTH["dr"]))
        turns = (middle + swing, middle - swing)
        np.testing.assert_allclose(line.get_ydata(), turns * (LENGTH["dr"] // 2), rtol=1e-4)


def test_a_phase_that_is_lacking_is_told(root):
    path = root / "tiny/norml/gait/gaits/dr-0.csv"
    lines = path.read_text().splitlines(keepends=True)
    path.write_text("".join(line for line in lines if not line.startswith("1,after")))
    with pytest.raises(Advice, match="lacks a phase of a task"):
        _ = read(GAIT, "tiny", SEEDS, root).rows
