"""Verdicts on worlds whose truth is known, and on panels that were not run."""

import math

import numpy as np
import pytest

from remeta.papers.claim import Claim, Contrast, Either, Term, UnitTest
from remeta.papers.mri import CLAIMS, PANELS
from remeta.papers.mri.comparisons import better
from remeta.report import build
from remeta.report.claims import rules
from remeta.report.claims.outcome import (
    CONTRADICTED,
    INCONCLUSIVE,
    NOT_RUN,
    SUPPORTED,
    UNIT_TEST,
    Outcome,
    decisive,
    either,
)
from remeta.report.claims.verdicts import read_claims, verdicts
from remeta.report.kinds import present


def level(**returns: float) -> dict:
    """Every run at its return, whatever the number of updates."""
    base = dict.fromkeys(("mri", "maml", "imitation"), 0.5) | {"random": 0.0} | returns
    return {run: (s,) * 6 for run, s in base.items()}


def outcome(low: float, high: float, **more) -> Outcome:
    return Outcome("test", "s", (low + high) / 2, low, high, least=0.0, strict=True, **more)


@pytest.mark.parametrize(
    ("lead", "verdict"), [(0.2, SUPPORTED), (-0.2, CONTRADICTED), (0.0, INCONCLUSIVE)]
)
def test_a_contrast_is_judged_by_its_interval(results_of, lead, verdict):
    results = results_of("fig3_point", returns=level(mri=0.5 + lead))
    found = rules.judge(better("mri", "maml", 1), lambda _: results, "test")
    assert found.verdict == verdict
    assert found.low < found.effect < found.high
    assert found.effect == pytest.approx(lead, abs=0.04)


def test_equal_scores_prove_nothing(results_of):
    """Not even where no redraw differs: the bound itself is not above the bound."""
    results = results_of("fig3_point")
    found = rules.judge(better("mri", "mri", 1), lambda _: results, "test")
    assert (found.low, found.high, found.verdict) == (0, 0, INCONCLUSIVE)


@pytest.mark.parametrize(
    ("low", "high", "most", "verdict"),
    [
        (1, 1, math.inf, INCONCLUSIVE),  # as much is not more
        (1.1, math.inf, math.inf, SUPPORTED),  # nobody knows how much more
        (1.1, math.inf, 2, INCONCLUSIVE),
        (0.5, 0.9, math.inf, CONTRADICTED),
    ],
)
def test_a_race_that_must_be_won_is_not_won_by_a_tie(low, high, most, verdict):
    found = Outcome("race", "times", 1, low, high, least=1, most=most, strict=True)
    assert found.verdict == verdict
    if most == math.inf:
        assert found.slack == pytest.approx(low - 1)


def test_a_margin_forgives_a_little(results_of):
    results = results_of("fig3_point", returns=level(mri=0.5), spread=0.003)
    for margin, verdict in ((-0.05, SUPPORTED), (0.05, CONTRADICTED)):
        test = better("mri", "maml", 1, by=margin)
        assert rules.judge(test, lambda _: results, "").verdict == verdict


def test_gaps_of_two_panels_are_compared(world):
    dense, sparse = level(mri=0.6), level(mri=0.9)
    made = world(returns=dense)
    made.panel("fig3_reacher")
    made.returns = sparse
    made.panel("fig4_reacher")
    known = present(PANELS, "tiny", made.seeds, made.root)
    (claim,) = (claim for claim in CLAIMS if claim.id == "MRI-C8")
    (row,) = verdicts([claim], known, "tiny")
    assert row.verdict == SUPPORTED
    assert row.effect == pytest.approx(0.3, abs=0.05)


def test_a_claim_stands_with_all_and_falls_with_any():
    good, bad, open_ = outcome(0.1, 0.3), outcome(-0.3, -0.1), outcome(-0.1, 0.1)
    assert decisive([good, outcome(0.2, 0.4)]) == good  # the least slack
    assert decisive([good, open_]).verdict == INCONCLUSIVE
    assert decisive([good, open_, bad]).verdict == CONTRADICTED
    assert decisive([good, outcome(-0.3, -0.1, decides=False)]).verdict == SUPPORTED
    assert either([bad, good]).verdict == SUPPORTED
    assert either([bad, open_]).verdict == INCONCLUSIVE


