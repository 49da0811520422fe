"""Claims are judged by the seeds' own differences, and several tests with Holm's correction."""

import math
from dataclasses import replace
from functools import partial

import numpy as np
import pytest
from scipy import stats

from remeta.papers import mame, mri
from remeta.papers.claim import Contrast, Term, more
from remeta.papers.mri.comparisons import better
from remeta.report.claims import rules
from remeta.report.claims.outcome import (
    CONTRADICTED,
    INCONCLUSIVE,
    NOT_RUN,
    SUPPORTED,
    UNIT_TEST,
    Outcome,
    decisive,
)
from remeta.report.claims.verdicts import verdicts
from remeta.report.kinds import present, read
from remeta.report.statistics.paired import gaps
from tests.report.trained import BY_NAME, PROFILE, Trained


def told(test, results) -> Outcome:
    return rules.judge(test, lambda _: results, "test")


def test_runs_are_paired_by_seed_and_tasks_averaged(results_of):
    results = results_of("fig3_point")
    found = told(better("mri", "maml", 1), results)
    ours, theirs = (results.values("s_1", run).mean(1) for run in ("mri", "maml"))
    known = stats.ttest_rel(ours, theirs)
    assert found.effect == pytest.approx(ours.mean() - theirs.mean())
    assert (found.low, found.high) == pytest.approx([*known.confidence_interval()])
    assert found.doubt == pytest.approx(1 - known.pvalue / 2)
    assert found.spread == pytest.approx((ours - theirs).std(ddof=1))


def test_panels_are_independent(world):
    made = world()
    for name in ("fig3_reacher", "fig4_reacher"):
        made.panel(name)
    known = present(mri.PANELS, "tiny", made.seeds, made.root)
    terms = (Term(1, "s_1", "mri"), Term(-1, "s_1", "mri", "fig3_reacher"))
    test = Contrast(terms, above=0.0)
    found = rules.judge(test, lambda name: known[name or "fig4_reacher"], "test")
    here, there = (gaps(known[name].values("s_1", "mri")) for name in known)
    welch = stats.ttest_ind(there, here, equal_var=False).confidence_interval()
    assert (found.low, found.high) == pytest.approx([*welch])


def test_training_is_measured_by_seed(tmp_path):
    made = Trained(tmp_path / "results")
    made.panel("fig2_corner")
    training = read(BY_NAME["fig2_corner"], PROFILE, made.seeds, made.root)
    for measure in training.measures:
        whole = training.measured(measure, "promp", np.ones((1, 5)))
        whole -= training.measured(measure, "mame", np.ones((1, 5)))
        found = told(more(measure, "promp", "mame"), training)
        assert found.effect == pytest.approx(whole[0], rel=1e-3, abs=1e-6), measure
    ends = [training.matrix(run)[:, -6:].mean(1) for run in ("promp", "mame")]
    zero, one = (part[0] for part in training.scale(np.ones((1, 5))))
    known = stats.ttest_rel(*(end / (one - zero) for end in ends))
    found = told(more("final", "promp", "mame"), training)
    assert found.effect == pytest.approx(known.statistic * known._standard_error)


def test_a_share_of_seeds_has_its_own_interval(tmp_path):
    made = Trained(tmp_path / "results", noise={}, ends={"promp": 0.4}, peaks={"promp": 0.9})
    made.panel("fig2_corner")
    training = read(BY_NAME["fig2_corner"], PROFILE, made.seeds, made.root)
    test = Contrast((Term(1, "dropped", "promp"),), above=0.5)
    found = told(test, training)
    assert (found.effect, found.high) == (1, 1)
    assert found.low == pytest.approx(stats.beta.ppf(0.025, 5 + 0.5, 0.5))  # Jeffreys'
    assert told(replace(test, above=-math.inf, below=0.5), training).doubt < 0.01


def outcome(effect: float, error: float, **more) -> Outcome:
    """Of a test that the effect lies above 0, with 5 seeds."""
    half = float(stats.t.ppf(0.975, 4)) * error
    doubt = float(stats.t.cdf(effect / error, 4))
    return Outcome(
        "", "s", effect, effect - half, effect + half, least=0.0, strict=True, doubt=doubt, **more
    )


def test_one_of_many_refutes_only_beyond_doubt():
    """-2.9 standard errors are enough for one test (2.78), and not for the worst of eight (4.6)."""
    fair, bad, hopeless = outcome(5.0, 1.0), outcome(-2.9, 1.0), outcome(-5.5, 1.0)
    assert rules.decide([bad]) == (CONTRADICTED, bad)
    assert rules.decide([*[fair] * 7, bad]) == (INCONCLUSIVE, bad)
    assert rules.decide([*[fair] * 7, hopeless]) == (CONTRADICTED, hopeless)
    assert rules.decide([fair, fair])[0] == SUPPORTED
    shown = outcome(-9.0, 1.0, decides=False)
    assert rules.decide([fair, shown]) == (SUPPORTED, fair)


def false_alarms(rng, decide, tests: int, worlds: int = 2000) -> float:
    """How often a claim of several tests is contradicted where all runs are equal."""
    found = 0
    for values in rng.normal(size=(worlds, 5, tests + 1)):
        rows = values[:, :1] - values[:, 1:]
        pairs = zip(rows.mean(0), rows.std(0, ddof=1) / math.sqrt(5), strict=True)
        found += decide([outcome(*pair) for pair in pairs]) == CONTRADICTED
    return found / worlds


def test_claims_of_many_tests_are_falsely_contradicted_no_oftener_than_others(rng):
    def corrected(outcomes) -> str:
        return rules.decide(outcomes)[0]

    assert false_alarms(rng, lambda outcomes: decisive(outcomes).verdict, tests=8) > 0.08
    assert false_alarms(rng, corrected, tests=8) < 0.03
    assert false_alarms(rng, corrected, tests=1) == pytest.approx(0.025, abs=0.011)


def test_a_reader_is_told_what_so_many_seeds_can_decide(results_of):
    results = results_of("fig3_point", returns={run: (0.5,) * 6 for run in (
        "mri", "maml", "imitation", "random")})  # fmt: skip
    test = better("mri", "maml", 1)
    notes = rules.notes(test, told(test, results), lambda _: results, "test")
    said = [text for text, holds in notes.items() if holds]
    assert any("5 seeds decide differences from" in text for text in said)
    clear = better("mri", "maml", 1, by=-0.5)
    notes = rules.notes(clear, told(clear, results), lambda _: results, "test")
    assert not any(notes.values())


def test_every_claim_can_be_judged_by_seeds(world, tmp_path):
    """Worlds made about as the papers say: nothing is left out, and enough of it holds."""
    made = world()
    for panel in mri.PANELS:
        made.panel(panel.name)
    trained = Trained(tmp_path / "more")
    for panel in mame.PANELS:
        trained.panel(panel.name)
    for paper, root in ((mri, made.root), (mame, trained.root)):
        judge = partial(verdicts, paper.CLAIMS, present(paper.PANELS, "tiny", made.seeds, root))
        rows = judge("tiny")
        again = {panel.name for panel in paper.PANELS if panel.kind == "retested"}  # see there
        assert {row.panel for row in rows if row.verdict == NOT_RUN} == again
        rows = [row for row in rows if row.panel not in again]
        kinds = {row.verdict for row in rows}
        assert kinds <= {SUPPORTED, CONTRADICTED, INCONCLUSIVE, UNIT_TEST}
        held = [row for row in rows if row.verdict == SUPPORTED]
        assert len(held) > len(rows) / 3
        assert not any("too narrow" in row.caution for row in rows)
