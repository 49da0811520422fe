"""The page: well made, whole without a network, the same again, and kind to odd results."""

import json
import re
import shutil

import numpy as np
import pytest
from markupsafe import Markup as Safe

from remeta.page import compose, markup
from remeta.page.compose import Profile
from remeta.papers.registry import PANELS, PAPERS
from remeta.report.claims.verdicts import read_claims
from tests.page.conftest import STUDY, claim, verdict
from tests.page.markup import Markup, asked_for, dead, faults

MOST = 5_000_000  # bytes of a page
EVIL = "</script><script>alert(1)</script> & 'so' \"on\" <b>"


def test_the_page_of_the_committed_results_is_well_made_and_small(study):
    assert faults(study) == []
    assert len(study.encode()) < MOST


def test_nothing_is_asked_of_anybody(study):
    assert asked_for(study) == []
    styles = "".join(re.findall(r"<style>(.*?)</style>", study, re.S))
    assert "url(" not in styles and "@import" not in styles
    own = (markup.HERE / "templates/page.js").read_text()
    assert not re.search(r"fetch\(|XMLHttp|import\(|https?:", own)
    assert "default-src 'none'" in study


def test_every_link_leads_somewhere(study):
    assert dead(study, STUDY.page.parent) == []


def test_the_checks_find_what_they_look_for(tmp_path):
    bad = '<h1>a</h1><h3 id="x"><a href="#y"></a></h3><img src="http://a"><p id="x"><b></p>'
    assert len(faults(bad)) >= 5
    twins = '<h1>a</h1><nav aria-label="b"></nav><div role="region" aria-label="b"></div>'
    assert faults(twins) == ["two landmarks are called b"]
    assert asked_for(bad) == ["http://a"]
    assert dead(bad, tmp_path) == ["#y"]


def test_every_claim_and_panel_has_its_place(study):
    ids = set(Markup(study).ids)
    for name, paper in PAPERS.items():
        assert f"paper-{name}" in ids
        wanted = {markup.anchor("claim", id) for one in paper.CLAIMS for id in one.ids}
        assert wanted <= ids
    assert {markup.anchor("panel", one.id) for one in PANELS if not one.published} <= ids


def test_verdicts_and_effects_are_those_of_the_tables(study):
    for row in read_claims(STUDY.root / "study/mri/claims.csv"):
        place = re.escape(markup.anchor("claim", row.id))
        card = re.search(rf'<article class="card" id="{place}".*?</article>', study, re.S)
        assert card and str(Safe.escape(row.says)) in card[0]
        assert row.verdict in card[0]
        assert (markup.effect(row) in card[0]) or row.verdict == "unit test"
        assert ("<svg" in card[0]) == (row.low == row.low)


def test_from_a_claim_to_its_raw_seeds_and_commands_are_two_clicks(study):
    card = re.search(r'id="claim-MRI-C1\.2ffig3_point".*?href="#(raw-[^"]+)"', study, re.S)
    assert card
    raw = study[study.index(f'id="{card[1]}"') :].partition("</details>")[0]
    assert "remeta repro mri_fig3_point --profile study" in raw
    assert "remeta train mri_fig3_point mri 0" in raw
    assert 'href="mri/fig3_point/curves/mri-0.csv"' in raw


def test_curves_carry_the_numbers_of_the_tables_and_of_every_seed(study):
    text = re.search(r'id="plots-mame_fig2_corner">(.*?)</script>', study, re.S)
    assert text
    (plot,) = json.loads(text[1])
    lines = {line["run"]: line for line in plot["lines"]}
    table = (STUDY.root / "study/mame/tables/fig2_corner_curves.csv").read_text().splitlines()
    row = dict(zip(table[0].split(","), table[1].split(","), strict=True))
    first = lines[row["run"]]
    assert first["x"][0] == int(row["train_env_steps"])
    assert first["y"][0] == pytest.approx(float(row["mean"]), rel=1e-3)
    assert [seed["seed"] for seed in first["seeds"]] == list(STUDY.seeds)
    seeds = np.mean([seed["y"] for seed in first["seeds"]], axis=0)
    assert seeds == pytest.approx(first["y"], rel=1e-2, abs=0.05)


def test_the_same_results_give_the_same_bytes(study, made):
    claims = [claim("M-1"), claim("M-2")]
    judged = [verdict(claims[0])]
    assert made(claims, judged) == made(claims, judged)
    part = re.compile(r'<section class="paper" data-group id="paper-mri".*?\n</section>\n', re.S)
    alone = compose.page(STUDY, {"mri": PAPERS["mri"]})
    (one,), (other,) = part.findall(study), part.findall(alone)
    assert one == other and len(one) > 10_000


def test_markup_in_words_is_text(made):
    odd = claim("M-1", says=EVIL)
    page = made([odd], [verdict(odd, details=EVIL, caution=EVIL)], title=EVIL, doc=EVIL)
    assert "alert(1)</script>" not in page and "<b>" not in page
    assert str(Safe.escape(EVIL)) in page
    assert faults(page) == []


def test_json_cannot_end_the_script_it_stands_in():
    held = markup.embedded([{"title": EVIL}])
    assert "<" not in held and json.loads(str(held)) == [{"title": EVIL}]


