"""Even tuning: as many candidates for all, the best of what was tried, and runs that take it."""

import json
from itertools import groupby

import numpy as np
import pytest
from scipy.stats import rankdata

from remeta.frozen import Advice
from remeta.papers.registry import panel_named
from remeta.pipeline import places
from remeta.pipeline.settings.params import Settings
from remeta.pipeline.stages import tune as tuning
from remeta.pipeline.tuning import as_chosen, candidates, file, halved, with_choice
from remeta.records import shared
from remeta.report.kinds.training.shapes import final
from tests.pipeline.tiny import PROFILE, SEED, change, drop, status

TUNED = "mri_fig4_reacher_tuned"
PANEL = panel_named(TUNED)


@pytest.fixture
def demonstrated(project):
    assert status("demos", "reacher") == 0
    return project


def tried(run: str, panel=PANEL) -> list[dict]:
    lines = shared(file(Settings.load(), panel, run, "csv").read_text())[1].splitlines()
    head = lines[0].split(",")
    return [dict(zip(head, line.split(","), strict=True)) for line in lines[1:]]


def chosen(run: str, panel=PANEL) -> dict:
    return json.loads(file(Settings.load(), panel, run, "json").read_text())


@pytest.mark.parametrize("run", ["mri", "imitation", "random"])
def test_the_choice_is_the_best_on_average_over_updates_of_those_that_lasted(demonstrated, run):
    assert status("tune", TUNED, run) == 0
    size = Settings.load().profile.tuning
    left = None
    for rung, rows in groupby(tried(run), lambda row: int(row["rung"])):
        scores: dict[str, list[float]] = {}
        for row in rows:
            if row["adapt_step"] != "0":
                scores.setdefault(row["choice"], []).append(float(row["value"]))
        assert set(scores) == (left or set(scores))
        means = {choice: np.mean(values) for choice, values in scores.items()}
        count = -(-len(means) // size.keep)
        left = set(sorted(means, key=means.get, reverse=True)[:count])
        assert rung == 0 or len(scores) < size.candidates
    (best,) = left
    assert best == "; ".join(f"{name} {of['chosen']:g}" for name, of in chosen(run).items())


def test_training_is_longer_for_those_that_last(demonstrated):
    assert status("tune", TUNED, "mri") == 0
    lengths = {row["rung"]: int(row["iterations"]) for row in tried("mri")}
    assert lengths == {"0": 1, "1": 2}  # of two iterations, the rungs of the tiny profile


def test_what_the_paper_has_stands_beside_what_was_chosen(demonstrated):
    assert status("tune", TUNED, "imitation") == 0
    published = {name: of["published"] for name, of in chosen("imitation").items()}
    settings = Settings.load()
    values, _ = settings.run_values(PANEL, "imitation")
    rate = settings.first_rate(PANEL, "imitation")
    assert published == {"test_rate": rate, "imitation_steps": values["imitation_steps"]}


def test_runs_take_what_was_chosen_and_no_others(demonstrated):
    assert status("tune", TUNED, "imitation") == 0
    choice = {name: of["chosen"] for name, of in chosen("imitation").items()}
    settings = as_chosen(Settings.load(), PANEL, "imitation")
    assert settings.first_rate(PANEL, "imitation") == choice["test_rate"]
    values, _ = settings.run_values(PANEL, "imitation")
    assert values["imitation_steps"] == choice["imitation_steps"]
    before = Settings.load()
    assert settings.run_values(PANEL, "mri") == before.run_values(PANEL, "mri")
    plain = panel_named("mri_fig4_reacher")
    assert as_chosen(before, plain, "imitation") is before
    assert status("train", TUNED, "imitation", str(SEED)) == 0
    updates = places.result(PROFILE, PANEL, "costs", "imitation", SEED, "json").read_text()
    assert json.loads(updates)["updates"] == 2 * choice["imitation_steps"]


def test_nobody_trains_before_the_choice_is_made(demonstrated, capsys):
    assert status("train", TUNED, "mri", str(SEED)) == 2
    assert "tune_" in capsys.readouterr().err


def test_who_loses_its_numbers_is_not_chosen(demonstrated, monkeypatch):
    rates = [choice["test_rate"] for choice in candidates(Settings.load(), PANEL, "random")]

    def returns(self, settings, method, course):
        rate = settings.first_rate(PANEL, "random")
        return [] if rate == max(rates) else [0.0, rate]

    monkeypatch.setattr(tuning.Tuning, "_returns", returns)
    assert status("tune", TUNED, "random") == 0
    assert chosen("random")["test_rate"]["chosen"] == sorted(rates)[-2]


def test_where_training_is_what_is_shown_it_ends_decide_and_its_runs_take_the_choice(project):
    panel = panel_named("norml_point_dense_tuned")
    assert status("tasks", "point_rotation") == 0
    assert status("tune", panel.id, "norml") == 0
    last = [row for row in tried("norml", panel) if row["rung"] == "1"]
    after = {row["choice"]: float(row["value"]) for row in last if row["adapt_step"] == "1"}
    choice = {name: of["chosen"] for name, of in chosen("norml", panel).items()}
    assert max(after, key=after.__getitem__) == tuning.said(choice)
    assert status("train", panel.id, "norml", str(SEED)) == 0
    values, _ = as_chosen(Settings.load(), panel, "norml").run_values(panel, "norml")
    assert {name: values[name] for name in choice} == choice


def test_an_end_is_what_claims_call_final(rng):
    for length in (1, 6, 10, 25):
        curves = rng.normal(size=(2, length))
        course = [{"return_before": one, "return_after": two} for one, two in curves.T]
        np.testing.assert_allclose(tuning.ends(course), final(curves))
        assert tuning.score(tuning.ends(course)) == tuning.ends(course)[1]


def test_who_does_not_adapt_is_scored_by_what_was_learned(project):
    panel = panel_named("lecture_imitation_tuned")
    for verb in ("tasks", "expert", "demos"):
        assert status(verb, "hopper") == 0
    assert status("tune", panel.id, "bc-demos4") == 0
    rows = tried("bc-demos4", panel)
    assert {row["adapt_step"] for row in rows} == {"0"}
    last = {row["choice"]: float(row["value"]) for row in rows if row["rung"] == "1"}
    (best,) = [choice for choice, value in last.items() if value == max(last.values())]
    kept = chosen("bc-demos4", panel)
    assert best == tuning.said({name: of["chosen"] for name, of in kept.items()})
    assert isinstance(
        as_chosen(Settings.load(), panel, "bc-demos4").run_values(panel, "bc-demos4")[0]["batch"],
        int,
    )


def test_where_all_lose_their_numbers_nobody_is_chosen(demonstrated, refused, monkeypatch):
    monkeypatch.setattr(tuning.Tuning, "_returns", lambda *_: [])
    refused(f"tune {TUNED} random", "all", "lost their numbers", "smaller rates")


def test_what_is_switched_off_stays_off(project):
    panel, settings = panel_named("norml_cartpole_tuned"), Settings.load()
    assert settings.run_values(panel, "dr")[0]["inner_rate"] == 0
    both = {run: candidates(settings, panel, run) for run in ("dr", "norml")}
    assert len(both["dr"]) == len(both["norml"])
    assert all("inner_rate" not in choice for choice in both["dr"])
    assert all("inner_rate" in choice for choice in both["norml"])


def test_runs_of_a_kind_whose_outer_steps_differ_choose_among_the_numbers_that_they_read(project):
    panel, settings = panel_named("mame_fig2_corner_tuned"), Settings.load()
    named = {run: {*candidates(settings, panel, run)[0]} for run in panel.runs}
    assert named["maml-vpg"] == {"inner_rate", "outer_rate"}
    assert named["maml-trpo"] == {"inner_rate", "trust_region.radius"}
    kinds = {run: settings.run_values(panel, run)[0]["kind"] for run in panel.runs}
    assert kinds["maml-vpg"] == kinds["maml-trpo"]


def test_a_factor_of_learned_rates_is_chosen_for_tests_and_not_taken_from_where_they_begin(project):
    panel, settings = panel_named("gmps_fig3_push_tuned"), Settings.load()
    for run in ("gmps", "maml"):
        for choice in candidates(settings, panel, run):
            moved = with_choice(settings, panel, run, choice)
            assert moved.first_rate(panel, run) == choice["test_rate"]
            assert moved.run_values(panel, run)[0]["inner_rate"] == choice["inner_rate"]


def test_a_fraction_is_not_rounded_to_the_whole_number_that_it_takes_the_place_of(project):
    panel = panel_named("norml_point_sparse_tuned")
    assert Settings.load().run_values(panel, "norml")[0]["inner_rate"] == 9
    moved = with_choice(Settings.load(), panel, "norml", {"inner_rate": 0.1})
    assert moved.run_values(panel, "norml")[0]["inner_rate"] == 0.1


def test_an_inner_rate_is_the_rate_at_test_too_and_a_dot_leads_into_a_block(project):
    settings = Settings.load()
    choice = {"inner_rate": 0.3, "trust_region.radius": 0.5}
    moved = with_choice(settings, PANEL, "maml", choice)
    values, _ = moved.run_values(PANEL, "maml")
    assert (values["inner_rate"], values["trust_region"]["radius"]) == (0.3, 0.5)
    assert moved.first_rate(PANEL, "maml") == 0.3
    untouched = settings.run_values(PANEL, "maml")[0]["trust_region"]["radius"]
    assert untouched != 0.5


def test_the_best_are_kept_one_in_so_many_and_the_first_of_equals():
    rng = np.random.default_rng(0)
    for count in range(1, 15):
        scores = rng.integers(5, size=count).astype(float)
        for keep in (1, 2, 3):
            best = halved(scores, keep)
            assert len(best) == max(1, -(-count // keep))
            assert scores[best].min() >= np.delete(scores, best).max(initial=-np.inf)
            ranks = rankdata(-scores[best], "min")
            assert (np.diff(ranks) >= 0).all()
    assert halved(np.array([1.0, 2.0, 2.0]), 3).tolist() == [1]


def test_a_range_that_is_too_small_for_an_even_search_is_refused(refused):
    change("profile.tuning.candidates", 13)
    refused(f"tune {TUNED} mri", "hp.tuning.mri has 12 combinations", "candidates = 13")
    drop("hp.tuning.random")
    refused(f"tune {TUNED} random", "no hp.tuning.random")


def test_a_parameter_the_method_does_not_have_is_refused(project):
    with pytest.raises(Advice, match="speed, which the method does not have"):
        with_choice(Settings.load(), PANEL, "mri", {"speed": 1.0})


def test_a_published_panel_is_not_tuned(refused):
    refused("tune mri_fig4_reacher mri", "name an evenly tuned panel")
