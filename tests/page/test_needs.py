"""What was not run yet, and what it would cost."""

import json
import re

from remeta.page import compose, markup
from remeta.page.compose import Profile
from remeta.page.needs import Ledger, Need, price
from remeta.papers.registry import PANELS, PAPERS, panel_named
from tests.page.conftest import STUDY

KNOWN = {panel.id: panel for panel in PANELS}
PRICES = json.loads((STUDY.root / "prices.json").read_text())["study"]


def card(page: str, id: str) -> str:
    found = re.search(
        rf'<article class="card" id="{re.escape(markup.anchor("claim", id))}".*?</a', page, re.S
    )
    assert found
    return page[found.start() :].partition("</article>")[0]


def test_who_lends_runs_has_to_run_first_and_what_ran_is_not_paid_again():
    borrower = next(p for p in PANELS if p.lenders and p.runs)
    lenders = [*borrower.lenders.values()]
    ledger = Ledger(KNOWN, (), {borrower.id: 2.0})
    assert [need.panel.id for need in ledger.of([borrower])] == [
        *dict.fromkeys(lenders),
        borrower.id,
    ]
    assert [need.panel.id for need in Ledger(KNOWN, lenders, {}).of([borrower])] == [borrower.id]
    looker = next(p for p in PANELS if p.looks and p.sources)
    assert looker.id not in {need.panel.id for need in ledger.of([looker])}


def test_prices_add_up_as_far_as_they_are_known():
    known, other = Need(PANELS[0], 1.25), Need(PANELS[1], 2.5)
    assert price([known, other]) == "about 3.75 core-hours"
    assert price([known, Need(PANELS[2], None)]) == "more than 1.25 core-hours"
    assert price([Need(PANELS[2], None)]) == price([]) == ""


def test_every_claim_that_waits_for_a_panel_with_a_price_tells_it(study):
    told = 0
    for paper in PAPERS.values():
        for claim in paper.CLAIMS:
            for home in claim.panels:
                id = f"{paper.PANELS[0].paper}_{home}"
                if (
                    id in PRICES
                    and not (
                        STUDY.root / f"study/{panel_named(id).paper}/tables/{home}.csv"
                    ).exists()
                ):
                    told += 1
                    hours = f"({markup.number(PRICES[id]['hours'])} core-hours)"
                    assert re.search(
                        rf">{id}</a> {re.escape(hours)}", card(study, f"{claim.id}/{home}")
                    )
    assert told > 10


def test_a_claim_on_several_panels_waits_for_those_that_were_not_run(study):
    waits = card(study, "MAME-7/fig2_corner")
    assert re.findall(r'href="#panel-(mame_fig2_\w+)">', waits) == [
        "mame_fig2_ant_dir",
        "mame_fig2_cheetah_dir",
        "mame_fig2_cheetah_vel",
    ]


def test_what_was_run_asks_for_nothing_and_without_prices_none_are_told(study, tmp_path):
    assert "Waits for" not in card(study, "MRI-C1/fig3_point")
    page = compose.page(Profile("empty", (0,), tmp_path, tmp_path))
    assert "Waits for" not in page and "core-hours)" not in page
    assert "mri_fig3_reacher</a> (no price yet)" in page
