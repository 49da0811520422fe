"""Which stages may start, which are skipped and which must look again."""

from remeta.runner.board import Board, State

NEEDS = {
    "data": [],
    "left": ["data"],
    "right": ["data"],
    "table": ["left", "right"],
    "figure": ["table"],
    "apart": [],
}


def board(*done: str) -> Board:
    made = Board(NEEDS, NEEDS)
    for name in done:
        made.done(name)
    return made


def test_a_stage_is_ready_once_all_it_needs_is_done():
    assert list(board().ready()) == ["data", "apart"]
    assert list(board("data").ready()) == ["left", "right", "apart"]
    assert list(board("data", "left").ready()) == ["right", "apart"]
    assert list(board("data", "left", "right", "apart").ready()) == ["table"]


def test_what_runs_is_not_ready_again():
    running = board("data")
    running.state["left"] = State.RUNNING
    assert list(running.ready()) == ["right", "apart"]


def test_needs_that_are_not_planned_are_not_waited_for():
    assert list(Board(["table"], NEEDS).ready()) == ["table"]


def test_states_may_change_while_the_ready_are_read():
    one = board("data")
    for name in one.ready():
        one.fail(name)
    assert one.names(State.FAILED) == ["left", "right", "apart"]
    assert one.names(State.SKIPPED) == ["table", "figure"]


def test_a_failure_skips_all_that_needs_it_and_nothing_else():
    one = board("data")
    one.fail("left")
    assert one.names(State.SKIPPED) == ["table", "figure"]
    assert list(one.ready()) == ["right", "apart"]
    assert not one.over


def test_it_is_over_when_nothing_waits_or_runs():
    one = board("data", "right", "apart")
    one.state["left"] = State.RUNNING
    one.fail("left")
    assert one.over and one.count(State.DONE) == 3


def test_a_stage_whose_outputs_are_lost_runs_again_and_its_users_wait():
    one = board("data", "left", "right", "apart")
    one.again(["left"])
    assert one.forced == {"left"}
    assert list(one.ready()) == ["left"]
    one.done("left")
    assert list(one.ready()) == ["table"]


def test_what_was_current_looks_again_after_what_it_needs_has_run_again():
    one = board(*NEEDS)
    one.again(["data"])
    assert list(one.ready()) == ["data"]
    one.done("data")
    assert list(one.ready()) == ["left", "right"]  # whether the new data are the old ones
    assert not one.forced
