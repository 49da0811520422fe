"""A checkpoint is whole or not believed, and writing one never stops a stage."""

import errno
import os
from dataclasses import dataclass

import numpy as np
import pytest
import torch
from torch import Tensor

from remeta.core.adam import Moments
from remeta.experience.replay import TaskReplay
from remeta.pipeline.resume import checkpoint
from remeta.pipeline.resume.checkpoint import Checkpoint
from remeta.pipeline.resume.trees import pack, unpack
from tests.pipeline.kills import killed

NAMES = ("weights", "moments", "rng", "generator", "array", "count", "rows", "replay")


class Learner:
    """Of everything a little."""

    def __init__(self, seed: int):
        self.generator = torch.Generator().manual_seed(seed)
        self.weights = {"a": torch.randn(2, 3, generator=self.generator), "b": torch.zeros(0)}
        self.moments = Moments.zeros(self.weights)
        self.rng, self.count, self.rows = np.random.default_rng(seed), seed, []
        self.array, self.replay = self.rng.normal(size=(2, 2)), TaskReplay(1, 3, obs=2)

    def step(self) -> None:
        self.weights = {name: w + 1 / 3 for name, w in self.weights.items()}
        self.moments = Moments(self.weights, self.moments.square, self.moments.count + 1)
        self.array[self.array > 0] = np.nan
        self.rows.append({"value": f"{self.rng.normal():.6g}", "at": self.count})
        self.replay.add(np.zeros(2, int), obs=self.rng.normal(size=(2, 2)))
        self.count += 1

    def told(self) -> str:
        """Everything, and what its generators would give next."""
        plain = [self.weights, self.moments, self.array.tolist(), self.count, self.rows]
        drawn = self.rng.normal(), torch.rand(3, generator=self.generator)
        return repr([plain, drawn, vars(self.replay)])


@pytest.fixture
def here(tmp_path, monkeypatch):
    monkeypatch.setattr(checkpoint, "EVERY", 0.0)
    return tmp_path / "stage"


def made(here, learner: Learner, fingerprint: str = "one") -> Checkpoint:
    return Checkpoint("a stage", here, fingerprint, {"learner": (learner, NAMES)}, 0.0)


def kept(here, steps: int = 2) -> tuple[Checkpoint, Learner]:
    learner = Learner(1)
    for _ in range(steps):
        learner.step()
    one = made(here, learner)
    one.keep()
    return one, learner


def test_everything_comes_back_and_generators_go_on(here):
    _, learner = kept(here)
    fresh = Learner(5)
    assert made(here, fresh).resume()
    assert fresh.told() == learner.told()
    for one in (fresh, learner):
        one.step()
    assert fresh.told() == learner.told()
    assert isinstance(fresh.moments, Moments)


def test_what_comes_back_is_no_longer_tied_to_the_file(here):
    one, learner = kept(here)
    fresh = Learner(5)
    assert made(here, fresh).resume()
    one.path.write_bytes(bytes(one.path.stat().st_size))
    assert fresh.told() == learner.told()


def refused(here, capsys, fingerprint: str = "one") -> str:
    """A fresh start that stays as it is, and the one sentence that says why."""
    fresh, same = Learner(5), Learner(5)
    capsys.readouterr()
    assert not made(here, fresh, fingerprint).resume()
    assert fresh.told() == same.told()
    told = capsys.readouterr().err
    assert told.startswith("a stage: ") and told.count("\n") == 1
    return told


def test_nothing_is_said_where_there_is_nothing(here, capsys):
    assert not made(here, Learner(5)).resume()
    assert capsys.readouterr().err == ""


@pytest.mark.parametrize("share", [0.0, 0.001, 0.1, 0.5, 0.99, 0.9999])
def test_a_truncated_checkpoint_is_ignored(share, here, capsys):
    one, _ = kept(here)
    data = one.path.read_bytes()
    one.path.write_bytes(data[: int(share * len(data))])
    assert "starts from zero" in refused(here, capsys)


def test_a_flipped_bit_anywhere_is_seen_or_means_nothing(here, capsys):
    one, learner = kept(here, steps=1)
    data, told = one.path.read_bytes(), learner.told()
    seen = 0
    for at in range(0, len(data), 5):
        one.path.write_bytes(data[:at] + bytes([data[at] ^ (1 << at % 8)]) + data[at + 1 :])
        fresh = Learner(5)
        if made(here, fresh).resume():
            assert fresh.told() == told, at
        else:
            seen += 1
            assert fresh.told() == Learner(5).told()
    assert seen > 0.95 * len(data) / 5


def test_a_checkpoint_under_another_name_is_ignored(here, capsys):
    kept(here)
    (here / "one").rename(here / "two")
    assert "another run" in refused(here, capsys, "two")


