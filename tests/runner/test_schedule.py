"""Which stages may start, which are skipped and which must look again."""

from remeta.runner.schedule import Schedule, State

NEEDS = {
    "data": [],
    "left": ["data"],
    "right": ["data"],
    "table": ["left", "right"],
    "figure": ["table"],
    "apart": [],
}


def schedule(*done: str) -> Schedule:
    made = Schedule(NEEDS, NEEDS)
    for name in done:
        made.mark_done(name)
    return made


def test_a_stage_is_ready_once_all_it_needs_is_done():
    assert list(schedule().ready()) == ["data", "apart"]
    assert list(schedule("data").ready()) == ["left", "right", "apart"]
    assert list(schedule("data", "left").ready()) == ["right", "apart"]
    assert list(schedule("data", "left", "right", "apart").ready()) == ["table"]


def test_what_runs_is_not_ready_again():
    running = schedule("data")
    running.state["left"] = State.RUNNING
    assert list(running.ready()) == ["right", "apart"]


def test_needs_that_are_not_planned_are_not_waited_for():
    assert list(Schedule(["table"], NEEDS).ready()) == ["table"]


def test_states_may_change_while_the_ready_are_read():
    one = schedule("data")
    for name in one.ready():
        one.mark_failed(name)
    assert one.in_state(State.FAILED) == ["left", "right", "apart"]
    assert one.in_state(State.SKIPPED) == ["table", "figure"]


def test_a_failure_skips_all_that_needs_it_and_nothing_else():
    one = schedule("data")
    one.mark_failed("left")
    assert one.in_state(State.SKIPPED) == ["table", "figure"]
    assert list(one.ready()) == ["right", "apart"]
    assert not one.finished


def test_it_is_over_when_nothing_waits_or_runs():
    one = schedule("data", "right", "apart")
    one.state["left"] = State.RUNNING
    one.mark_failed("left")
    assert one.finished and one.count(State.DONE) == 3


def test_a_stage_whose_outputs_are_lost_runs_again_and_its_users_wait():
    one = schedule("data", "left", "right", "apart")
    one.rerun(["left"])
    assert one.forced == {"left"}
    assert list(one.ready()) == ["left"]
    one.mark_done("left")
    assert list(one.ready()) == ["table"]


def test_what_was_current_looks_again_after_what_it_needs_has_run_again():
    one = schedule(*NEEDS)
    one.rerun(["data"])
    assert list(one.ready()) == ["data"]
    one.mark_done("data")
    assert list(one.ready()) == ["left", "right"]  # whether the new data are the old ones
    assert not one.forced
