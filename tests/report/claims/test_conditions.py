"""A panel and its evenly tuned sibling: one figure, one list of claims, two verdicts."""

import json

import pytest

from remeta.frozen import Advice
from remeta.papers import registry
from remeta.papers.panel import tuned
from remeta.report import build
from remeta.report.claims.conditions import Pair, pairs
from remeta.report.claims.outcome import CONTRADICTED, INCONCLUSIVE, NOT_RUN, SUPPORTED
from remeta.report.claims.verdicts import Verdict, read_claims
from remeta.report.figures import sides
from tests.report.conftest import BY_NAME

NAME = "fig4_reacher"
SIBLING = tuned(BY_NAME[NAME])
WEAK = {"mri": (0.3, *(0.8,) * 5), "maml": (0.1,) * 6, "imitation": (0.1,) * 6, "random": (0,) * 6}


@pytest.fixture
def made(world):
    """As published MRI beats all, evenly tuned imitation beats it."""
    made = world(returns=WEAK)
    for name in ("fig3_reacher", NAME):
        made.panel(name)
    made.returns = WEAK | {"imitation": (0.5, *(0.95,) * 5)}
    return made


def run_tuned(made) -> None:
    """The sibling's results, and what its runs chose."""
    made.panel(SIBLING.name)
    folder = made.root / "tiny/mri" / SIBLING.name / "tuning"
    folder.mkdir()
    for run, chosen in (("mri", 1.0), ("imitation", 0.03)):
        choice = {"test_rate": {"published": 1.0, "chosen": chosen}}
        (folder / f"{run}.json").write_text(json.dumps(choice))


def tables(made) -> None:
    for panel in (BY_NAME["fig3_reacher"], BY_NAME[NAME]):
        build.table(panel, "tiny", made.seeds, made.root)
    if (made.root / "tiny/mri" / SIBLING.name).exists():
        build.table(SIBLING, "tiny", made.seeds, made.root)
    build.claims("mri", "tiny", made.seeds, made.root)
    build.report("mri", "tiny", made.root, made.root.parent)


def test_a_sibling_is_the_same_panel_with_its_own_runs():
    assert (SIBLING.name, SIBLING.published) == ("fig4_reacher_tuned", NAME)
    borrowing = tuned(BY_NAME["ablation_steps"])
    assert borrowing.borrowed == (("fig3_point_tuned", "mri"),)
    assert (SIBLING.kind, SIBLING.runs, SIBLING.data) == tuple(
        getattr(BY_NAME[NAME], part) for part in ("kind", "runs", "data")
    )
    assert registry.conditions(BY_NAME[NAME]) == [BY_NAME[NAME], SIBLING]
    assert registry.conditions(BY_NAME["fig3_point"]) == [BY_NAME["fig3_point"]]


def test_each_claim_has_a_row_for_either_condition(made):
    run_tuned(made)
    tables(made)
    rows = {row.id: row for row in read_claims(made.root / "tiny/mri/claims.csv")}
    both = [rows[name] for name in (f"MRI-C6/{NAME}", f"MRI-C6/{SIBLING.name}")]
    assert [row.verdict for row in both] == [SUPPORTED, CONTRADICTED]
    assert both[0].says == both[1].says and both[0].claim == both[1].claim
    assert f"MRI-C8/{SIBLING.name}" not in rows  # the dense panel has no sibling to compare with
    summary = json.loads((made.root / "tiny/mri/summary.json").read_text())
    assert summary["claims"][f"MRI-C6/{SIBLING.name}"]["verdict"] == CONTRADICTED
    assert SIBLING.name in summary["panels"]


