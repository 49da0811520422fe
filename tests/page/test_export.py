"""What is exported: figures in three formats, of which SVG carries its numbers, and a citation."""

import re
from pathlib import Path
from xml.etree import ElementTree

import pytest

from remeta.frozen import Advice
from remeta.page.compose import Profile
from remeta.page.export import export
from remeta.papers.mri import PANELS
from remeta.report import build
from remeta.report.figures.style import FORMATS
from tests.report.conftest import World

PANEL = next(panel for panel in PANELS if panel.name == "fig3_point")
SVG = "{http://www.w3.org/2000/svg}"


@pytest.fixture(scope="module")
def profile(tmp_path_factory) -> Profile:
    made = World(tmp_path_factory.mktemp("exported") / "results", seeds=(0, 1), tasks=4)
    made.panel(PANEL.name)
    build.table(PANEL, "tiny", made.seeds, made.root)
    return Profile("tiny", made.seeds, made.root, made.root.parent / "figures")


@pytest.fixture(scope="module")
def folder(profile, tmp_path_factory) -> Path:
    folder = tmp_path_factory.mktemp("paper")
    export(folder, ["mri"], profile)
    return folder


def test_figures_tables_and_a_citation_are_there(folder):
    found = {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()}
    ends = (".pdf", ".png", ".svg", ".csv", "_curves.csv", ".tex")
    assert found == {"remeta.bib", *(f"mri/fig3_point{end}" for end in ends)}


def test_an_svg_carries_the_tables_that_it_is_drawn_from(folder, profile):
    root = ElementTree.parse(folder / "mri/fig3_point.svg").getroot()
    held = {part.get("id"): part.text for part in root.iter(f"{SVG}metadata") if part.get("id")}
    tables = profile.root / "tiny/mri/tables"
    names = ("fig3_point.csv", "fig3_point_curves.csv")
    assert held == {name: (tables / name).read_text() for name in names}
    assert len(list(root.iter(f"{SVG}path"))) > 10


def test_the_same_results_give_the_same_bytes_and_leave_figures_as_they_were(
    folder, profile, tmp_path
):
    export(tmp_path, [PANEL.id], profile)
    build.figure(PANEL, "tiny", profile.seeds, profile.root, profile.figures)
    for end in ("svg", "pdf", "png"):
        again = (tmp_path / f"mri/fig3_point.{end}").read_bytes()
        assert again == (folder / f"mri/fig3_point.{end}").read_bytes()
        drawn = profile.figures / f"mri/fig3_point.{end}"
        assert drawn.exists() == (end in FORMATS.get())
        assert not drawn.exists() or drawn.read_bytes() == again


def test_the_citation_is_whole(folder):
    entry = (folder / "remeta.bib").read_text()
    assert entry.count("{") == entry.count("}") and entry.startswith("@software{remeta,")
    assert {*re.findall(r"^  (\w+) = \{.+\},$", entry, re.M)} == {
        "title", "author", "version", "year", "note",
    }  # fmt: skip
    assert "profile tiny" in entry


@pytest.mark.parametrize(
    ("name", "told"),
    [("mir", "no paper or panel"), ("mri_fig3_ant", "has no table of mri_fig3_ant")],
)
def test_what_is_not_there_is_said(profile, tmp_path, name, told):
    with pytest.raises(Advice, match=told):
        export(tmp_path, [name], profile)
    assert not any(tmp_path.iterdir())
