"""GMPS' kinds of panels: what was spent, an expert's steps included, and tasks outside."""

from dataclasses import replace

import numpy as np
import pytest

from remeta.papers.claim import Race
from remeta.papers.gmps import CLAIMS, PANELS
from remeta.papers.gmps.comparisons import bound, goes_on, stays_behind, within
from remeta.records import IDENTITY, INSIDE, SCORE_COLUMNS, written
from remeta.report import build
from remeta.report.claims import rules
from remeta.report.claims.outcome import NOT_RUN, SUPPORTED, Outcome
from remeta.report.claims.verdicts import verdicts
from remeta.report.kinds import kind_of, present, read
from remeta.report.kinds.adaptation.curve import Curve
from remeta.report.kinds.efficiency import SPENT, by_spending, unit_of
from remeta.report.kinds.outside import by_set
from tests.report.kinds.test_economy import curve

BY_NAME = {panel.name: panel for panel in PANELS}
SEEDS = (0, 1, 2)
RETURNS = {
    "gmps": (0.2, 0.8, 0.85, 0.9, 0.9, 0.9),
    "maml": (0.1, 0.8, 0.8, 0.85, 0.85, 0.85),
    "multitask": (0.2, 0.25, 0.3, 0.3, 0.3, 0.3),
    "pearl": (0.1, 0.8, 0.8, 0.8, 0.8, 0.8),
    "rl2": (0.1, 0.78, 0.8, 0.8, 0.8, 0.8),
    "maesn": (0.1, 0.2, 0.2, 0.2, 0.2, 0.2),
    "random": (0.0, 0.1, 0.1, 0.1, 0.1, 0.1),
}


@pytest.fixture
def pushed(world):
    speed = {"gmps": 1.0, "maml": 20.0, "pearl": 3.0, "rl2": 20.0}
    made = world(seeds=SEEDS, paper="gmps", returns=RETURNS, speed=speed, spread=0.01)
    made.panel("fig3_push")
    return made


def results(world, name):
    return read(BY_NAME[name], "tiny", SEEDS, world.root)


def test_all_steps_are_those_of_training_of_the_expert_and_of_what_it_showed():
    some = curve(-80, -50, -30)
    np.testing.assert_array_equal(some.cost("steps"), [0, 100_000, 200_000])
    # 5000 steps of the expert, and 40 demonstrations of 50
    np.testing.assert_array_equal(some.cost("all steps"), [7000, 107_000, 207_000])


def test_an_experts_steps_shift_the_curve_of_who_learns_from_it_alone(pushed):
    rows = by_spending(results(pushed, "fig3_push"))
    first = {run: own[SPENT].iloc[0] for run, own in rows.groupby("run")}
    assert first["gmps"] == 50_000 + 8000 * 100 and first["maml"] == 0
    for _, own in rows.groupby("run"):
        assert (np.diff(own[SPENT]) > 0).all()


def test_a_race_counts_the_experts_steps_where_it_says_so(pushed):
    def ratio(count):
        race = Race("maml", count, over="gmps", reference="maml", share=0.9)
        return rules.judge(race, lambda _: results(pushed, "fig3_push"), "test").effect

    assert ratio("all steps") < ratio("steps")


@pytest.mark.parametrize(
    ("test", "named"),
    [
        ("s_1(gmps) - s_1(maml)", ["training ended while still improving: maml"]),
        ("0.5 s_1(gmps) - s_1(rl2)", ["training ended while still improving: rl2"]),
        ("s_1(gmps) - s_5(pearl)", []),
        ("s_1(gmps) - s_1(random)", []),
    ],
)
def test_who_was_still_improving_when_training_ended_is_named(pushed, test, named):
    found = results(pushed, "fig3_push")
    outcome = Outcome(test, "s", 0.1, 0.0, 0.2)
    assert [told for told, holds in found.cautions(outcome).items() if holds] == named
    race = replace(outcome, unit="times")
    assert not any(found.cautions(race).values())


@pytest.mark.parametrize(("most", "unit"), [(900, 1e3), (12_000, 1e3), (3e6, 1e6)])
def test_axes_count_in_units_that_leave_some_to_count(most, unit):
    assert unit_of(most)[0] == unit


