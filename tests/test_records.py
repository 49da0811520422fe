"""Files of rows say once what all rows share, and lose nothing."""

import csv

import pytest
from hypothesis import given
from hypothesis import strategies as st

from remeta.records import CURVE_COLUMNS, SPENT, folded, shared, unfolded, written

WORDS = st.text("abcdefgh_.-019", min_size=1, max_size=8)
WHOSE = {"profile": "tiny", "run": "mame-slow_mu", "seed": 3}


def read(text: str) -> list[dict[str, str]]:
    return [*csv.DictReader(shared(text)[1].splitlines())]


@given(st.dictionaries(WORDS, WORDS), st.lists(st.tuples(WORDS, WORDS), min_size=1))
def test_what_is_written_is_read(whose, rows):
    rows = [dict(zip(("x", "y"), row, strict=True)) for row in rows]
    text = written(("x", "y"), rows, whose | WHOSE)
    assert shared(text)[0] == whose | {name: str(value) for name, value in WHOSE.items()}
    assert read(text) == rows


def test_a_file_that_does_not_say_whose_it_is_is_refused():
    with pytest.raises(ValueError, match="does not say whose rows"):
        shared("x,y\n1,2\n")


METRICS = ("loss", "return_before", "return_after", "validation_return_1", "diverged")


@given(st.lists(st.sets(st.sampled_from(METRICS), min_size=1), min_size=1, max_size=6))
def test_folding_a_curve_loses_nothing(iterations):
    """Whatever an iteration has of all metrics, in an order that all agree on."""
    rows = [
        {name: str(k) for name in SPENT} | {"metric": name, "value": str(0.5 + k)}
        for k, names in enumerate(iterations)
        for name in sorted(names)
    ]
    columns, lines = folded(rows)
    assert len(lines) == len(iterations) and columns[: len(SPENT)] == [*SPENT]
    again = [*unfolded(read(written(columns, lines, WHOSE)))]
    assert all(tuple(row) == CURVE_COLUMNS for row in again)

    def order(row):
        return int(row["iteration"]), row["metric"]

    assert sorted(again, key=order) == rows


def test_metrics_stand_where_they_do_within_an_iteration():
    """Validation is told first, and stands last all the same."""
    rows = [("0", "validation"), ("1", "loss"), ("1", "std"), ("1", "validation")]
    spent = {name: "7" for name in SPENT}
    rows = [spent | {"iteration": k, "metric": name, "value": "1"} for k, name in rows]
    columns, lines = folded(rows)
    assert columns == [*SPENT, "loss", "std", "validation"]
    assert [*unfolded(read(written(columns, lines, WHOSE)))] == rows
