"""Several metrics of every run, and the walker's scale, from files of known content."""

import json

import numpy as np
import pandas as pd
import pytest

from remeta.papers.smile import CLAIMS, PANELS
from remeta.papers.smile.panels import ALL, D3, DAGGER, FAULTS, FIG2, SORT, TABLE1, WALK
from remeta.records import SCORE_COLUMNS
from remeta.report import build
from remeta.report.claims.outcome import CONTRADICTED, SUPPORTED
from remeta.report.claims.verdicts import verdicts
from remeta.report.kinds import present, read
from remeta.report.kinds.walkers import adapted, kept
from tests.report.kinds.test_imitation import put

SEEDS, TASKS = (0, 1, 2, 3, 4), 3
RETURNS = {"base": 1950.0, "expert": 3580.0, "random": 900.0}  # as the paper's rows imply
ADAPTED = {"meta_bc": -0.403, "smile": 0.710, "smile_states": 0.738, "meta_dagger": 0.275}
SUCCESS = {"meta_bc": 0.50, "smile": 0.68, "smile_states": 0.65, "meta_dagger": 0.67}
NO_OP = {"meta_bc": 0.0, "smile": 0.02, "smile_states": 0.01, "meta_dagger": 0.14}
ENDS = ("random", "expert")


def rows(step, seed, **metrics):
    """Tasks differ by a hundredth of a metric, seeds by a thousandth."""
    for name, value in metrics.items():
        for task in range(TASKS):
            own = value * (1 + 0.01 * (task - 1)) + 0.001 * abs(value) * (seed - 2)
            spent = {"adapt_step": step, "adapt_env_steps": 0, "adapt_episodes": 0, "task": task}
            yield spent | {"metric": name, "value": own}


def score(root, panel, run, steps):
    """Metrics after each of some steps."""
    for seed in SEEDS:
        found = [row for step, metrics in enumerate(steps) for row in rows(step, seed, **metrics)]
        put(root, panel, "scores", run, seed, SCORE_COLUMNS, found)


def note(root, panel, run, shown, queries):
    folder = root / "tiny" / panel.paper / panel.name / "costs"
    folder.mkdir(parents=True, exist_ok=True)
    for seed in SEEDS:
        told = {"wall_s": 1, "env_steps": 1, "updates": 1}
        told |= {"expert_steps": shown, "expert_queries": queries}
        (folder / f"{run}-{seed}.json").write_text(json.dumps(told))


@pytest.fixture
def root(tmp_path):
    root = tmp_path / "results"
    for run in ("random", "expert", "base"):
        score(root, WALK, run, [{"return": RETURNS[run]}] * (2 if run == "random" else 1))
    for run in ALL:
        value = RETURNS["base"] + ADAPTED[run] * (RETURNS["expert"] - RETURNS["base"])
        score(root, WALK, run, [{"return": 1000.0}, {"return": value}])
        note(root, WALK, run, 80_000, 69_000_000 if run == "meta_dagger" else 0)
        after = [
            {"return": 1.0, "success": SUCCESS[run] + gain, "no_op": NO_OP[run]}
            for gain in (-0.6, *(0.02 * (shown - 4.5) for shown in range(1, 9)))
        ]
        score(root, SORT, run, after)
        note(root, SORT, run, 51_200, 7_000_000 if run == "meta_dagger" else 0)
    for run in ENDS:
        ends = {"return": 1.0, "success": float(run == "expert"), "no_op": 0.0}
        score(root, SORT, run, [ends] * (9 if run == "random" else 1))
    return root


def found(root, panels=(WALK, SORT)):
    known = present([panel for panel in PANELS if panel in panels], "tiny", SEEDS, root)
    return {row.id: row for row in verdicts(CLAIMS, known, "tiny")}


def test_a_metric_is_after_so_many_demonstrations_or_on_average_over_them(root):
    results = read(SORT, "tiny", SEEDS, root)
    assert results.shown == [*range(1, 9)]
    for run in ALL:
        assert results.values("success", run).shape == (len(SEEDS), TASKS)
        assert results.values("success", run).mean() == pytest.approx(SUCCESS[run])
        gain = results.values("success at 8", run) - results.values("success at 1", run)
        assert gain.mean() == pytest.approx(0.14, rel=1e-3)
    assert results.values("queries", "meta_dagger").ravel().tolist() == [7e6] * 5
    assert results.values("shown", "smile").ravel().tolist() == [51_200] * 5


