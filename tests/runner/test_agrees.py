"""`remeta repro` and `dvc repro` do the same and write the same."""

from copy import deepcopy

import pytest

from remeta.runner.lockfile import split
from tests.runner.toy import PARAMS, STAGES


def with_first_rate(rate: float) -> dict:
    params = deepcopy(PARAMS)
    params["hp"]["runs"]["mri"]["rate"]["first"] = rate
    return params


EXTRA = {"cmd": "echo extra >> ran; cat figure > extra", "deps": ["figure"], "outs": ["extra"]}
TABLE = STAGES["table"] | {"cmd": ["echo table >> ran", "tac curves/* > table"]}
CHANGES = {
    "nothing": lambda toy: None,
    "a parameter": lambda toy: toy.params(with_first_rate(0.25)),
    "a source file": lambda toy: toy.write("code/a", "two\n"),
    "only a comment": lambda toy: toy.write("code/a", "one # another comment\n"),
    "a new stage": lambda toy: toy.stages(STAGES | {"zero": EXTRA}),
    "a stage less": lambda toy: toy.stages({k: v for k, v in STAGES.items() if k != "figure"}),
    "a command": lambda toy: toy.stages(STAGES | {"table": TABLE}),
    "a run less": lambda toy: toy.params(PARAMS | {"grid": {"train": ["mri"]}}),
    "a removed result": lambda toy: (toy.folder / "table").unlink(),
    "a spoilt result": lambda toy: toy.write("curves/mri-0", "spoilt"),
}


@pytest.mark.parametrize("jobs", ["1", "3"])
def test_from_nothing_the_lock_is_that_of_dvc(toy, made, jobs):
    assert toy.repro("-j", jobs) == 0
    assert toy.lock == made.lock
    assert len(toy.ran()) == 6 and toy.status() == {}


@pytest.mark.parametrize("change", CHANGES)
def test_after_a_change_both_run_the_same_and_write_the_same(made, tmp_path, change):
    other = made.copy(tmp_path / "other")
    for toy in (made, other):
        CHANGES[change](toy)
    assert other.dvc("repro") == 0
    assert made.repro("-j", "3") == 0
    assert made.ran() == other.ran()
    assert made.lock == other.lock
    assert made.status() == {}
    assert made.dvc("repro") == 0 and made.ran() == []


def test_only_what_a_target_needs_is_made(toy, tmp_path):
    other = toy.copy(tmp_path / "other")
    assert toy.repro("-j", "3", "train@toy-maml-0") == 0
    assert other.dvc("repro", "train@toy-maml-0") == 0
    assert toy.ran() == other.ran() == ["data", "probes", "train-maml-0"]
    assert toy.lock == other.lock


def test_a_block_is_a_target(toy):
    assert toy.repro("train") == 0
    assert toy.ran() == ["data", "probes", "train-maml-0", "train-mri-0"]


def test_the_order_of_the_lock_is_that_of_the_plan_however_it_came_about(toy, made):
    """As after runs that were stopped here and there."""
    for target in ("train@toy-maml-0", "figure"):
        assert toy.repro(target) == 0
    assert toy.repro() == 0
    assert toy.lock == made.lock


def test_a_new_seed_stands_beside_the_others(made, tmp_path):
    """In the order of the plan; DVC appends it, and finds nothing wrong with either."""
    other = made.copy(tmp_path / "other")
    for toy in (made, other):
        toy.params(PARAMS | {"profile": {"name": "toy", "seeds": [0, 1]}})
    assert made.repro("-j", "3") == 0 and other.dvc("repro") == 0
    assert made.ran() == other.ran()
    assert split(made.lock) == split(other.lock)
    runs = ["mri-0", "mri-1", "maml-0", "maml-1"]
    assert list(split(made.lock))[2:6] == [f"train@toy-{run}" for run in runs]
    assert made.status() == {}


def test_an_entry_of_another_profile_stays_where_it_is(made):
    first, rest = made.lock.split("  data@toy:")
    foreign = made.lock.split("stages:\n")[1].split("  data@toy:")[0].replace("probes:", "old@x:")
    made.write("dvc.lock", first + foreign + "  data@toy:" + rest)
    made.params(with_first_rate(0.25))
    assert made.repro() == 0
    assert list(split(made.lock))[:3] == ["probes", "old@x", "data@toy"]


def test_a_target_that_is_none_is_named(toy, capfd):
    assert toy.repro("nothing") == 2
    assert "nothing" in capfd.readouterr().err


def test_a_graph_with_a_mistake_is_told_in_a_sentence(toy, capfd):
    toy.stages(STAGES | {"twice": {"cmd": "true", "outs": ["figure"]}})
    assert toy.repro() == 2
    err = capfd.readouterr().err
    assert err.startswith("remeta repro: ") and "figure" in err and "Traceback" not in err
