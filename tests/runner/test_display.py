"""What a person sees, on a terminal and in a log."""

import re
from io import StringIO

import pytest

from remeta.runner.display import LIVE, SPARSE, Display, read_progress
from remeta.runner.schedule import Schedule, State

UP = re.compile(r"\x1b\[(\d+)A\x1b\[J")


class Terminal(StringIO):
    def isatty(self) -> bool:
        return True

    def seen(self) -> list[str]:
        """The lines that stand there: each erasure goes up over what was drawn before."""
        lines: list[str] = []
        at = 0
        for jump in UP.finditer(text := self.getvalue()):
            lines += text[at : jump.start()].splitlines()
            del lines[len(lines) - int(jump[1]) :]
            at = jump.end()
        return [line.replace("\x1b[K", "") for line in [*lines, *text[at:].splitlines()]]


@pytest.fixture
def schedule() -> Schedule:
    schedule = Schedule("abcd", {"a": [], "b": [], "c": ["b"], "d": []})
    schedule.mark_done("a")
    schedule.state["b"] = State.RUNNING
    return schedule


@pytest.fixture
def terminal(schedule) -> tuple[Display, Terminal]:
    out = Terminal()
    return Display(schedule, out), out


HOW = {"done": 3, "total": 12, "told": "return -4.2"}


def test_a_log_has_events_and_now_and_then_a_summary(schedule):
    out = StringIO()
    display = Display(schedule, out)
    display.print_line("[1/4] a ran in 0:01")
    display.show({"b": (2.0, HOW)}, 0.0)
    assert out.getvalue().splitlines() == [
        "[1/4] a ran in 0:01",
        "1/4 done · 1 running · 2 waiting",
    ]


def test_the_picture_counts_and_says_how_far_each_stage_is(terminal):
    display, out = terminal
    display.show({"b": (65.0, HOW)}, 90.0)
    summary, line = out.seen()
    assert summary.startswith("1/4 done · 1 running · 2 waiting · about 1:30 left, done at ")
    assert line == "  b  1:05  ███░░░░░░░░░ 3/12  return -4.2"


def test_a_stage_that_says_nothing_has_its_time(terminal):
    display, out = terminal
    display.show({"b": (2.0, {})}, 0.0)
    assert out.seen() == ["1/4 done · 1 running · 2 waiting", "  b  0:02"]


def test_a_new_picture_takes_the_place_of_the_old(terminal):
    display, out = terminal
    display.show({"b": (1.0, {}), "d": (1.0, {})}, 0.0)
    display.show({"b": (2.0, {})}, 0.0)
    assert out.seen()[1:] == ["  b  0:02"]


def test_what_is_said_stays_above_the_picture(terminal):
    display, out = terminal
    for seconds in (1.0, 2.0, 3.0):
        display.show({"b": (seconds, {})}, 0.0)
        display.print_line(f"event {seconds}")
    display.show({"b": (4.0, {})}, 0.0)
    seen = out.seen()
    assert seen[:3] == ["event 1.0", "event 2.0", "event 3.0"]
    assert seen[3].startswith("1/4 done") and seen[4] == "  b  0:04" and len(seen) == 5


def test_no_line_is_wider_than_a_terminal(terminal):
    display, out = terminal
    display.show({"b": (1.0, HOW | {"told": "return 1  " * 30})}, 0.0)
    assert max(map(len, out.seen())) <= 110


@pytest.mark.parametrize(("out", "pause"), [(Terminal(), LIVE), (StringIO(), SPARSE)])
def test_pictures_are_due_now_and_then(schedule, out, pause, monkeypatch):
    now = [1000.0]
    monkeypatch.setattr("remeta.runner.display.time.monotonic", lambda: now[0])
    display = Display(schedule, out)
    assert display.needs_refresh == out.isatty()
    display.show({}, 0.0)
    assert not display.needs_refresh
    now[0] += 0.9 * pause
    assert not display.needs_refresh
    now[0] += 0.2 * pause
    assert display.needs_refresh


def test_a_picture_that_was_moved_away_is_drawn_again_at_once(terminal):
    display, _ = terminal
    display.show({}, 0.0)
    display.print_line("[2/4] b ran in 0:01")
    assert display.needs_refresh


def test_failures_are_counted(terminal, schedule):
    display, out = terminal
    schedule.mark_failed("b")
    display.show({}, 0.0)
    assert "2 failed or skipped" in out.seen()[0]


@pytest.mark.parametrize("text", [None, "", '{"done": 1, "to', "null"])
def test_a_stage_that_has_not_spoken_says_nothing(tmp_path, text):
    path = tmp_path / "speech.json"
    if text is not None:
        path.write_text(text)
    assert not read_progress(path)
