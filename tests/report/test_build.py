"""All stages from scores to reports: the same bytes again, and nothing lost or doubled."""

import hashlib
import json
import os
import subprocess
import sys

import numpy as np
import pandas as pd
import pytest

from remeta.frozen import Advice
from remeta.papers.mri import CLAIMS, PANELS, READING
from remeta.report import build
from remeta.report.claims.verdicts import read_claims
from remeta.report.evidence.costs import core_hours, spent
from remeta.report.figures.goals import draw_goals
from remeta.storage import write_text

BY_NAME = {panel.name: panel for panel in PANELS}
RUN = ("fig3_point", "ablation_steps", "ablation_correction")
AGAIN = """
import sys
from pathlib import Path
from remeta.papers.mri import PANELS
from remeta.report import build
name, root, figures = sys.argv[1:]
panel = next(panel for panel in PANELS if panel.name == name)
build.figure(panel, "tiny", [0, 1], Path(root), Path(figures))
heavy = {"torch", "pytorch_lightning", "mujoco"} & set(sys.modules)
assert not heavy, heavy
"""


def everything(made) -> None:
    for name in RUN:
        build.table(BY_NAME[name], "tiny", made.seeds, made.root)
        build.figure(BY_NAME[name], "tiny", made.seeds, made.root, figures(made))
    build.claims("mri", "tiny", made.seeds, made.root)
    build.report("mri", "tiny", made.root, figures(made))


def digests(*folders) -> dict[str, str]:
    paths = [path for folder in folders for path in sorted(folder.rglob("*")) if path.is_file()]
    return {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in paths}


@pytest.fixture(scope="module")
def made(world_at, tmp_path_factory):
    """Three panels of a small world, with all that is built from them; nobody changes it."""
    made = world_at(tmp_path_factory.mktemp("built") / "results", seeds=(0, 1), tasks=6)
    for name in RUN:
        made.panel(name)
    costs = made.path("fig3_point", "costs", "mri", 0).with_suffix(".json")
    costs.parent.mkdir()
    costs.write_text(json.dumps({"wall_s": 7200, "env_steps": 123456, "updates": 9}))
    everything(made)
    return made


def figures(made):
    return made.root.parent / "figures"


def test_the_same_results_give_the_same_bytes(made):
    first = digests(figures(made), made.root)
    everything(made)
    assert digests(figures(made), made.root) == first


def test_figures_do_not_depend_on_the_process(made, tmp_path):
    """Hashes of text differ between processes; nothing may be named or ordered by them."""
    words = [sys.executable, "-c", AGAIN, "fig3_point", str(made.root), str(tmp_path)]
    apart = os.environ | {"PYTHONHASHSEED": "7", "MPLBACKEND": "agg"}
    subprocess.run(words, check=True, env=apart)
    for path in (tmp_path / "mri").iterdir():
        assert path.read_bytes() == (figures(made) / "mri" / path.name).read_bytes()


def test_nothing_in_a_figure_tells_when_it_was_made(made):
    assert b"CreationDate" not in (figures(made) / "mri/fig3_point.pdf").read_bytes()
    assert b"Software" not in (figures(made) / "mri/fig3_point.png").read_bytes()


def test_tables_hold_means_that_anyone_can_check(made):
    table = pd.read_csv(made.root / "tiny/mri/tables/fig3_point.csv")
    scores = pd.concat(
        pd.read_csv(made.path("fig3_point", "scores", "maml", seed), skiprows=1)
        for seed in made.seeds
    )
    mine = scores[(scores.metric == "return") & (scores.adapt_step == 5)]
    row = table[(table.run == "maml") & (table.metric == "return") & (table.adapt_step == 5)]
    assert row["mean"].item() == pytest.approx(mine.value.mean(), rel=1e-5)
    assert row.low.item() < row.iqm.item() < row.high.item()
    assert row.adapt_episodes.item() == 100
    assert (made.root / "tiny/mri/tables/fig3_point.tex").read_text().count(r"\\") == 6


