"""A table of questions, filled from training whose ends are known."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from remeta.papers.claim import Contrast, Term
from remeta.papers.lecture import CLAIMS
from remeta.papers.lecture.panels import TABLE
from remeta.papers.registry import panel_named
from remeta.records import PHASES, folded
from remeta.report import build
from remeta.report.claims import rules
from remeta.report.claims.outcome import CONTRADICTED, INCONCLUSIVE, NOT_RUN, SUPPORTED
from remeta.report.claims.verdicts import verdicts
from remeta.report.kinds import answers, present, read
from remeta.report.kinds.training.results import Training
from tests.page.test_colours import scheme
from tests.report.kinds.test_imitation import SEEDS, put

# Returns before and after adaptation at the end of training; all begin at 0.
ENDS = {
    "point_dense": {"maml": (60, 95), "norml": (50, 100)},
    "cartpole": {"dr": (20, 20), "maml": (60, 90), "norml": (60, 100)},
    "point_sparse": {"maml": (10, 10), "norml": (20, 100)},
}
ITERATIONS = 20


def trained(root, ends=ENDS):
    """Seeds differ by a little: who is lucky before adaptation is unlucky after it."""
    for id in TABLE.made_of:
        panel = panel_named(id)
        for run in panel.runs:
            for seed in SEEDS:
                rows = []
                own = ends[panel.name].get(run, (0, 0))
                for k in range(1, ITERATIONS + 1):
                    counts = {"train_env_steps": 100 * k, "pre_episodes": k, "post_episodes": k}
                    spent = {"iteration": k, "updates": k} | counts
                    for when, end in zip(PHASES, own, strict=True):
                        luck = 2.0 * (-1) ** (seed + (when == "after"))
                        value = min((k - 1) / 10, 1) * (end + luck)
                        rows.append(spent | {"metric": f"return_{when}", "value": value})
                put(root, panel, "curves", run, seed, *folded(rows))
    return read(TABLE, "tiny", SEEDS, root)


@pytest.fixture
def root(tmp_path):
    return tmp_path / "results"


def test_every_cell_says_what_its_test_says_and_who_was_not_trained_says_nothing(root):
    trained(root)
    build.table(TABLE, "tiny", SEEDS, root)
    table = pd.read_csv(root / "tiny/lecture/tables/table.csv").set_index(["run", "measure"])
    found = {(run, *of.split(", ")): answer for (run, of), answer in table.answer.items()}
    assert found == {
        ("dr", "adapts at once", "cartpole"): "open",
        ("dr", "ends well", "cartpole"): "no",
        ("maml", "adapts at once", "point_dense"): "yes",
        ("maml", "adapts at once", "cartpole"): "yes",
        ("maml", "adapts at once", "point_sparse"): "open",
        ("maml", "ends well", "point_dense"): "yes",
        ("maml", "ends well", "cartpole"): "yes",
        ("maml", "ends well", "point_sparse"): "no",
        ("norml", "adapts at once", "point_dense"): "yes",
        ("norml", "adapts at once", "cartpole"): "yes",
        ("norml", "adapts at once", "point_sparse"): "yes",
        ("norml", "ends well", "point_dense"): "yes",
        ("norml", "ends well", "cartpole"): "yes",
        ("norml", "ends well", "point_sparse"): "yes",
    }
    assert table.value["maml", "adapts at once, cartpole"] == pytest.approx(0.3, abs=0.03)
    head, _, first, *_ = (root / "tiny/lecture/tables/table.md").read_text().splitlines()
    assert head.startswith("|  | adapts at once: rotating point, dense reward [95 %] |")
    assert first.startswith("| previous RL |  | open: ")


def test_it_is_drawn(root, tmp_path):
    trained(root)
    build.figure(TABLE, "tiny", SEEDS, root, tmp_path)
    assert (tmp_path / "lecture" / "table.png").stat().st_size > 5000


def test_answers_have_the_colours_that_verdicts_have_elsewhere():
    word = {SUPPORTED: "yes", CONTRADICTED: "no", INCONCLUSIVE: "open"}
    page = scheme("light")
    assert {verdict: answers.COLOURS[word[verdict]] for verdict in word} == {
        verdict: f"#{page[verdict]}" for verdict in word
    }
    assert len({*answers.COLOURS.values()}) == len(word)


def test_a_caution_is_told_of_the_panel_that_is_asked_and_of_no_other(root, monkeypatch):
    found = trained(root)
    warned = found.parts["point_sparse"]
    own = Training.cautions
    monkeypatch.setattr(
        Training,
        "cautions",
        lambda part, outcome: own(part, outcome) | {"odd": part.panel.name == warned.panel.name},
    )

    def cautions(*panels: str) -> bool:
        terms = tuple(Term(1, f"{panel} gain", "maml") for panel in panels)
        outcome = rules.judge(Contrast(terms, 0.0), lambda _: found, "X-1")
        return found.cautions(outcome)["odd"]

    assert cautions("point_sparse") and cautions("cartpole", "point_sparse")
    assert not cautions("cartpole") and not cautions("cartpole", "point_dense")


def test_measures_are_those_of_the_panels_asked(root):
    found = trained(root)
    part = found.parts["cartpole"]
    np.testing.assert_array_equal(
        found.values("cartpole gain", "maml"), part.values("gain", "maml")
    )
    assert found.unit("cartpole gain") == part.unit("gain")
    assert found.also("cartpole gain") == tuple(f"cartpole {one}" for one in part.also("gain"))
    runs = sum(len(panel_named(id).runs) for id in TABLE.made_of)
    assert len(found.inputs()) == len(SEEDS) * runs


def claimed(root) -> dict[str, str]:
    of_table = [claim for claim in CLAIMS if TABLE.name in claim.panels]
    rows = verdicts(of_table, present([TABLE], "tiny", SEEDS, root), "tiny")
    return {row.claim.removeprefix("LECTURE-"): row.verdict for row in rows}


def test_the_slides_statements_stand_or_fall_with_it(root):
    names = ("RL", "MAML-fast", "MAML-sparse", "NORML-fast", "NORML-sparse")
    assert claimed(root) == dict.fromkeys(names, NOT_RUN)
    trained(root)
    assert claimed(root) == dict.fromkeys(names, SUPPORTED)
    alike = {panel: {run: (80, 80) for run in runs} for panel, runs in ENDS.items()}
    trained(root, alike)
    assert claimed(root) == {
        "RL": CONTRADICTED,
        "MAML-fast": INCONCLUSIVE,
        "MAML-sparse": CONTRADICTED,
        "NORML-fast": INCONCLUSIVE,
        "NORML-sparse": SUPPORTED,
    }


def test_a_table_of_fewer_panels_asks_only_these(root):
    trained(root)
    fewer = replace(TABLE, made_of=TABLE.made_of[:1])
    assert {run for run, *_ in read(fewer, "tiny", SEEDS, root).asked()} == {"maml", "norml"}
