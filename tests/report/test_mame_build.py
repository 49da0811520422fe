"""All stages of MAME's reports: the same bytes again, both kinds of panels side by side."""

import hashlib
import json

import pandas as pd
import pytest

from remeta.papers.mame import CLAIMS, DEVIATIONS
from remeta.report import build
from tests.report.trained import BY_NAME, PROFILE, Trained

RUN = ("fig2_corner", "fig3", "promp_ant_dir", "variance", "trajectories")


def everything(made: Trained) -> None:
    for name in RUN:
        build.table(BY_NAME[name], PROFILE, made.seeds, made.root)
        build.figure(BY_NAME[name], PROFILE, made.seeds, made.root, figures(made))
    build.claims("mame", PROFILE, made.seeds, made.root)
    build.report("mame", PROFILE, made.root, figures(made))


def figures(made: Trained):
    return made.root.parent / "figures"


def digests(made: Trained) -> dict:
    files = [path for path in sorted(made.root.parent.rglob("*")) if path.is_file()]
    return {path: hashlib.sha256(path.read_bytes()).hexdigest() for path in files}


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    made = Trained(tmp_path_factory.mktemp("mame") / "results", seeds=(0, 1), iterations=24)
    for name in RUN:
        made.panel(name)
    everything(made)
    return made


def test_the_same_results_give_the_same_bytes(made):
    first = digests(made)
    everything(made)
    assert digests(made) == first


def test_every_figure_is_there_and_diagnostics_where_mame_trains(made):
    drawn = {path.stem for path in (figures(made) / "mame").glob("*.png")}
    assert drawn == {*RUN, "fig2_corner_diagnostics", "fig3_diagnostics"}
    assert all(path.with_suffix(".pdf").exists() for path in (figures(made) / "mame").glob("*.png"))


def test_tables_hold_numbers_that_anyone_can_check(made):
    folder = made.root / PROFILE / "mame" / "tables"
    table = pd.read_csv(folder / "fig2_corner.csv").set_index(["run", "measure"])
    curves = pd.concat(
        pd.read_csv(made.path("fig2_corner", "curves", "promp", seed), skiprows=1)
        for seed in made.seeds
    )
    last = curves[curves.iteration > 21].return_after
    assert table.value["promp", "final"] == pytest.approx(last.mean(), rel=1e-5)
    assert (
        table.low["promp", "final"] < table.value["promp", "final"] < table.high["promp", "final"]
    )
    by_iteration = pd.read_csv(folder / "fig2_corner_curves.csv")
    assert list(by_iteration[by_iteration.run == "mame"].iteration) == list(range(1, 25))
    assert by_iteration.train_env_steps.max() == 24 * 20_000
    assert (folder / "fig3.tex").read_text().count(r"\\") == 6
    assert len(pd.read_csv(folder / "variance_modules.csv")) == 2 * (5 * 4 + 3 * 2)


def test_readers_tables_begin_with_the_best(made):
    folder = made.root / PROFILE / "mame" / "tables"
    assert (folder / "fig2_corner.md").read_text().splitlines()[2].startswith("| MAME |")
    assert (folder / "variance.md").read_text().splitlines()[2].startswith("| MAME |")


def test_the_summary_has_every_measure_and_verdict(made):
    summary = json.loads((made.root / PROFILE / "mame" / "summary.json").read_text())
    assert set(summary["panels"]) == set(RUN)
    assert summary["panels"]["trajectories"]["mame"]["corners_after"] == 1
    assert {"final", "peak", "auc", "jitter"} <= set(summary["panels"]["fig3"]["mame"])
    assert "MAME-1/fig2_ant_dir" not in summary["claims"]  # it was not run


def test_the_report_shows_panels_claims_and_deviations(made):
    page = (made.root / PROFILE / "mame" / "report.md").read_text()
    assert page.count("![") == len(RUN) + 2
    assert "fig3_diagnostics.png" in page
    assert "expert" not in page.partition("## Claims")[0]
    assert "Not run in this profile: fig2_cheetah_dir, fig2_cheetah_vel, fig2_ant_dir, " in page
    assert all(f"### {claim.id}: {claim.says}" in page for claim in CLAIMS)
    assert all(f"- {text}" in page for text in DEVIATIONS)


def test_one_seed_is_drawn_without_bands(tmp_path):
    made = Trained(tmp_path / "results", seeds=(4,), iterations=3)
    for name in ("fig2_corner", "variance", "trajectories"):
        made.panel(name)
        build.table(BY_NAME[name], PROFILE, made.seeds, made.root)
        build.figure(BY_NAME[name], PROFILE, made.seeds, made.root, tmp_path / "figures")
    build.claims("mame", PROFILE, made.seeds, made.root)
    build.report("mame", PROFILE, made.root, tmp_path / "figures")
