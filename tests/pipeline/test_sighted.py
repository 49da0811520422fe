"""Where nothing draws off screen, what sees is left out, and so it is said."""

import pytest

from remeta.frozen import Advice
from remeta.papers.registry import PANELS
from remeta.pipeline import sighted
from remeta.pipeline.sighted import by_sight, drawable, seeing

SEES, BLIND = "train_gmps_fig5_vision@quick-gmps-0", "train_gmps_fig5_ant@quick-gmps-0"


@pytest.fixture
def dark(monkeypatch):
    def nothing():
        raise Advice("install this.")

    monkeypatch.setattr(sighted, "found", nothing)


@pytest.fixture
def light(monkeypatch):
    monkeypatch.setattr(sighted, "found", lambda: "egl")


def test_stages_of_panels_by_sight_are_known_by_their_names():
    names = ("gmps_fig5_vision@quick", "table_gmps_fig6_vision@quick", SEES)
    assert all(map(by_sight, names))
    others = ("gmps@quick", "gmps_claims@quick", "demos_sawyer_push_seen@quick", "probes", BLIND)
    assert not any(map(by_sight, others))


def test_without_gl_they_are_left_out_and_a_sentence_says_why(dark):
    left, told = drawable([SEES, BLIND], by_sight)
    assert left == [BLIND] and told == "left out what sees (1 of 2): install this."
    panels, told = drawable(PANELS, seeing)
    assert len(panels) == len(PANELS) - 2 and told


def test_with_it_nothing_is(light):
    assert drawable([SEES, BLIND], by_sight) == ([SEES, BLIND], "")


def test_nobody_looks_for_gl_where_nothing_sees(monkeypatch):
    monkeypatch.setattr(sighted, "found", lambda: pytest.fail("it was looked for"))
    assert drawable([BLIND], by_sight) == ([BLIND], "")
