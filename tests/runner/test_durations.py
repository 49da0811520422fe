"""The end of a run, estimated from what stages took before."""

from math import sqrt
from statistics import median

import pytest
from hypothesis import given
from hypothesis import strategies as st

from remeta.runner.durations import Durations, remaining
from remeta.runner.schedule import Schedule, State

PRIMES = [2, 3, 5, 7, 11, 13, 17, 19, 23, 29]


def test_a_stage_takes_what_it_took_also_in_the_next_run(tmp_path):
    durations = Durations(tmp_path / "durations.json")
    durations.add("table", 1.23456)
    durations.add("figure", 3.0)
    assert durations.estimate(["figure", "table"], {}) == {"figure": 3.0, "table": 1.23}
    durations.save()
    assert Durations(durations.path).estimate(["figure", "table"], {}) == {
        "figure": 3.0,
        "table": 1.23,
    }


@pytest.mark.parametrize(
    ("name", "like"),
    [
        ("train@quick-mri-9", [1, 2, 50]),  # the other seeds of the run
        ("train@quick-maml-0", [1, 2, 50, 4]),  # the block at this profile
        ("evaluate@quick-mri-0", [1, 2, 50, 4, 7]),  # the profile
        ("goals@paper", [1, 2, 50, 4, 7, 90, 91]),  # everything
    ],
)
def test_a_stage_never_seen_is_like_its_closest_siblings(tmp_path, name, like):
    durations = Durations(tmp_path / "durations.json")
    for seed, seconds in enumerate([1, 2, 50]):
        durations.add(f"train@quick-mri-{seed}", seconds)
    durations.add("train@quick-imitation-0", 4)
    durations.add("table@quick", 7)
    durations.add("train@study-mri-0", 90)
    durations.add("probes", 91)
    assert durations.estimate([name], {}) == {name: median(like)}


def test_what_runs_now_is_known_better_than_from_memory(tmp_path):
    durations = Durations(tmp_path / "durations.json")
    durations.add("train@quick-mri-0", 100)
    now = {"train@quick-mri-0": 6.0}
    guessed = durations.estimate(["train@quick-mri-0", "train@quick-mri-1"], now)
    assert guessed == {"train@quick-mri-0": 6.0, "train@quick-mri-1": 6.0}


@pytest.mark.parametrize("text", ["", "{", "[1]", '{"a": "long"}', "null"])
def test_an_estimate_is_worth_no_error(tmp_path, text):
    path = tmp_path / "durations.json"
    path.write_text(text)
    assert Durations(path).estimate(["table"], {}) == {"table": 0.0}


@st.composite
def plans(draw):
    """A graph in some order, the seconds of its stages and the number of slots.

    The seconds are roots of different primes: no two sums of them are equal, so nothing ends at
    the same time as anything else.
    """
    count = draw(st.integers(1, len(PRIMES)))
    names = [f"s{i}" for i in range(count)]
    needs = {
        name: draw(st.lists(st.sampled_from(names[:i]), unique=True)) if i else []
        for i, name in enumerate(names)
    }
    seconds = [sqrt(prime) for prime in draw(st.permutations(PRIMES))]
    return names, needs, dict(zip(names, seconds, strict=False)), draw(st.integers(1, 4))


def simulated(schedule: Schedule, seconds: dict[str, float], jobs: int) -> float:
    """What a run does with these stages, if nothing is current and nothing fails."""
    now, ends = 0.0, {name: seconds[name] for name in schedule.in_state(State.RUNNING)}
    while not schedule.finished:
        for name in schedule.ready():
            if len(ends) < jobs:
                schedule.state[name] = State.RUNNING
                ends[name] = now + seconds[name]
        first = min(ends, key=lambda name: ends[name])
        now = ends.pop(first)
        schedule.mark_done(first)
    return now


@given(plans())
def test_the_rest_takes_as_long_as_a_run_would(plan):
    names, needs, seconds, jobs = plan
    expected = simulated(Schedule(names, needs), seconds, jobs)
    assert remaining(Schedule(names, needs), seconds, jobs) == pytest.approx(expected)


@given(plans(), st.data())
def test_what_is_done_takes_no_time_and_what_runs_only_the_rest(plan, data):
    names, needs, seconds, jobs = plan

    def halfway() -> Schedule:
        schedule = Schedule(names, needs)
        for name in names[:done]:
            schedule.mark_done(name)
        for name in list(schedule.ready())[:running]:
            schedule.state[name] = State.RUNNING
        return schedule

    done = data.draw(st.integers(0, len(names)))
    running = data.draw(st.integers(0, jobs))
    expected = simulated(halfway(), seconds, jobs)
    assert remaining(halfway(), seconds, jobs) == pytest.approx(expected)


def test_what_is_skipped_takes_no_time():
    schedule = Schedule("ab", {"a": [], "b": ["a"]})
    schedule.mark_failed("a")
    assert remaining(schedule, {"a": 5.0, "b": 5.0}, 2) == 0.0
