"""What a run would cost is told from a meta-iteration or two."""

import json
from time import process_time

import pytest

from remeta.bench import price
from remeta.frozen import Advice
from remeta.papers.registry import panel_named
from remeta.pipeline.settings.params import Settings
from remeta.pipeline.stages.train import train
from remeta.report.evidence.prices import core_hours


@pytest.mark.parametrize(
    ("id", "run"), [("norml_point_dense", "norml"), ("mri_fig3_point", "imitation")]
)
def test_a_price_is_about_what_training_takes(id, run, monkeypatch):
    settings, panel = Settings.load(), panel_named(id)
    with price.unlearned(panel):
        told = price.run_seconds(settings, panel, run)
        train(id, run, 0)  # whatever is loaded and built once is paid here
        began = process_time()
        train(id, run, 1)
        took = process_time() - began
    assert 0.4 * took < told < 2.5 * took


def test_imitation_steps_that_were_not_timed_cost_as_much_as_those_that_were(monkeypatch):
    settings, panel = Settings.load(), panel_named("mri_fig3_point")
    values, iterations = settings.run_values(panel, "mri")
    monkeypatch.setattr(price, "iteration_seconds", lambda *_: 3.0 + 0.5 * _[-1])
    monkeypatch.setattr(price, "validation_seconds", lambda *_: 7.0)
    each = 3 + 0.5 * values["imitation_steps"]
    checks = 1 + iterations  # before the first, and after each
    assert price.run_seconds(settings, panel, "mri") == pytest.approx(
        iterations * each + 7 * checks
    )


def test_an_evenly_tuned_panel_pays_for_its_search():
    settings = Settings.load()
    seconds = dict.fromkeys(["mri", "maml"], 3600.0)
    plain, tuned = (
        price.totals(settings, panel_named(id), seconds)["hours"]
        for id in ("mri_fig4_reacher", "mri_fig4_reacher_tuned")
    )
    size = settings.profile.tuning
    assert plain == 2 * len(settings.profile.seeds)
    assert tuned >= plain + 2 * size.candidates * size.rungs[0]


def test_prices_that_cannot_be_read_say_so(tmp_path):
    path = tmp_path / "prices.json"
    assert core_hours(path, "study") == {}
    path.write_text(json.dumps({"study": {"mri_fig3_ant": {"hours": 2.5}}}))
    assert core_hours(path, "study") == {"mri_fig3_ant": 2.5} and core_hours(path, "quick") == {}
    path.write_text('{"study": {"mri_fig3_ant": {}}}')
    with pytest.raises(Advice, match="remeta price"):
        core_hours(path, "study")