def test_a_checkpoint_of_other_attributes_is_ignored(here, capsys, monkeypatch):
    kept(here)
    monkeypatch.setattr("tests.pipeline.test_checkpoint.NAMES", NAMES[:-1])
    fresh = Learner(5)
    less = Checkpoint("a stage", here, "one", {"learner": (fresh, NAMES[:-1])}, 0.0)
    assert not less.resume()
    assert fresh.told() == Learner(5).told()
    assert "other attributes" in capsys.readouterr().err


def test_other_fingerprints_and_what_was_half_written_are_removed(here, capsys):
    kept(here)
    half = here / "two" / ".state.safetensors.x.tmp"
    half.parent.mkdir()
    half.write_bytes(b"half")
    assert "it is dropped" in refused(here, capsys, "two")
    assert os.listdir(here) == ["two"] and os.listdir(here / "two") == []


def test_a_stage_that_ends_leaves_nothing(here):
    one, _ = kept(here)
    one.end()
    assert not here.exists()
    one.end()


@pytest.mark.parametrize("call", ["fsync", "replace"])
def test_a_full_disk_is_told_once_and_leaves_the_one_before(call, here, capsys, monkeypatch):
    one, learner = kept(here)
    before = one.path.read_bytes()
    learner.step()

    def full(*given):
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    with monkeypatch.context() as patch:
        patch.setattr(f"remeta.storage.os.{call}", full)
        for _ in range(3):
            one.keep()
    told = capsys.readouterr().err
    assert told.count("\n") == 1 and "No space left" in told and "goes on" in told
    assert one.path.read_bytes() == before
    one.keep()
    assert one.path.read_bytes() != before


def test_the_librarys_own_word_for_a_full_disk_is_understood(here, capsys):
    resource = pytest.importorskip("resource")
    one, _ = kept(here)
    limits = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (1000, limits[1]))
    try:
        one.keep()
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limits)
    assert "goes on" in capsys.readouterr().err
    assert made(here, Learner(5)).resume()


def test_a_kill_in_the_midst_of_writing_leaves_the_one_before(here):
    one, _ = kept(here)
    for name in ("save_file", "write_by"):
        with killed(checkpoint, name, 1):
            one.keep()
    fresh = Learner(5)
    assert made(here, fresh).resume()
    assert fresh.count == 3


def test_checkpoints_are_as_rare_as_they_are_dear(here, monkeypatch):
    now, writes = [0.0], []
    monkeypatch.setattr(checkpoint, "EVERY", 30.0)
    monkeypatch.setattr(checkpoint, "monotonic", lambda: now[0])
    one = made(here, Learner(1))

    def dear():
        writes.append(now[0])
        now[0] += 3.0

    monkeypatch.setattr(one, "_write", dear)
    for _ in range(1000):
        now[0] += 1.0
        one.keep()
    assert writes[0] == 30.0
    assert np.diff(writes).min() >= 3.0 / checkpoint.SHARE
    assert 3.0 * len(writes) < 1.1 * checkpoint.SHARE * now[0]


def test_cheap_checkpoints_come_at_their_interval(here, monkeypatch):
    now, writes = [0.0], []
    monkeypatch.setattr(checkpoint, "EVERY", 30.0)
    monkeypatch.setattr(checkpoint, "monotonic", lambda: now[0])
    one = made(here, Learner(1))
    monkeypatch.setattr(one, "_write", lambda: writes.append(now[0]))
    for _ in range(100):
        now[0] += 1.0
        one.keep()
    assert writes == [30.0, 60.0, 90.0]


def test_time_taken_before_a_kill_counts(here, monkeypatch):
    now = [100.0]
    monkeypatch.setattr(checkpoint, "monotonic", lambda: now[0])
    one = Checkpoint("a stage", here, "one", {}, began=60.0)
    one.keep()
    now[0] = 500.0
    two = Checkpoint("a stage", here, "one", {}, began=495.0)
    assert two.resume()
    now[0] = 510.0
    assert two.wall_s == 40.0 + 15.0


@dataclass
class Odd:
    what: object


@pytest.mark.parametrize("value", [object(), {1: 2}, Odd(lambda: 0), np.array([object()])])
def test_what_cannot_be_kept_is_an_error_and_no_silence(value):
    with pytest.raises(TypeError):
        pack(value, "x", {})


@pytest.mark.parametrize(
    "value",
    [None, True, 3, 2**100, 0.1, float("inf"), -0.0, "ä", [], {}, [1, [2.5, {"a": None}]]],
)
def test_plain_values_stay_what_they_are(value):
    tensors: dict[str, Tensor] = {}
    assert repr(unpack(pack(value, "x", tensors), None, tensors)) == repr(value)
    assert not tensors


@pytest.mark.parametrize(
    "value",
    [np.arange(6).reshape(2, 3).T, np.array([True, False]), np.float64(0.1), np.array(2.5)],
)
def test_arrays_stay_what_they_are(value):
    tensors: dict[str, Tensor] = {}
    found = unpack(pack(value, "x", tensors), value, tensors)
    np.testing.assert_array_equal(found, value, strict=isinstance(value, np.ndarray))
