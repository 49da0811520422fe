"""A claim that holds by its own test only is fragile."""

import pytest

from remeta.papers.claim import Contrast, Either, Race, Term, UnitTest, more, similar
from remeta.papers.mri.comparisons import better
from remeta.report.claims.yardsticks import against, yardsticks
from remeta.report.kinds import read
from tests.report.trained import BY_NAME, PROFILE, Trained


def find(results):
    return lambda _: results


def lines(**runs: tuple[float, ...]) -> dict:
    return {run: runs.get(run, (0.2,) * 6) for run in ("mri", "maml", "imitation", "random")}


def test_a_lead_throughout_holds_by_all(results_of):
    results = results_of("fig3_point", returns=lines(mri=(0.5,) * 6, maml=(0.2,) * 6))
    found = yardsticks(better("mri", "maml", 1), find(results), "")
    assert found == dict.fromkeys(
        ("", "by s 5", "by s area", "by probability of improvement", "above -0.05", "above 0.05"),
        True,
    )
    assert against(better("mri", "maml", 1), find(results), "") == []


def test_a_lead_at_first_alone_is_fragile(results_of):
    results = results_of(
        "fig3_point", returns=lines(mri=(0, 0.6, 0.4, 0.3, 0.3, 0.3), maml=(0, 0.5) + (0.5,) * 4)
    )
    test = better("mri", "maml", 1)
    assert against(test, find(results), "") == ["by s 5", "by s area"]


def test_another_step_stands_in_for_its_own_measure_only(results_of):
    """A gain since the start is no gain of the fifth step over itself."""
    results = results_of("fig3_point", returns=lines(mri=(0.2, *(0.8,) * 5)))
    gain = Contrast((Term(1, "s_1", "mri"), Term(-1, "s_0", "mri")), above=0.0)
    assert against(gain, find(results), "") == []


def test_a_hair_above_its_threshold_is_fragile(results_of):
    results = results_of(
        "fig3_point", returns=lines(mri=(0.53,) * 6, maml=(0.5,) * 6), spread=0.002
    )
    assert against(better("mri", "maml", 1), find(results), "") == ["above 0.05"]
    behind = better("maml", "mri", 1, by=-0.05)
    assert "above 0" in against(behind, find(results), "")


def test_one_lucky_seed_does_not_improve_most(tmp_path):
    made = Trained(tmp_path / "results", ends={"mame": 0.5, "promp": 0.5}, noise={}, spread=0.0)
    made.panel("fig2_corner")
    path = made.path("fig2_corner", "curves", "mame", 0)
    whose, head, *lines = path.read_text().splitlines()
    rows, after = [line.split(",") for line in lines], head.split(",").index("return_after")
    for row in rows:
        row[after] = str(3 * float(row[after]))
    path.write_text("\n".join([whose, head, *map(",".join, rows), ""]))
    training = read(BY_NAME["fig2_corner"], PROFILE, made.seeds, made.root)
    assert yardsticks(more("final", "mame", "promp"), find(training), "")[""]
    assert "by probability of improvement" in against(
        more("final", "mame", "promp", by=0.02), find(training), ""
    )


def test_races_are_run_to_the_next_shares_too(tmp_path):
    made = Trained(tmp_path / "results", noise={}, spread=0.0, peaks={})
    made.ends["promp"] = 0.8 * made.ends["mame"]  # gets to 50 % of MAME's gain, never to 80 %
    made.panel("fig2_corner")
    training = read(BY_NAME["fig2_corner"], PROFILE, made.seeds, made.root)
    race = Race("promp", "steps", "mame", "mame", share=0.8, most=1.5)
    assert yardsticks(race, find(training), "") == {"": False, "to 50 %": True, "to 90 %": False}
    assert against(race, find(training), "") == ["to 50 %"]


def test_of_two_ways_to_hold_one_is_enough(results_of):
    results = results_of("fig3_point", returns=lines(mri=(0.5,) * 6))
    either = Either((better("maml", "mri", 1), better("mri", "maml", 1)))
    assert yardsticks(either, find(results), "")[""]
    assert yardsticks(UnitTest(("a",)), find(results), "") == {}


@pytest.mark.parametrize("measure", ["coverage_0", "s_0"])
def test_what_is_measured_before_updates_has_no_other_measure(results_of, measure):
    found = yardsticks(more(measure, "mri", "maml"), find(results_of("fig3_point")), "")
    assert not any(name.startswith("by s") or name.startswith("by cov") for name in found)


def test_both_bounds_are_moved(tmp_path):
    made = Trained(tmp_path / "results")
    made.panel("fig2_corner")
    training = read(BY_NAME["fig2_corner"], PROFILE, made.seeds, made.root)
    found = yardsticks(similar("peak", "promp", "mame"), find(training), "")
    assert {"above -0.2", "above -0.05", "below 0.05", "below 0.2"} <= {*found}
    one = Contrast((Term(1, "drawdown", "mame"),), below=0.1)
    assert {"below 0.05", "below 0.2"} <= {*yardsticks(one, find(training), "")}
