"""What is seen of who imitates, and of how trained runs adapt, from files of known content."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from remeta.frozen import Advice
from remeta.papers.claim import higher, more
from remeta.papers.lecture.panels import DRIFT, IMITATION
from remeta.papers.norml.panels import BIAS, STEPS
from remeta.records import DRIFT_COLUMNS, IDENTITY, SCORE_COLUMNS, VISITED, written
from remeta.report import build
from remeta.report.claims import rules
from remeta.report.claims.outcome import SUPPORTED
from remeta.report.kinds import read

SEEDS = (0, 1, 2, 3, 4)
RETURNS = {"random": 10.0, "expert": 110.0, "bc": 40.0, "gail": 90.0, "airl": 95.0, "rail": 60.0}


def put(root, panel, kind, run, seed, columns, rows):
    path = root / "tiny" / panel.paper / panel.name / kind / f"{run}-{seed}.csv"
    path.parent.mkdir(parents=True, exist_ok=True)
    whose = dict(zip(IDENTITY, ("tiny", panel.paper, panel.name, run, seed), strict=True))
    path.write_text(written(columns, rows, whose))


def scored(value, step=0, task=0, **beside):
    spent = {"adapt_env_steps": 100 * step, "adapt_episodes": step}
    return {"task": task, "adapt_step": step, "metric": "return", "value": value} | spent | beside


@pytest.fixture
def root(tmp_path):
    return tmp_path / "results"


def imitation(root):
    """Every further demonstration is worth one, and seeds differ by a tenth."""
    for seed in SEEDS:
        for run in (*IMITATION.runs, "random", "expert"):
            method, _, demos = run.partition("-demos")
            value = RETURNS[method] + float(demos or 0) + 0.1 * seed
            rows = [scored(value, step) for step in range(1 if run == "expert" else 2)]
            put(root, IMITATION, "scores", run, seed, SCORE_COLUMNS, rows)
    return read(IMITATION, "tiny", SEEDS, root)


def test_methods_are_lines_over_demonstrations_between_both_ends_of_the_scale(root):
    results = imitation(root)
    assert {run: [*points] for run, points in results.lines.items()} == {
        method: [1, 4, 25] for method in ("bc", "gail", "airl", "rail")
    }
    assert results.scale == pytest.approx((10.2, 110.2))
    np.testing.assert_allclose(
        results.values("share at 4", "gail")[:, 0],
        [(94 + 0.1 * seed - 10.2) / 100 for seed in SEEDS],
    )
    found = rules.judge(more("return at 4", "gail", "bc"), lambda _: results, "X-1")
    assert (found.verdict, found.effect, found.unit) == (SUPPORTED, pytest.approx(50), "return")
    found = rules.judge(higher("share at 25", "airl", 0.9), lambda _: results, "X-1")
    assert (found.verdict, found.unit) == (SUPPORTED, "share")


def test_who_was_shown_one_number_of_demonstrations_is_a_point_and_is_that_overall(root, tmp_path):
    runs = tuple(run for run in IMITATION.runs if run.endswith("-demos25"))
    imitation(root)
    results = read(one := replace(IMITATION, runs=runs), "tiny", SEEDS, root)
    assert {run: [*points] for run, points in results.lines.items()} == {
        run.partition("-")[0]: [25] for run in runs
    }
    for run in results.lines:
        overall, there = (results.values(f"share {at}", run) for at in ("overall", "at 25"))
        np.testing.assert_allclose(overall.mean(-1), there.mean(-1))
    assert results.also("share at 25") == ("share overall",)
    assert results.also("share overall") == ("return overall",)
    build.figure(one, "tiny", SEEDS, root, tmp_path)
    assert (tmp_path / "lecture/imitation.png").stat().st_size > 5000


def drift(root, late: float = 1.0):
    """In the expert's states an error of 0.1; in its own BC's grows to so much."""
    for _, run in DRIFT.borrowed:
        for seed in SEEDS:
            rows = [
                {"visited": visited, "step": step, "error": 0.1 + grown * step / 9 + 0.01 * seed}
                for visited in VISITED
                for step in range(10)
                for grown in [late if visited == "own" and run.startswith("bc") else 0]
            ]
            put(root, DRIFT, "drifts", run, seed, DRIFT_COLUMNS, rows)
    return read(DRIFT, "tiny", SEEDS, root)


def test_the_drift_is_what_the_late_error_is_larger_in_ones_own_states(root):
    results = drift(root)
    assert results.values("drift", "bc-demos4") == pytest.approx([7 / 9] * 5)  # steps 5 to 9
    assert results.values("drift", "gail-demos4") == pytest.approx([0] * 5)
    assert results.values("error", "bc-demos4") == pytest.approx([0.1 + 0.01 * s for s in SEEDS])
    assert results.values("own error", "bc-demos4")[0] == pytest.approx(0.6)
    found = rules.judge(higher("drift", "bc-demos4", 0.0), lambda _: results, "X-1")
    assert found.verdict == SUPPORTED


def test_a_step_that_is_lacking_is_told(root):
    drift(root)
    path = root / "tiny/lecture/drift/drifts/bc-demos4-0.csv"
    lines = path.read_text().splitlines(keepends=True)
    path.write_text("".join(lines[:5] + lines[6:]))
    with pytest.raises(Advice, match="lacks or repeats steps"):
        _ = read(DRIFT, "tiny", SEEDS, root).rows


def adapted(root, panel):
    """Every step is worth ten; a bias costs its size."""
    grid = panel.grid or tuple((0.0, 0.0) for _ in range(3))
    for _, run in panel.borrowed:
        for seed in SEEDS:
            rows = [
                scored(
                    10 * step - abs(x) + seed, step, task, **({panel.over: x} if panel.grid else {})
                )
                for step in range(panel.updates + 1)
                for task, (x, _) in enumerate(grid)
            ]
            columns = SCORE_COLUMNS + ((panel.over,) if panel.grid else ())
            put(root, panel, "adaptations", run, seed, columns, rows)
    return read(panel, "tiny", SEEDS, root)


def test_trained_runs_are_points_over_steps_of_adaptation_or_over_a_grid(root):
    steps, bias = adapted(root, STEPS), adapted(root, BIAS)
    assert [*steps.lines["norml"]] == [0, 1, 2, 3, 4, 5]
    assert steps.lines["norml"][3].mean() == pytest.approx(32)
    assert [*bias.lines["dr"]] == [float(x) for x in range(-10, 11, 2)]
    assert bias.lines["dr"][-6.0].mean() == pytest.approx(10 - 6 + 2)


def test_all_are_written_and_drawn(root, tmp_path):
    for make in (imitation, drift):
        make(root)
    for panel in (STEPS, BIAS):
        adapted(root, panel)
    for panel in (IMITATION, DRIFT, STEPS, BIAS):
        build.table(panel, "tiny", SEEDS, root)
        build.figure(panel, "tiny", SEEDS, root, tmp_path)
        assert (tmp_path / panel.paper / f"{panel.name}.png").stat().st_size > 5000
    readers = (root / "tiny/lecture/tables/imitation.md").read_text()
    assert readers.splitlines()[2].startswith("| AIRL |")
    table = pd.read_csv(root / "tiny/lecture/tables/drift_steps.csv")
    own = table[(table.run == "bc-demos4") & (table.visited == "own") & (table.step == 9)].iloc[0]
    assert own["mean"] == pytest.approx(1.12)


def test_a_run_named_without_a_number_is_advised(root):
    imitation(root)
    odd = replace(IMITATION, runs=("bc", *IMITATION.runs[3:]))
    for seed in SEEDS:
        put(root, odd, "scores", "bc", seed, SCORE_COLUMNS, [scored(1.0), scored(1.0, 1)])
    with pytest.raises(Advice, match="ends with no number"):
        _ = read(odd, "tiny", SEEDS, root).lines
