"""Methods over data settings and over demonstrations shown, from files of known content."""

import numpy as np
import pandas as pd
import pytest

from remeta.papers.smile import CLAIMS, PANELS
from remeta.papers.smile.panels import ALL, FIG4, METHODS, SETTINGS, TABLE1
from remeta.records import SCORE_COLUMNS, Run
from remeta.report import build
from remeta.report.claims.outcome import CONTRADICTED, NOT_RUN, SUPPORTED
from remeta.report.claims.verdicts import verdicts
from remeta.report.kinds import present, read
from tests.report.kinds.test_imitation import put

SEEDS, TASKS, SHOWN = (0, 1, 2, 3, 4), 3, 4
DELTAS = {  # the paper's
    "meta_bc": (0.931, 0.643, 0.468, 0.340),
    "smile": (0.181, 0.125, 0.102, 0.118),
    "smile_states": (0.186, 0.113, 0.121, 0.138),
    "meta_dagger": (0.082,),
}


def truth(run: str) -> float:
    one = Run.parse(run)
    deltas = DELTAS[one.method]
    return deltas[SETTINGS.index(one.variant)] if len(deltas) > 1 else deltas[0]


def rows(delta: float, steps: int, seed: int):
    """Nothing known costs 0.5, every task 0.01 more than the last, every seed 0.001."""
    for step in range(steps):
        for task in range(TASKS):
            value = delta + (0.5 if steps > 1 and not step else 0) + 0.01 * (task - 1)
            spent = {"adapt_step": step, "adapt_env_steps": 0, "adapt_episodes": 0, "task": task}
            yield spent | {"metric": "delta", "value": value + 0.001 * (seed - 2)}
            yield spent | {"metric": "return", "value": -100 * value}


@pytest.fixture
def root(tmp_path):
    root = tmp_path / "results"
    for seed in SEEDS:
        for run in TABLE1.runs:
            found = rows(truth(run), 1 + SHOWN, seed)
            put(root, TABLE1, "scores", run, seed, SCORE_COLUMNS, found)
        for run, delta, steps in (("random", 1.5, 1 + SHOWN), ("expert", 0.08, 1)):
            put(root, TABLE1, "scores", run, seed, SCORE_COLUMNS, rows(delta, steps, seed))
    return root


def test_what_was_scored_before_anything_was_shown_is_no_part_of_the_table(root):
    results = read(TABLE1, "tiny", SEEDS, root)
    assert [*results.lines] == [*ALL]
    for method, deltas in DELTAS.items():
        settings = SETTINGS[-len(deltas) :]
        assert [*results.lines[method]] == [*settings]
        for setting, delta in zip(settings, deltas, strict=True):
            cells = results.values(f"delta at {setting}", method)
            assert cells.shape == (len(SEEDS), TASKS)
            assert cells.mean() == pytest.approx(delta)
            np.testing.assert_allclose(np.diff(cells, axis=0), 0.001, rtol=1e-5)


def test_scores_of_runs_that_others_train_are_shown_again_by_demonstrations(root):
    results = read(FIG4, "tiny", SEEDS, root)
    assert results.exist("scores") and not read(FIG4, "other", SEEDS, root).exist("scores")
    assert {path.parents[1].name for path in results.inputs()} == {"table1"}
    assert [*results.lines] == [*METHODS] and [*results.lines["smile"]] == [1, 2, 3, 4]
    assert results.values("delta at 4", "smile").mean() == pytest.approx(DELTAS["smile"][-1])


def test_the_papers_own_numbers_bear_its_claims_out(root):
    found = {row.id: row for row in verdicts(CLAIMS, present(PANELS, "tiny", SEEDS, root), "tiny")}
    assert {row.claim for row in found.values()} >= {f"SM-{n:02}" for n in range(1, 23)}
    for claim in ("SM-01", "SM-02", "SM-03", "SM-04", "SM-05", "SM-06", "SM-07"):
        assert found[f"{claim}/table1"].verdict == SUPPORTED, found[f"{claim}/table1"].details
    assert found["SM-08/fig4"].verdict == SUPPORTED
    assert found["SM-13/walker"].verdict == found["SM-21/table1"].verdict == NOT_RUN


def test_a_claim_falls_with_the_setting_that_does_not_bear_it_out(root):
    for seed in SEEDS:
        run = f"smile-{SETTINGS[1]}"
        put(root, TABLE1, "scores", run, seed, SCORE_COLUMNS, rows(0.9, 1 + SHOWN, seed))
    two = [claim for claim in CLAIMS if claim.id in ("SM-01", "SM-02")]
    known = present(PANELS, "tiny", SEEDS, root)
    found = {row.id: row for row in verdicts(two, known, "tiny")}
    assert found["SM-01/table1"].verdict == CONTRADICTED
    assert found["SM-02/table1"].verdict == SUPPORTED


def test_both_are_written_and_drawn(root, tmp_path):
    for panel in (TABLE1, FIG4):
        build.table(panel, "tiny", SEEDS, root)
        build.figure(panel, "tiny", SEEDS, root, tmp_path)
        assert (tmp_path / "smile" / f"{panel.name}.png").stat().st_size > 5000
    table = pd.read_csv(root / "tiny/smile/tables/table1.csv")
    one = table[(table.run == "smile") & (table.setting == "16_20")].iloc[0]
    assert one["mean"] == pytest.approx(0.125) and (one.seeds, one.tasks) == (5, 3)
    cells = [0.125 + 0.01 * (t - 1) + 0.001 * (s - 2) for t in range(TASKS) for s in SEEDS]
    assert one["std"] == pytest.approx(np.std(cells), rel=1e-4)
    assert list(table[table.run == "meta_dagger"].setting) == ["64_1"]
    readers = (root / "tiny/smile/tables/table1.md").read_text().splitlines()
    assert "16 demos, 1 step in 20 [95 %]" in readers[0]
    assert readers[-1].count("0.08") == len(SETTINGS)  # the expert's, in every column


def test_who_comes_nearest_to_the_experts_stands_first(root):
    build.table(FIG4, "tiny", SEEDS, root)
    lines = (root / "tiny/smile/tables/fig4.md").read_text().splitlines()[2:]
    last = [float(line.split(" | ")[-2].split()[0]) for line in lines]
    assert last == sorted(last) and len(last) == len(METHODS)
    order = sorted(METHODS, key=lambda method: DELTAS[method][-1])
    assert last == pytest.approx([DELTAS[method][-1] for method in order], abs=0.005)
    assert order != [*METHODS]
