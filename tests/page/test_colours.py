"""What is written on what can be read, in light and in dark, by anybody."""

import re

import pytest

from remeta.page.markup import HERE
from remeta.report.claims.outcome import VERDICTS
from remeta.report.claims.signs import MARKS

CSS = (HERE / "templates/page.css").read_text()
ENOUGH, GRAPHIC = 4.5, 3.0  # WCAG 2.1, 1.4.3 and 1.4.11
TEXT = [(ink, on) for ink in ("ink", "soft", "link", "caution") for on in ("paper", "raised")]
TEXT += [(f"on-{v}", v) for v in (verdict.replace(" ", "-") for verdict in VERDICTS)]
DRAWN = [("supported", "raised"), ("contradicted", "raised"), ("inconclusive", "raised")]
DRAWN += [(dot, "wanted") for dot, _ in DRAWN] + [("ours", "wanted"), ("soft", "wanted")]


def scheme(name: str) -> dict[str, str]:
    light, dark = re.findall(r":root \{(.*?)\}", CSS, re.S)[:2]
    return dict(re.findall(r"--([\w-]+): #(\w{6})", light if name == "light" else dark))


def luminance(colour: str) -> float:
    parts = [int(colour[i : i + 2], 16) / 255 for i in (0, 2, 4)]
    linear = [p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    high, low = sorted((luminance(one), luminance(other)), reverse=True)
    return (high + 0.05) / (low + 0.05)


def test_black_on_white_is_as_much_as_there_can_be():
    assert contrast("000000", "ffffff") == pytest.approx(21)


@pytest.mark.parametrize("name", ["light", "dark"])
def test_words_stand_out_from_what_they_stand_on(name):
    colours = scheme(name)
    weak = {pair: contrast(*(colours[part] for part in pair)) for pair in TEXT}
    assert not {pair: found for pair, found in weak.items() if found < ENOUGH}
    weak = {pair: contrast(*(colours[part] for part in pair)) for pair in DRAWN}
    assert not {pair: found for pair, found in weak.items() if found < GRAPHIC}


def test_both_schemes_name_the_same_colours_and_no_other_are_used():
    light, dark = scheme("light"), scheme("dark")
    assert light.keys() == dark.keys()
    assert set(re.findall(r"var\(--([\w-]+)\)", CSS)) <= light.keys()


def test_no_verdict_is_told_by_colour_alone():
    assert len({*MARKS.values()}) == len(MARKS) == len(VERDICTS)
