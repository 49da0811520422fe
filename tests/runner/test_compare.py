"""What moved between commits or profiles, told in the terminal."""

import re
import shutil
import subprocess
from dataclasses import replace
from pathlib import Path

import pandas as pd
import pytest

from remeta import cli
from remeta.page.compared.compose import Comparison
from remeta.page.compared.side import Side
from remeta.page.intervals import interval
from remeta.report.claims.moves import moves
from remeta.report.claims.verdicts import Verdict, earlier_claims, table
from tests.page.markup import Markup, asked_for, dead, faults

ROOT = Path(__file__).parents[2]
HELD = Verdict(
    "study", "MRI-1/one", "MRI-1", "one", "Figure 1", "So.", "supported",
    effect=0.5, low=0.2, high=0.8, unit="s", least=0.0, seeds=5,
)  # fmt: skip
OTHER = replace(HELD, id="MRI-2/one", claim="MRI-2")
FRESH = replace(HELD, id="MRI-3/one", claim="MRI-3")
REFUTED = replace(HELD, verdict="contradicted", effect=-0.5, low=-0.8, high=-0.2)
LARGER = replace(OTHER, effect=0.6)
HELD_OUT = ROOT / "results/study/mri/tables/fig3_point.csv"
TRAINED = ROOT / "results/study/mame/tables/fig2_corner_curves.csv"


@pytest.fixture
def project(tmp_path, monkeypatch):
    """Two commits: then one verdict turns, one effect grows, and a claim is judged for once."""
    shutil.copytree(ROOT / "profiles", tmp_path / "profiles")
    shutil.copy(ROOT / "params.yaml", tmp_path)
    monkeypatch.chdir(tmp_path)
    git("init", "--quiet")
    write("study", [HELD, OTHER, replace(FRESH, verdict="not run")])
    commit()
    write("study", [REFUTED, LARGER, FRESH], table_text="a\n2\n")
    commit()
    return tmp_path


def git(*words):
    own = ("-c", "user.name=a", "-c", "user.email=a@b", "-c", "commit.gpgsign=false")
    subprocess.run(["git", *own, *words], check=True, capture_output=True)


def commit():
    git("add", "--all")
    git("commit", "--quiet", "--message", "results")


def write(profile, rows, table_text="a\n1\n"):
    folder = Path("results") / profile / "mri"
    (folder / "tables").mkdir(parents=True, exist_ok=True)
    table(rows).to_csv(folder / "claims.csv", index=False)
    (folder / "tables/one.csv").write_text(table_text)


def told(capsys, *words, status=0) -> str:
    assert cli.main(["compare", *words]) == status
    spoken = capsys.readouterr()
    return spoken.err if status else spoken.out


@pytest.mark.parametrize("after", [[], ["HEAD"]])
def test_commits_are_compared_with_another_or_with_what_is_here(project, capsys, after):
    said = told(capsys, "HEAD~1", *after)
    assert "2 verdicts and 2 effects moved" in said
    lines = {line.split()[0]: line for line in said.splitlines() if "MRI-" in line}
    assert "✓ supported 0.50 [0.20, 0.80]" in lines["study/MRI-1/one"]
    assert "✗ contradicted -0.50 [-0.80, -0.20]" in lines["study/MRI-1/one"]
    assert "0.60 [0.20, 0.80]" in lines["study/MRI-2/one"]
    assert "not run" in lines["study/MRI-3/one"]
    assert "tables that differ, of 1 that both have: study/mri/tables/one.csv" in said


def test_nothing_moves_from_a_commit_to_itself(project, capsys):
    said = told(capsys, "HEAD", "HEAD")
    assert "0 verdicts and 0 effects moved" in said and "both have: none" in said


def test_results_that_git_does_not_keep_are_not_compared_with_a_commit(project, capsys):
    (project / ".gitignore").write_text("/results/quick/\n")
    write("quick", [REFUTED])
    assert "0 verdicts and 0 effects moved" in told(capsys, "HEAD")
    (project / ".gitignore").unlink()
    assert "1 verdict and 0 effects moved" in told(capsys, "HEAD")


def test_profiles_are_compared_claim_by_claim(project, capsys):
    write("quick", [HELD])
    said = told(capsys, "quick", "study")
    assert "3 verdicts and 1 effect moved" in said
    assert "\n  MRI-1/one " in said  # without the profile, which differs
    assert said == told(capsys, "quick", "study")


@pytest.mark.parametrize(
    ("words", "named"),
    [
        (["nonsense"], "neither a commit nor a profile"),
        (["study", "HEAD"], "HEAD is none"),
        (["HEAD", "HEAD", "HEAD"], "leave the others out"),
    ],
)
def test_what_cannot_be_compared_is_said_in_a_sentence(project, capsys, words, named):
    said = told(capsys, *words, status=2)
    assert named in said and said.count("\n") == 1