def outside(world, spread=0.01):
    """GMPS improves everywhere, less the further out; MAML nowhere, PEARL in its first step."""
    for run, gain in (("gmps", 1.0), ("maml", 0.0), ("pearl", 0.0)):
        for seed in SEEDS:
            rng, rows = np.random.default_rng([seed, len(run)]), []
            for place, name in enumerate((INSIDE, "beside", "beyond")):
                for step in range(4):
                    level = gain * step / (1 + place) + rng.normal(0, spread, 5)
                    level += 0.3 * (run == "pearl" and step > 0)
                    spent = {"adapt_step": step, "adapt_env_steps": 800 * step}
                    spent |= {"adapt_episodes": 4 * step, "metric": name}
                    rows += [spent | {"task": t, "value": v} for t, v in enumerate(level)]
            whose = dict(zip(IDENTITY, ("tiny", "gmps", "fig4_outside", run, seed), strict=True))
            path = world.root / "tiny/gmps/fig4_outside/outside" / f"{run}-{seed}.csv"
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(written(SCORE_COLUMNS, rows, whose))


def test_every_set_outside_has_a_curve_of_its_own(pushed):
    outside(pushed)
    table = by_set(results(pushed, "fig4_outside"))
    last = table[(table.run == "gmps") & (table.adapt_step == 3)].set_index("set")
    np.testing.assert_allclose(last["mean"][[INSIDE, "beside", "beyond"]], [3, 1.5, 1], atol=0.05)
    assert (last.low < last["mean"]).all() and (last["mean"] < last.high).all()
    assert (last.adapt_env_steps == 2400).all() and (last.tasks == 5).all()
    found = results(pushed, "fig4_outside")
    assert found.values("beyond_3", "gmps").shape == (3, 5)
    np.testing.assert_array_equal(
        found.values("beyond_last", "gmps"), found.matrix("gmps", 3, "beyond")
    )
    assert found.unit("beyond_3") == "beyond"


def test_what_is_read_and_written_is_what_the_kinds_say(pushed, tmp_path):
    outside(pushed)
    for name in ("fig3_push", "fig4_outside"):
        panel, found = BY_NAME[name], results(pushed, name)
        assert {path.parent.name for path in found.inputs()} == {*kind_of(panel).reads}
        build.table(panel, "tiny", SEEDS, pushed.root)
        build.figure(panel, "tiny", SEEDS, pushed.root, tmp_path)
        tables = {path.name for path in (pushed.root / "tiny/gmps/tables").glob(f"{name}*")}
        assert tables == {f"{name}{end}" for end in kind_of(panel).endings}
        assert {*kind_of(panel).summary(found)} == {*found.runs}
    drawn = {path.name for path in (tmp_path / "gmps").iterdir()}
    assert drawn == {f"{n}.{e}" for n in ("fig3_push", "fig4_outside") for e in ("pdf", "png")}


def test_claims_are_judged_where_their_panels_were_run(pushed):
    outside(pushed)
    known = present(PANELS, "tiny", SEEDS, pushed.root)
    rows = {row.id: row for row in verdicts(CLAIMS, known, "tiny")}
    assert rows["GMPS-C10/fig5_vision"].verdict == NOT_RUN
    for claim in ("C4/fig3_push", "C6/fig4_outside", "C7/fig4_outside"):
        assert rows[f"GMPS-{claim}"].verdict == SUPPORTED, claim
    assert len(rows) == sum(len(claim.ids) for claim in CLAIMS)


def test_a_run_wobbles_by_what_its_last_fifth_goes_up_and_down():
    """Of two last points the distance over the root of two, whatever came before, in each seed."""
    iterations, returns = np.arange(10.0), np.zeros((2, 10))
    returns[0, -2:], returns[1, :3] = (1, 4), 100
    np.testing.assert_allclose(Curve(iterations, returns, {}).wobble, [3 / np.sqrt(2), 0])