def test_struggling_is_little_beside_mri_or_nothing_at_all(results_of):
    (claim,) = (claim for claim in CLAIMS if claim.id == "MRI-C9")
    weak = results_of("fig4_reacher", returns=level(mri=0.9, maml=0.1, imitation=0.1))
    assert verdicts([claim], {"fig4_reacher": weak}, "")[0].verdict == SUPPORTED


def test_nothing_learnt_by_anyone_is_struggling_too(results_of):
    (claim,) = (claim for claim in CLAIMS if claim.id == "MRI-C9")
    dead = results_of("fig4_reacher", returns=level(mri=0, maml=0, imitation=0), spread=0.004)
    assert verdicts([claim], {"fig4_reacher": dead}, "")[0].verdict == SUPPORTED


def test_an_expert_below_random_leaves_no_scale(results_of):
    results = results_of("fig3_point", one=-90.0)
    (claim,) = (claim for claim in CLAIMS if claim.id == "MRI-C1")
    row = verdicts([claim], {"fig3_point": results}, "")[0]
    assert row.verdict == INCONCLUSIVE
    assert "no scale" in row.caution
    assert math.isnan(row.effect)


def test_few_seeds_are_named(results_of):
    (claim,) = (claim for claim in CLAIMS if claim.id == "MRI-C2")
    row = verdicts([claim], {"fig3_point": results_of("fig3_point", seeds=(0, 1))}, "")[0]
    assert (row.seeds, row.tasks) == (2, 12)
    assert "2 seeds" in row.caution


def test_every_claim_gets_its_rows_whatever_was_run(world):
    made = world()
    made.panel("fig3_point")
    build.claims("mri", "tiny", made.seeds, made.root)
    rows = read_claims(made.root / "tiny" / "mri" / "claims.csv")
    assert [row.id for row in rows] == [name for claim in CLAIMS for name in claim.ids]
    ran = {row.panel for row in rows if row.verdict not in (NOT_RUN, UNIT_TEST)}
    assert ran == {"fig3_point"}
    assert {row.id for row in rows if row.verdict == UNIT_TEST} == {"MRI-C12", "MRI-C13"}


def test_claims_are_read_as_they_were_written(world):
    made = world()
    made.panel("fig3_point")
    known = present(PANELS, "tiny", made.seeds, made.root)
    written = verdicts(CLAIMS, known, "tiny")
    build.claims("mri", "tiny", made.seeds, made.root)
    for row, again in zip(written, read_claims(made.root / "tiny/mri/claims.csv"), strict=True):
        assert (row.verdict, row.details, row.panel) == (again.verdict, again.details, again.panel)
        np.testing.assert_allclose(row.effect, again.effect, rtol=1e-5)


def test_claims_name_panels_and_runs_that_exist():
    panels = {panel.name: {*panel.runs, *(run for _, run in panel.borrowed)} for panel in PANELS}

    def check(test, panel: str) -> None:
        match test:
            case UnitTest():
                assert test.ids
            case Either():
                [check(contrast, panel) for contrast in test.contrasts]
            case Contrast():
                assert all(term.run in panels[term.panel or panel] for term in test.terms)
            case _:
                assert {test.run, test.reference, test.over} - {""} <= panels[panel]

    for claim in CLAIMS:
        for panel in (*claim.panels, *claim.beyond) or ("",):
            for test in claim.tests:
                check(test, panel)


def test_sums_are_written_as_one_would():
    terms = (Term(1, "s_1", "mri"), Term(-0.7, "s_5", "maml"), Term(1, "s_0", "mri", "fig3_ant"))
    assert str(Contrast(terms, -0.2)) == "s_1(mri) - 0.7 s_5(maml) + s_0(mri, fig3_ant) > -0.2"
    assert Claim("X-1", "", "", "", ()).ids == ("X-1",)