def test_the_walkers_metric_is_one_for_the_expert_and_nothing_for_the_base_policy(root):
    results = read(WALK, "tiny", SEEDS, root)
    assert results.values("adapted", "expert").mean() == pytest.approx(1, abs=1e-6)
    assert results.values("adapted", "base").mean() == pytest.approx(0, abs=1e-6)
    for run, value in ADAPTED.items():
        assert results.values("adapted", run).mean() == pytest.approx(value, abs=0.02)


def test_halfway_is_a_half_whatever_the_task(rng):
    base = rng.uniform(1000, 2000, 25)
    expert = base + rng.uniform(100, 3000, 25)
    returns = np.stack([base, expert, (base + expert) / 2, 2 * base - expert])
    expected = np.repeat([[0.0], [1.0], [0.5], [-1.0]], 25, axis=1)
    np.testing.assert_allclose(adapted(returns, base, expert), expected, atol=1e-12)
    np.testing.assert_array_equal(kept(returns, base, expert), returns)


def test_tasks_of_poor_experts_are_left_out_of_metric_and_return():
    base, expert = np.array([1000.0, 2000, 3000]), np.array([2000.0, 1000, 3000])
    returns = np.array([[1500.0, 9e9, -9e9]])
    assert adapted(returns, base, expert).tolist() == [[0.5]]
    assert kept(returns, base, expert).tolist() == [[1500.0]]


def test_where_no_expert_is_better_there_is_no_number(root):
    score(root, WALK, "base", [{"return": 4000.0}])
    results = read(WALK, "tiny", SEEDS, root)
    assert np.isnan(results.values("adapted", "smile")).all()
    rows = found(root)
    assert {rows[f"SM-{n}/walker"].verdict for n in (13, 14, 15, 16)} == {"inconclusive"}
    build.table(WALK, "tiny", SEEDS, root)
    assert "| SMILe | - [" in (root / "tiny/smile/tables/walker.md").read_text()


def test_the_papers_own_numbers_bear_its_claims_out(root):
    rows = found(root)
    for claim in ("SM-13", "SM-14", "SM-15", "SM-16"):
        assert rows[f"{claim}/walker"].verdict == SUPPORTED, rows[f"{claim}/walker"].details
    for claim in ("SM-17", "SM-18", "SM-19", "SM-20"):
        assert rows[f"{claim}/classify"].verdict == SUPPORTED, rows[f"{claim}/classify"].details


def test_who_was_shown_more_than_a_tenth_of_what_the_other_asked_bears_a_claim_against_it(root):
    for run in (*TABLE1.runs, *ENDS):
        steps = 1 if run == "expert" else 5
        score(root, TABLE1, run, [{"return": -1.0, "delta": 0.5}] * steps)
        note(root, TABLE1, run, 99_200, 900_000 if run == DAGGER else 0)
    row = found(root, (WALK, SORT, TABLE1))["SM-22/table1"]
    assert row.verdict == CONTRADICTED and row.effect == pytest.approx(900_000 - 992_000)
    note(root, TABLE1, DAGGER, 1_984_000, 15_000_000)
    assert found(root, (WALK, SORT, TABLE1))["SM-22/table1"].verdict == SUPPORTED


def on_goals(root, before=1.5, **others):
    """The official loss makes of 0.5 m 1.5, of which SMILe is at 0.4; RL alone stays at 1.6."""
    gaps = {"meta_bc": 0.5, "smile": 0.4, "smile_states": 0.45, "meta_dagger": 0.4} | others
    for panel, own in ((FIG2, gaps), (D3, {"sparse_sac": 1.6}), (FAULTS[1], {})):
        for run in (*panel.runs, *ENDS):
            method = run.partition("-")[0]
            gap = own.get(method, before if method in ALL else 2.0)
            gap += 0.2 if run == "sparse_sac-official" else 0.0
            each = {"return": -gap, "closest": gap, "reached": float(gap < 0.5)}
            score(root, panel, run, [each] * (1 if run == "expert" else 2))
            note(root, panel, run, 100, 0)
    return found(root, (FIG2, D3, FAULTS[1]))