def test_who_trains_stably_is_more_stable_by_the_claim(pushed):
    (claim,) = (claim for claim in CLAIMS if claim.id == "GMPS-C11")
    found = results(pushed, "fig3_push")
    (test,) = claim.tests
    steady, shaky = (found.values("wobble", run) for run in ("gmps", "maml"))
    judged = rules.judge(test, lambda _: found, "test")
    assert judged.unit == "return" and steady.shape == (len(SEEDS),)
    np.testing.assert_allclose(judged.effect, (shaky - steady).mean())


def test_pearl_is_as_dear_as_itself_and_gmps_within_a_factor_of_three(pushed):
    (claim,) = (claim for claim in CLAIMS if claim.id == "GMPS-C3")
    (test,) = claim.tests
    found, same = (
        rules.judge(race, lambda _: results(pushed, "fig3_push"), "test")
        for race in (test, replace(test, run="pearl"))
    )
    assert same.effect == 1 and found.effect != 1
    assert (found.least, found.most) == (1 / 3, 3)


@pytest.mark.parametrize(("level", "there"), [(0.4, False), (0.85, True)])
def test_who_is_cut_before_it_is_as_good_as_gmps_bounds_the_ratio_from_below(world, level, there):
    speed = {"gmps": 1.0, "maml": 5.0}
    returns = RETURNS | {"maml": (0.1, *[level] * 5)}
    made = world(seeds=SEEDS, paper="gmps", returns=returns, speed=speed, spread=0.01)
    made.panel("fig3_ant")
    found = rules.judge(bound(2), lambda _: results(made, "fig3_ant"), "test")
    assert (found.censored == "", np.isfinite(found.high)) == (there, there)
    if not there:
        whole = results(made, "fig3_ant").curve("maml").cost("all steps")[-1]
        least = results(made, "fig3_ant").curve("gmps").cost("all steps")[1]
        assert 0 < found.low <= found.effect <= whole / least


def test_who_goes_on_outside_gains_between_the_first_and_the_last_step(pushed):
    """Two steps of GMPS: 1 beside and 2 / 3 beyond, of which half are more than PEARL's nothing."""
    outside(pushed)
    there = results(pushed, "fig4_outside")
    contrasts = (*goes_on("beside"), *goes_on("beyond"))
    effects = [rules.judge(contrast, lambda _: there, "test").effect for contrast in contrasts]
    np.testing.assert_allclose(effects, [1, 1 / 2, 2 / 3, 1 / 3], atol=0.03)


def test_who_leads_where_nobody_opens_the_door_has_not_opened_it(world):
    level = {run: (0.0,) * 6 for run in RETURNS} | {"gmps": (0.0, *(0.05,) * 5)}
    made = world(seeds=SEEDS, paper="gmps", returns=level, spread=0.001)
    made.panel("fig5_door")
    (claim,) = (claim for claim in CLAIMS if claim.id == "GMPS-C8")
    there = results(made, "fig5_door")
    outcomes = [rules.judge(test, lambda _: there, "test") for test in claim.tests]
    assert rules.decide(outcomes)[0] != SUPPORTED


@pytest.mark.parametrize(("run", "effect"), [("pearl", -0.4), ("rl2", 0.0), ("maml", 0.0)])
def test_who_learns_by_episodes_has_as_many_as_it_is_said_to(world, run, effect):
    climbing = {name: tuple(0.1 * k for k in range(6)) for name in RETURNS}
    made = world(seeds=SEEDS, paper="gmps", returns=climbing, spread=0.001)
    made.panel("fig3_push")
    found = rules.judge(within(run), lambda _: results(made, "fig3_push"), "test").effect
    assert found == pytest.approx(effect, abs=0.01)


def test_who_stays_behind_gains_less_than_half(world):
    level = RETURNS | {"imitation": (0.1, *(0.2,) * 5)}
    made = world(seeds=SEEDS, paper="gmps", returns=level, spread=0.001)
    for name in ("fig5_door", "fig6_door"):
        made.panel(name)
    there = results(made, "fig6_door")
    found = rules.judge(stays_behind("imitation"), lambda _: there, "test").effect
    assert found == pytest.approx(0.5 * 0.7 - 0.1, abs=0.01)