def test_a_profile_in_which_nothing_was_run_says_so(tmp_path):
    page = compose.page(Profile("empty", (0,), tmp_path, tmp_path))
    assert "Nothing was run in this profile yet" in page
    assert faults(page) == [] and dead(page, tmp_path) == []
    assert "No paper is known" in compose.page(Profile("empty", (0,), tmp_path, tmp_path), {})


def test_a_figure_that_is_missing_is_a_sentence(tmp_path):
    for part in ("tables/fig3_point.csv", "tables/fig3_point_curves.csv", "tables/fig3_point.md"):
        target = tmp_path / "study/mri" / part
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(STUDY.root / "study/mri" / part, target)
    page = compose.page(Profile("study", (0,), tmp_path, tmp_path), {"mri": PAPERS["mri"]})
    assert "Its figure is missing; <code>remeta figure mri_fig3_point</code> draws it." in page
    assert faults(page) == []


def test_a_thousand_claims_are_a_page(made):
    claims = [claim(f"M-{n}", says=f"Claim number {n} holds.") for n in range(1000)]
    page = made(claims, [verdict(one) for one in claims])
    assert page.count('class="card"') == 1000
    assert len(page.encode()) < MOST


def test_two_verdicts_stand_side_by_side(made):
    one = claim("M-1")
    tuned = verdict(one, id="M-1/one_tuned", panel="one_tuned", verdict="contradicted", effect=-1.0)
    page = made([one], [verdict(one), tuned])
    (tile,) = re.findall(r'<a class="tile".*?</a>', page, re.S)
    assert "M-1 on one: supported as published and contradicted evenly tuned" in tile
    assert re.findall(r'class="side ([\w-]+)"', tile) == ["supported", "contradicted"]


def test_what_bears_on_verdicts_stands_before_them(study):
    head = study.index('id="paper-mri"')
    first = study.index('id="panel-mri_fig3_point"')
    for text in PAPERS["mri"].READING["study"]:
        assert head < study.index(str(markup.prose(text))) < first


def test_a_panel_that_was_trained_is_on_film_or_says_why_not(study):
    sections = re.split(r'<section class="panel" id="', study)[1:]
    shown = {text.partition('"')[0]: text for text in sections}
    for panel in PANELS:
        trained = STUDY.root / f"study/{panel.paper}/tables/{panel.name}.csv"
        if panel.runs and not panel.published and trained.exists():
            section = shown[markup.anchor("panel", panel.id)]
            filmed = [*(STUDY.root / f"study/{panel.paper}/films").glob(f"{panel.name}-*.npz")]
            assert bool(filmed) == ("data:image/webp" in section)
            command = f"remeta film {panel.id} {panel.runs[0]} {STUDY.seeds[0]}"
            assert bool(filmed) != (command in section)


def test_each_papers_claims_are_summed_at_a_glance(study):
    glances = re.search(r'<ul class="papers">(.*?)</ul>', study, re.S)
    assert glances
    for name, paper in PAPERS.items():
        (glance,) = re.findall(rf'href="#paper-{name}".*?</li>', glances[1], re.S)
        (told,) = re.findall(r'role="img" aria-label="(.*?)"', glance)
        path = STUDY.root / "study" / name / "claims.csv"
        judged = read_claims(path) if path.exists() else []
        rows = [row for row in judged if not row.panel.endswith("_tuned")]
        for outcome in ("supported", "contradicted", "inconclusive"):
            count = sum(row.verdict == outcome for row in rows)
            assert (f"{count} {outcome}" in told) == (count > 0)
        assert sum(map(int, re.findall(r"\d+", told))) == sum(len(one.ids) for one in paper.CLAIMS)
        published = [panel for panel in paper.PANELS if not panel.published]
        assert f"of {len(published)} panels run" in glance


@pytest.mark.parametrize("name", PAPERS)
def test_every_paper_is_told_in_three_sentences(name):
    assert len(re.findall(r"\.(?= [A-Z]|$)", PAPERS[name].ABOUT)) == 3


@pytest.mark.parametrize(
    ("found", "parts"),
    [
        ({"low": float("-inf"), "high": float("inf"), "effect": float("nan")}, 0),
        ({"unit": "times", "low": 0.0, "high": float("inf"), "least": 5.0}, 1),
        ({"low": 0.5, "high": 0.5, "least": 0.5}, 1),
        ({"least": -0.1, "most": 0.1}, 1),
    ],
)
def test_any_interval_can_be_drawn(found, parts):
    drawn = str(markup.interval(verdict(claim("M-1"), **found)))
    assert drawn.count('class="dot') == parts
    numbers = [float(n) for n in re.findall(r"M(-?[\d.]+|nan|inf)", drawn)]
    assert numbers and all(0 <= number <= 240 for number in numbers)


def test_an_interval_on_the_claimed_side_is_drawn_within_the_shade():
    drawn = str(markup.interval(verdict(claim("M-1"))))
    (left,) = re.findall(r'class="wanted" d="M([\d.]+)', drawn)
    whisker = re.search(r'class="whisker" d="M([\d.]+) [\d.]+H([\d.]+)"', drawn)
    assert whisker and float(left) < float(whisker[1]) < float(whisker[2])
    beyond = str(markup.interval(verdict(claim("M-1"), effect=-0.5, low=-0.8, high=-0.2)))
    (left,) = re.findall(r'class="wanted" d="M([\d.]+)', beyond)
    whisker = re.search(r'class="whisker" d="M([\d.]+) [\d.]+H([\d.]+)"', beyond)
    assert whisker and float(whisker[2]) < float(left)