def test_reinforcement_learning_alone_and_faults_of_the_official_code_are_judged(root):
    rows = on_goals(root)
    for claim in ("SM-12/d3", "SM-goal/d3", "SM-pre_tanh-goal/faults_goal"):
        assert rows[claim].verdict == SUPPORTED, rows[claim].details
    assert rows["SM-pre_tanh-goal/faults_goal"].effect == pytest.approx(1.5 / 2 - 0.5 + 0.4 / 2)
    assert rows["SM-dagger-goal/faults_goal"].verdict == SUPPORTED


def test_what_a_fault_explains_is_the_share_of_the_gap_that_goes_with_it(root):
    on_goals(root)
    results = read(FAULTS[1], "tiny", SEEDS, root)
    assert results.explained("meta_bc-pre_tanh", "closest") == pytest.approx((1.5 - 0.5) / 1.1)
    assert results.explained("meta_dagger-official", "closest") == pytest.approx(1.0)
    build.table(FAULTS[1], "tiny", SEEDS, root)
    head, _, *lines = (root / "tiny/smile/tables/faults_goal.md").read_text().splitlines()
    assert head.endswith("| closest explained | reached explained | seeds |")
    assert [line.split("|")[-4].strip() for line in lines] == ["0.91", "1.00", "", "", "", ""]


def test_all_are_written_and_drawn(root, tmp_path):
    on_goals(root)
    for panel in (SORT, D3):  # lines, and dots
        build.table(panel, "tiny", SEEDS, root)
        build.figure(panel, "tiny", SEEDS, root, tmp_path)
        assert (tmp_path / "smile" / f"{panel.name}.png").stat().st_size > 5000
    table = pd.read_csv(root / "tiny/smile/tables/classify.csv")
    one = table[(table.run == "smile") & (table.metric == "success")].set_index("shown")
    assert one.loc[0, "mean"] == pytest.approx(0.68) and one.loc[8, "mean"] == pytest.approx(0.75)
    assert one.loc[0, "std"] == pytest.approx(0.68 * 0.001 * np.std(SEEDS), rel=0.1)
    readers = (root / "tiny/smile/tables/classify.md").read_text()
    assert "success [95 %]" in readers and "7,000,000" in readers


def test_returns_are_of_the_tasks_that_are_kept(root):
    for seed in SEEDS:  # the expert of the first task is poor
        own = [*rows(0, seed, **{"return": RETURNS["expert"]})]
        own = [row | ({"value": 0.0} if row["task"] == 0 else {}) for row in own]
        put(root, WALK, "scores", "expert", seed, SCORE_COLUMNS, own)
    results = read(WALK, "tiny", SEEDS, root)
    np.testing.assert_array_equal(
        results.values("return", "smile"), results.matrix("smile", 1)[:, 1:]
    )
    assert results.values("adapted", "smile").shape == (len(SEEDS), TASKS - 1)


def everywhere(root, **worse):
    on_goals(root)
    deltas = {"meta_bc": 0.34, "meta_dagger": 0.08} | worse
    for run in (*TABLE1.runs, *ENDS):
        own = deltas.get(run.partition("-")[0], 0.12)
        score(root, TABLE1, run, [{"return": -own, "delta": own}] * (1 if run == "expert" else 5))
        note(root, TABLE1, run, 1, 0)
    return found(root, (TABLE1, FIG2, WALK, SORT))["SM-21/table1"].verdict


def test_smile_is_ahead_only_if_it_is_in_every_world(root):
    assert everywhere(root) == SUPPORTED
    assert everywhere(root, meta_bc=0.05) == CONTRADICTED
    score(root, WALK, "smile", [{"return": 1000.0}] * 2)
    assert everywhere(root) == CONTRADICTED


def test_no_fault_explains_a_gap_that_is_not_there(root):
    found = on_goals(root, before=0.3, meta_bc=0.35, smile=0.5)
    assert found["SM-pre_tanh-goal/faults_goal"].verdict == CONTRADICTED
    assert np.isnan(read(FAULTS[1], "tiny", SEEDS, root).explained("meta_bc-pre_tanh", "closest"))