def test_rounding_is_no_move_and_a_number_that_is_none_is_no_other():
    small = replace(HELD, effect=HELD.effect * (1 + 1e-9))
    assert not [*moves({"a": HELD}, {"a": small})]
    none = replace(HELD, effect=float("nan"))
    assert not [*moves({"a": none}, {"a": none})]
    assert [move.effect for move in moves({"a": HELD}, {"a": none})] == [True]


def test_claims_of_another_day_may_lack_columns_and_have_others():
    text = table([HELD]).drop(columns=["caution", "place"]).assign(odd=1).to_csv(index=False)
    (row,) = earlier_claims(text)
    assert str(row) == str(replace(HELD, place="", caution=""))  # nan is not nan


def test_a_page_shows_what_moved_and_asks_for_nothing(project, capsys, tmp_path):
    said = told(capsys, "HEAD~1", "HEAD", "--page", "moved.html")
    page = (project / "moved.html").read_text()
    assert faults(page) == [] and asked_for(page) == [] and dead(page, project) == []
    assert "2 verdicts and 2 effects moved" in page and "2 verdicts and 2 effects moved" in said
    ids = Markup(page).ids
    cards = [name for name in ids if name.startswith("claim-")]
    assert cards == [f"claim-study.2fMRI-{n}.2fone" for n in (1, 3, 2)]  # verdicts first
    card = page.partition(f'id="{cards[0]}"')[2].partition("</article>")[0]
    assert card.index("supported") < card.index("contradicted") and card.count("<svg") == 2
    told(capsys, "HEAD~1", "HEAD", "--page", "again.html")
    assert (project / "again.html").read_text() == page


def test_a_page_on_which_nothing_moved_says_so(project, capsys):
    told(capsys, "HEAD", "HEAD", "--page", "moved.html")
    page = (project / "moved.html").read_text()
    assert "0 verdicts and 0 effects moved" in page and page.count("<p>None.</p>") == 3
    assert faults(page) == []


def moved(path: Path, change, home: str = "") -> Comparison:
    """Of one table of a paper, before and after a change of its rows."""
    table = pd.read_csv(path)
    after = change(table.copy())
    name = f"{home}{path.parts[-3]}/tables/{path.name}"
    sides = [{name: rows.to_csv(index=False)} for rows in (table, after)]
    return Comparison(*(Side(name, files) for name, files in zip("ab", sides, strict=True)))


def test_curves_are_compared_run_by_run():
    def raised(table):
        table.loc[(table.run == "mri") & (table.metric == "return"), "mean"] += 2.0
        return table

    found = moved(HELD_OUT, raised, "study/")
    (pair,) = found.curves
    assert pair.name == "study/mri_fig3_point" and pair.moved == pytest.approx({"mri": 2.0})
    old, new = pair.plot["lines"]
    assert (old["label"], new["label"]) == ("MRI, before", "MRI, after")
    assert [y - x for x, y in zip(old["y"], new["y"], strict=True)] == pytest.approx(
        [2.0] * len(old["y"]), abs=0.02
    )
    assert old["old"] and not new["old"]
    page = found.page()
    assert faults(page) == [] and "Off by at most: MRI 2.00 (average return)" in page


def test_a_curve_that_one_side_lacks_or_has_elsewhere_moved_without_measure():
    pairs = moved(TRAINED, lambda table: table[(table.run != "mame") | (table.iteration > 1)])
    assert pairs.curves[0].moved == {"mame": float("inf")}
    gone = moved(TRAINED, lambda table: table[table.run != "mame"]).curves[0]
    assert gone.moved == {"mame": float("inf")} and len(gone.plot["lines"]) == 1


def test_other_columns_and_the_last_digit_move_no_curve():
    def rounded(table):
        table["mean"] *= 1 + 1e-7
        table["seeds"] += 1
        return table

    found = moved(TRAINED, rounded)
    assert found.differ and not found.curves
    assert moved(TRAINED, lambda table: table.drop(columns="mean")).curves == []


def test_two_intervals_of_a_claim_are_drawn_on_one_scale():
    wide = replace(HELD, effect=5.0, low=4.0, high=6.0)
    alone, beside = (interval(HELD, other) for other in (None, wide))
    middle = re.compile(r'class="dot[^"]*" d="M([\d.]+)')
    assert float(middle.findall(beside)[0]) < float(middle.findall(alone)[0])
    assert interval(HELD, replace(wide, unit="times")) == alone
