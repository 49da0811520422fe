"""A metric over one number: of tasks, of what adaptation has spent, of what runs differ in."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from remeta.frozen import Advice
from remeta.papers.claim import more
from remeta.papers.dataset import Dataset
from remeta.papers.panel import Panel
from remeta.records import IDENTITY, SCORE_COLUMNS, Run, written
from remeta.report import build
from remeta.report.claims import rules
from remeta.report.claims.outcome import CONTRADICTED, SUPPORTED
from remeta.report.claims.yardsticks import yardsticks
from remeta.report.kinds import read

BIASES = (-1.0, 0.0, 2.0)
SEEDS = (0, 1, 2, 3, 4)
WORLD = Dataset("cartpole", "cartpole")
BIASED = Panel(
    "mri", "biased", "Biased sensors", "It copes.", WORLD, ("mri", "maml"), x="bias",
    kind="sweep", over="bias",
)  # fmt: skip
DEMOS = replace(
    BIASED, name="demos", x="demonstrations", over="variant",
    runs=("mri-demos1", "mri-demos4", "maml-demos4", "maml-demos16"),
)  # fmt: skip
SPENT = replace(BIASED, name="spent", x="environment steps", over="adapt_env_steps")


def score(run: str, seed: int, step: int, task: int, bias: float) -> float:
    """MRI does not mind a bias, MAML does; both gain with updates and demonstrations."""
    found = Run.parse(run)
    number = float(found.variant.removeprefix("demos") or 0)
    return 10 * step + number - (abs(bias) if found.method == "maml" else 0) + 0.1 * seed + task


def write(root, panel: Panel) -> None:
    """Three tasks for every bias, adapted twice."""
    columns = [*SCORE_COLUMNS, *([panel.over] if panel.over == "bias" else [])]
    for run in panel.runs:
        for seed in SEEDS:
            rows = [
                {"task": 3 * k + task, "adapt_step": step, "adapt_env_steps": 200 * step + task,
                 "adapt_episodes": step, "bias": bias, "metric": "return",
                 "value": score(run, seed, step, task, bias)}
                for step in range(3) for k, bias in enumerate(BIASES) for task in range(3)
            ]  # fmt: skip
            path = root / "tiny" / "mri" / panel.name / "scores" / f"{run}-{seed}.csv"
            path.parent.mkdir(parents=True, exist_ok=True)
            whose = dict(zip(IDENTITY, ("tiny", "mri", panel.name, run, seed), strict=True))
            path.write_text(written(columns, rows, whose))


@pytest.fixture
def sweep(tmp_path):
    def make(panel: Panel):
        write(tmp_path / "results", panel)
        return read(panel, "tiny", SEEDS, tmp_path / "results")

    return make


def test_tasks_are_grouped_by_what_they_vary_in(sweep):
    """After the last step: the mean over seeds and the bias's three tasks, by hand."""
    lines = sweep(BIASED).lines
    assert [*lines["maml"]] == [*BIASES]
    for bias, cells in lines["maml"].items():
        assert cells.shape == (5, 3)
        assert cells.mean() == pytest.approx(20 - abs(bias) + 0.2 + 1)


def test_runs_of_a_method_are_points_of_one_line(sweep):
    lines = sweep(DEMOS).lines
    assert {run: [*points] for run, points in lines.items()} == {"mri": [1, 4], "maml": [4, 16]}
    assert lines["mri"][4].mean() - lines["mri"][1].mean() == pytest.approx(3)


def test_points_are_what_adaptation_has_spent(sweep):
    results = sweep(SPENT)
    assert [*results.lines["mri"]] == pytest.approx([1, 201, 401])  # a task more, a step more
    assert results.values("return at 300", "mri").mean() == pytest.approx(10 + 0.2 + 1)


def test_overall_is_the_area_over_the_axis(sweep):
    results = sweep(BIASED)
    curve = np.array([cells.mean(1) for cells in results.lines["maml"].values()])
    area = ((curve[0] + curve[1]) / 2 * 1 + (curve[1] + curve[2]) / 2 * 2) / 3
    np.testing.assert_allclose(results.values("return overall", "maml")[:, 0], area)


def test_claims_compare_points(sweep):
    results = sweep(BIASED)
    found = rules.judge(more("return at 2", "mri", "maml"), lambda _: results, "X-1")
    assert (found.verdict, found.effect, found.unit) == (SUPPORTED, pytest.approx(2), "return")
    other = rules.judge(more("return overall", "maml", "mri"), lambda _: results, "X-1")
    assert other.verdict == CONTRADICTED
    assert yardsticks(more("return at 2", "mri", "maml"), lambda _: results, "X-1") == {
        "": True, "by return overall": True, "by probability of improvement": True,
    }  # fmt: skip


def test_it_is_written_and_drawn_like_any_panel(sweep, tmp_path):
    for panel in (BIASED, DEMOS, SPENT):
        root = sweep(panel).root
        build.table(panel, "tiny", SEEDS, root)
        build.figure(panel, "tiny", SEEDS, root, tmp_path)
        assert (tmp_path / f"mri/{panel.name}.png").stat().st_size > 5000
    table = pd.read_csv(root / "tiny/mri/tables/biased.csv")
    row = table[(table.run == "maml") & (table.bias == 2)].iloc[0]
    assert row["mean"] == pytest.approx(19.2) and row.low < 19.2 < row.high
    readers = (root / "tiny/mri/tables/biased.md").read_text()
    assert readers.startswith("| run | bias -1 [95 %] | bias 0 [95 %] | bias 2 [95 %] | seeds |")
    assert readers.splitlines()[2].startswith("| MRI |")


def test_a_variant_without_a_number_is_advised(sweep):
    with pytest.raises(Advice, match="mri of mri_odd ends with no number"):
        _ = sweep(replace(DEMOS, name="odd", runs=("mri", "maml-demos4"))).lines