def test_curves_count_roll_outs_as_the_paper_and_honestly(made):
    curves = pd.read_csv(made.root / "tiny/mri/tables/fig3_point_curves.csv")
    last = curves[curves.iteration == 60].set_index("run")
    assert last["roll-outs"].to_dict() == {"mri": 48_000, "maml": 48_000, "imitation": 0}
    assert last["honest roll-outs"]["maml"] == 96_000
    assert last["all roll-outs"]["mri"] == 48_000 + 8000 + 500


def test_the_summary_holds_finite_numbers_and_verdicts(made):
    summary = json.loads((made.root / "tiny/mri/summary.json").read_text())
    assert set(summary["panels"]) == set(RUN)
    assert summary["panels"]["fig3_point"]["mri"]["s_5"] == pytest.approx(0.93, abs=0.05)
    assert summary["claims"]["MRI-C15/fig3_point"]["verdict"] == "supported"
    assert "MRI-C1/fig3_ant" not in summary["claims"]  # it was not run


def test_the_report_shows_what_was_run_and_says_what_was_not(made):
    page = (made.root / "tiny/mri/report.md").read_text()
    assert "../../../figures/mri/fig3_point.png" in page
    assert "| 123,456 | 2.00 |" in page
    absent = ", ".join(panel.name for panel in PANELS if panel.name not in RUN)
    assert f"Not run in this profile: {absent}." in page
    assert absent.startswith("fig3_reacher, fig3_ant, fig4_reacher, fig4_ant, point_variants, ")
    assert all(f"### {claim.id}: {claim.says}" in page for claim in CLAIMS)


def test_what_was_not_run_has_its_price_where_one_is_known(made):
    page = made.root / "tiny/mri/report.md"
    before, prices = page.read_text(), made.root / "prices.json"
    assert "In brackets" not in before
    write_text(prices, json.dumps({"tiny": {"mri_fig4_ant": {"hours": 12.345}}}))
    build.report("mri", "tiny", made.root, figures(made))
    assert "fig4_ant (12.3)" in page.read_text() and "`remeta price`" in page.read_text()
    prices.unlink()
    build.report("mri", "tiny", made.root, figures(made))
    assert page.read_text() == before


def test_the_report_has_a_line_for_every_claim_that_was_run_and_names_all_others(made):
    page = (made.root / "tiny/mri/report.md").read_text()
    glance = page.partition("## All claims\n")[2].partition("\n## ")[0]
    rows = read_claims(made.root / "tiny/mri/claims.csv")
    run = {row.id for row in rows if row.verdict != "not run"}
    assert {line.split(" | ")[0][2:] for line in glance.splitlines()[3:] if "| " in line} == run
    (missing,) = [line for line in glance.splitlines() if line.startswith("Not run yet: ")]
    named = missing.removeprefix("Not run yet: ").removesuffix(".").split(", ")
    assert named == [row.id for row in rows if row.id not in run]


def test_what_bears_on_committed_verdicts_is_told_beside_them_and_nowhere_else(made, tmp_path):
    assert "How to read these verdicts" not in (made.root / "tiny/mri/report.md").read_text()
    text = (made.root / "tiny/mri/claims.csv").read_text()
    write_text(tmp_path / "study/mri/claims.csv", text)
    build.report("mri", "study", tmp_path, figures(made))
    page = (tmp_path / "study/mri/report.md").read_text()
    section = page.partition("## How to read these verdicts\n")[2].partition("\n## ")[0]
    assert all(text in section for text in READING["study"])


def test_notes_of_costs_are_checked(tmp_path):
    (tmp_path / "mri-0.json").write_text("{")
    with pytest.raises(Advice, match=r"mri-0\.json is no note of costs"):
        spent(tmp_path)


def test_hours_of_cores_count_every_thread(tmp_path):
    for seed, threads in enumerate((1, 3)):
        note = {"wall_s": 1800, "env_steps": 1, "updates": 1, "threads": threads}
        (tmp_path / f"mri-{seed}.json").write_text(json.dumps(note))
    assert core_hours(tmp_path) == 2.0


def test_goals_are_drawn(rng, tmp_path):
    angle = rng.uniform(0, np.pi, 100)
    draw_goals(2 * np.column_stack([np.cos(angle), np.sin(angle)]), tmp_path / "fig2_goals")
    assert (tmp_path / "fig2_goals.png").stat().st_size > 5000
