"""The front door: counts that anyone can make, a table in its place, and a picture of them."""

from dataclasses import replace
from pathlib import Path

import pytest

from remeta.frozen import Advice
from remeta.page.front import picture
from remeta.page.front.readme import END, HEAD, START, block, refresh
from remeta.page.front.tally import gather
from remeta.papers import mri, smile
from remeta.papers.registry import PAPERS
from remeta.report.claims.outcome import VERDICTS
from remeta.report.claims.signs import SIGNS
from remeta.report.claims.verdicts import Verdict, read_claims, table
from tests.page.conftest import ROOT
from tests.page.test_colours import scheme

STUDY = read_claims(ROOT / "results/study/mri/claims.csv")


@pytest.fixture(scope="module")
def found():
    return {one.name: one for one in gather(ROOT / "results", PAPERS)}


def write(root: Path, profile: str, rows: list[Verdict]) -> None:
    path = root / profile / "mri/claims.csv"
    path.parent.mkdir(parents=True)
    table([replace(row, profile=profile) for row in rows]).to_csv(path, index=False)


def test_the_readme_says_what_the_committed_results_say(found):
    page = (ROOT / "README.md").read_text()
    told = page.partition(START)[2].partition(END)[0].strip()
    assert told == block([*found.values()], ROOT).strip()


def test_every_claim_is_counted_once_on_every_panel_that_the_paper_speaks_of(found):
    for name, paper in PAPERS.items():
        published = found[name].tallies[0]
        own = sum(len(claim.ids) - len(claim.beyond) for claim in paper.CLAIMS)
        assert published.verdicts.total() == own == len(found[name].tiles)
    plain = [row for row in STUDY if not row.panel.endswith("_tuned")]
    rows = [row.verdict for row in plain if "beyond the paper" not in row.place]
    assert {v: rows.count(v) for v in VERDICTS} == {
        v: found["mri"].tallies[0].verdicts[v] for v in VERDICTS
    }
    judged = len([row for row in plain if row.verdict != "not run"])
    assert found["mri"].tallies[0].beyond == judged - len(rows) + rows.count("not run") > 0


def test_variants_and_other_worlds_are_no_claims_of_the_paper(found):
    """What we tried after a claim had failed may not mend the paper's count."""
    own = {tile.id for tile in found["mri"].tiles} | {tile.id for tile in found["mame"].tiles}
    assert not {id for id in own if "variants" in id or "matched" in id or "narrow" in id}
    assert {"MRI-C3/fig3_reacher", "MAME-1/fig2_corner"} < own and "MRI-C3/fig3_point" not in own


def test_panels_are_counted_by_their_condition_and_cost_what_is_noted(found):
    published, tuned = found["mri"].tallies
    both = [bool(panel.published) for panel in mri.PANELS]
    assert (published.panels, tuned.panels) == (both.count(False), both.count(True))
    assert tuned.run == 0 and tuned.hours == 0 and sum(tuned.verdicts.values()) > 0
    folders = (ROOT / "results/study/mri/tables").glob("*.md")
    assert published.run == len([*folders])
    assert len(found["smile"].tallies) == 1 and not any(one.published for one in smile.PANELS)
    report = (ROOT / "results/study/mri/report.md").read_text()
    sizes = report.partition("## What was run")[2].partition("\n## ")[0].splitlines()
    hours = sum(float(line.split(" | ")[-1].strip("| ")) for line in sizes if "| 5 |" in line)
    assert published.hours == pytest.approx(hours, abs=0.02)  # all runs had one thread


def test_the_largest_profile_speaks_and_quick_never_does(tmp_path):
    for profile in ("paper", "quick", "study"):
        write(tmp_path, profile, STUDY)

    def speaks() -> set[str]:
        (one,) = gather(tmp_path, {"mri": mri})
        return {tile.row.profile for tile in one.tiles} - {""}

    assert speaks() == {"paper"}
    (tmp_path / "paper/mri/claims.csv").unlink()
    assert speaks() == {"study"}


