import json

import pytest

from remeta.bench import book
from remeta.bench.entry import Target, alone, compared, over

ABOUT = {"processor": "Abacus", "threads": 2.0, "versions": {"torch": "1"}}


def entries():
    return [
        compared(
            "a", "ours against theirs", "s", [1, 2, 4], [3, 4, 4], [3.0, 2.0, 1.0],
            Target("ratio", ">=", 2),
        ),
        alone("b", "ours alone", "GB", [4.0], Target("ours", "<=", 3)),
    ]  # fmt: skip


def test_entries_hold_medians_and_the_spread_of_ratios():
    first, second = entries()
    assert (first.ours, first.other) == (2, 4)
    assert (first.ratio.min, first.ratio.median, first.ratio.max) == (1, 2, 3)
    assert first.met and not second.met
    assert second.ratio is None
    assert over([3, 4], [1, 2]) == [3, 2]


@pytest.mark.parametrize(
    ("sign", "met"), [("<=", [True, True, False]), (">=", [False, True, True])]
)
def test_targets_include_their_bound(sign, met):
    assert [Target("ours", sign, 2).met(value) for value in (1, 2, 3)] == met


def test_a_new_book_keeps_what_others_wrote(tmp_path):
    path = tmp_path / "bench.json"
    path.write_text(json.dumps({"quick": {"wall_s": 512.0, "target": 600}, "entries": ["old"]}))
    written = book.record(path, entries(), ABOUT)
    assert json.loads(path.read_text()) == written
    assert written["quick"] == {"wall_s": 512.0, "target": 600}
    assert [entry["name"] for entry in written["entries"]] == ["a", "b"]


def test_the_table_tells_both_sides_and_the_quick_profile(tmp_path):
    written = book.record(tmp_path / "bench.json", entries(), ABOUT)
    assert "make repro" not in book.table(written)
    text = book.table(written | {"quick": {"wall_s": 1512.0, "target": 600}})
    assert "Abacus, 2 threads; torch 1." in text
    assert "| ours against theirs | 2.00 s | 4.00 s | 2.00 [1.00, 3.00] | ratio >= 2 | ✓ |" in text
    assert "| ours alone | 4.00 GB |  |  | ours <= 3 | ✗ |" in text
    assert "| `make repro` of the quick profile, from scratch | 1,512 s |" in text


def test_the_page_is_changed_between_its_marks_only(tmp_path):
    page = tmp_path / "README.md"
    page.write_text(f"before\n{book.START}\nold\n{book.END}\nafter\n")
    book.show(page, "new\n")
    assert page.read_text() == f"before\n{book.START}\nnew\n{book.END}\nafter\n"


@pytest.mark.parametrize("text", ["no marks\n", f"{book.START} only one\n", None])
def test_a_page_without_marks_is_left_alone(tmp_path, capsys, text):
    page = tmp_path / "README.md"
    if text is not None:
        page.write_text(text)
    book.show(page, "new\n")
    assert (page.read_text() if text is not None else not page.exists()) in (text, True)
    assert "put these marks" in capsys.readouterr().out


def test_the_machine_is_described():
    about = book.machine({"threads": 2.0, "matmul_error": 1e-7}, load=0.25)
    assert about["processor"] and about["cores"] >= 1
    assert about["versions"].keys() > {"torch", "mujoco"}
