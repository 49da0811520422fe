"""Stages whose policies see, where nothing draws: all others are made, and nothing failed."""

from remeta.frozen import Advice
from remeta.pipeline import sighted
from remeta.runner import repro

SEES = "train-maml-0"


def test_what_sees_is_left_out_and_made_as_soon_as_something_draws(toy, monkeypatch, capfd):
    def nothing():
        raise Advice("install that.")

    monkeypatch.setattr(repro, "by_sight", lambda stage: "maml" in stage)
    monkeypatch.setattr(sighted, "found", nothing)
    assert toy.repro("-j", "1") == 0
    ran = toy.ran()
    assert SEES not in ran and {"train-mri-0", "table", "figure"} <= {*ran}
    assert "left out what sees (1 of 6): install that." in capfd.readouterr().err
    assert toy.repro("-j", "1") == 0 and toy.ran() == []
    monkeypatch.setattr(sighted, "found", lambda: "egl")
    assert toy.repro("-j", "1") == 0
    assert {*toy.ran()} == {SEES, "table", "figure"}