def test_both_conditions_have_a_line_where_one_was_tuned(tmp_path):
    one = next(row for row in STUDY if row.panel == "fig3_point")
    id = "MRI-C1/fig3_reacher"
    judged = replace(one, id=id, panel="fig3_reacher", verdict="supported", caution="fragile: so")
    tuned = replace(judged, id=f"{id}_tuned", panel="fig3_reacher_tuned", verdict="contradicted")
    write(tmp_path, "study", [judged, tuned])
    (found,) = gather(tmp_path, {"mri": mri})
    lines = [line for line in block([found], tmp_path).splitlines() if line.startswith("| ")][2:]
    cells = [line.strip("| ").split(" | ") for line in lines]
    assert [line[0] for line in cells] == ["MRI, as published", "MRI, evenly tuned"]
    assert [line[HEAD.index("supported")] for line in cells] == ["1", "0"]
    assert [line[HEAD.index("contradicted")] for line in cells] == ["0", "1"]
    assert [line[HEAD.index("of these fragile")] for line in cells] == ["1", "1"]
    (tile,) = [tile for tile in found.tiles if len(tile.sides) > 1]
    assert picture._said(tile, found).endswith("Evenly tuned: contradicted.")


def test_the_table_is_renewed_in_place_and_only_there(tmp_path):
    readme = tmp_path / "README.md"
    readme.write_text(f"# Title\n\n{START}\nold\n{END}\n\nThe end.\n")
    refresh(tmp_path / "nothing", readme, tmp_path)
    assert "| MRI, as published | 0 | 0 | 0 |" in readme.read_text()
    refresh(ROOT / "results", readme, tmp_path)
    page, drawn = readme.read_text(), (tmp_path / "scoreboard.png").read_bytes()
    refresh(ROOT / "results", readme, tmp_path)
    assert readme.read_text() == page and (tmp_path / "scoreboard.png").read_bytes() == drawn
    assert page.startswith(f"# Title\n\n{START}\n| paper") and "\nold\n" not in page
    assert page.endswith(f"{END}\n\nThe end.\n")
    assert (tmp_path / "scoreboard.pdf").exists()


def test_a_page_without_marks_is_left_alone(tmp_path):
    readme = tmp_path / "README.md"
    readme.write_text("# Title\n")
    with pytest.raises(Advice, match="lacks the marks"):
        refresh(tmp_path, readme, tmp_path)
    assert readme.read_text() == "# Title\n" and len([*tmp_path.iterdir()]) == 1


def test_the_picture_says_every_decided_claim_in_words_and_keeps_to_its_paper(found):
    marks = [*picture._paper(found["mri"], 1.0)]
    words = " ".join(mark.text for mark in marks if isinstance(mark, picture.Word))
    own = [row for row in STUDY if "beyond the paper" not in row.place]
    decided = {row.says for row in own if row.verdict in picture.HEADS}
    assert {row.says for row in STUDY if row.says in words} == decided
    squares = [mark for mark in marks if isinstance(mark, picture.Square)]
    assert len(squares) == sum(len(tile.sides) for tile in found["mri"].tiles)
    assert max(square.x + picture.SIDE for square in squares) <= picture.WIDTH
    assert sum(square.fragile for square in squares) == found["mri"].tallies[0].fragile


def test_more_sentences_than_have_room_are_counted(found):
    tile = next(tile for tile in found["mri"].tiles if tile.row.verdict == "supported")
    many = replace(found["mri"], tiles=[tile] * (picture.MOST + 3))
    words = [mark.text for mark in picture._paper(many, 0.0) if isinstance(mark, picture.Word)]
    assert words[-1] == "and 3 more"


def test_colours_are_the_pages():
    colours = scheme("light")
    assert [*SIGNS] == [*VERDICTS]
    for verdict, sign in SIGNS.items():
        name = verdict.replace(" ", "-")
        assert (sign.face, sign.ink) == (f"#{colours[name]}", f"#{colours[f'on-{name}']}")