def test_a_report_shows_both_side_by_side_and_says_what_decides(made):
    run_tuned(made)
    tables(made)
    page = (made.root / "tiny/mri/report.md").read_text()
    section = page.partition("## Figure 4, 7-DoF reacher")[2].partition("\n## ")[0]
    assert "| claim | statement | as published | effect [95 %] | evenly tuned |" in section
    (line,) = [line for line in section.splitlines() if line.startswith(f"| MRI-C6/{NAME} |")]
    assert line.index("✓ supported") < line.index("✗ contradicted")
    assert section.count("| run | R_0 [95 %]") == 2 and "Evenly tuned:" in section
    assert f"## {SIBLING.title}" not in page
    assert "the choice of numbers: imitation took test_rate 0.03 instead of 1." in page
    (told,) = [line for line in page.splitlines() if line.startswith(f"- MRI-C6/{NAME} is")]
    assert "supported as published and contradicted evenly tuned" in told
    assert f"- MRI-C10/{NAME} is" not in page  # supported either way: nothing decides


def test_what_was_not_tuned_was_not_run(made):
    run_tuned(made)
    tables(made)
    page = (made.root / "tiny/mri/report.md").read_text()
    glance = page.partition("## All claims")[2].partition("## ")[0]
    lines = {line.split(" | ")[0].removeprefix("| "): line for line in glance.splitlines()}
    assert "✗ contradicted" in lines[f"MRI-C6/{NAME}"]
    assert f"| {NOT_RUN} |" in lines["MRI-C1/fig3_reacher"]
    assert SIBLING.name not in glance  # it has no rows of its own


def test_without_a_sibling_nothing_is_different(made, tmp_path):
    tables(made)
    page = (made.root / "tiny/mri/report.md").read_text()
    assert "evenly tuned" not in page.replace(SIBLING.name, "")
    assert "| claim | statement | verdict | effect [95 %] |" in page


def test_a_figure_has_both_sides_and_the_sibling_none_of_its_own(made, tmp_path, monkeypatch):
    drawn = []
    monkeypatch.setattr(sides, "save", lambda figure, stem: drawn.append(figure.axes))
    build.figure(BY_NAME[NAME], "tiny", made.seeds, made.root, tmp_path)
    run_tuned(made)
    build.figure(BY_NAME[NAME], "tiny", made.seeds, made.root, tmp_path)
    (alone,), (left, right) = drawn
    assert [axes.get_title() for axes in (alone, left, right)] == ["", *sides.CONDITIONS]
    assert left.get_ylim() == right.get_ylim() and (right.get_ylabel(), left.get_ylabel()) == (
        "",
        alone.get_ylabel(),
    )
    levels = [axes.lines[2].get_ydata()[-1] for axes in (left, right)]
    assert levels[0] < levels[1]  # of the third best: imitation, and evenly tuned MRI
    with pytest.raises(Advice, match="mri_fig4_reacher_tuned is drawn beside fig4_reacher"):
        build.figure(SIBLING, "tiny", made.seeds, made.root, tmp_path)


def row(verdict: str, end: str = "") -> Verdict:
    return Verdict("tiny", f"X-1/{NAME}{end}", "X-1", NAME + end, "", "", verdict)


@pytest.mark.parametrize(
    ("published", "even", "decided"),
    [
        (SUPPORTED, CONTRADICTED, True),
        (SUPPORTED, INCONCLUSIVE, True),
        (SUPPORTED, SUPPORTED, False),
        (NOT_RUN, SUPPORTED, False),
        (SUPPORTED, NOT_RUN, False),
    ],
)
def test_a_choice_decides_only_where_two_verdicts_differ(published, even, decided, tmp_path):
    (pair,) = pairs([row(published), row(even, "_tuned")])
    assert bool(pair.sentence(tmp_path)) == decided
    assert pair.id == f"X-1/{NAME}"
    assert pair.row.verdict == (SUPPORTED if published == NOT_RUN else published)


def test_rows_without_a_sibling_are_pairs_of_one():
    assert pairs([row(SUPPORTED)]) == [Pair(row(SUPPORTED), None)]
    (alone,) = pairs([row(SUPPORTED, "_tuned")])
    assert (alone.published, alone.id) == (None, f"X-1/{NAME}")
