import copy

import numpy as np
import torch
from torch.testing import assert_close

from remeta.experience.world import World
from remeta.learners.offpolicy import Interleaved, UpdateSchedule, averaged
from remeta.pipeline.resume.trees import pack, unpack
from tests.experience.countdown import TASKS, Countdown

WORLD = World(Countdown(), 7)
RHYTHM = UpdateSchedule(rows=5, steps=3, updates=4, warm_up=31)


class Diary:
    """Who did what, in their order; the learner's actions are all 7."""

    def __init__(self, seed=0, rhythm=RHYTHM):
        self.rng, self.said = np.random.default_rng(seed), []
        self.loop = Interleaved(rhythm, WORLD, TASKS, self.rng)

    def act(self, obs, indices):
        return np.full((len(obs), 2), 7.0)

    def store(self, step):
        self.said.append(("step", step))

    def update(self):
        self.said.append(("update", None))
        return {"loss": torch.tensor(float(len(self.said)))}

    def round(self):
        return self.loop.round(self.rng, self.act, self.store, self.update)


def test_updates_follow_their_steps_at_the_stated_ratio_once_it_is_warm():
    diary = Diary()
    metrics = [len(diary.round()) for _ in range(5)]
    assert metrics == [0, 0, 0, 4, 4]  # 45 steps, at least 31, were taken before the fourth
    words = [word for word, _ in diary.said]
    assert words == ["step"] * 9 + (["step"] * 3 + ["update"] * 4) * 2
    assert diary.loop.taken == 5 * 15


def test_actions_are_anything_before_it_is_warm_and_the_learners_after():
    diary = Diary(rhythm=RHYTHM.model_copy(update={"rows": 200, "warm_up": 900}))
    for _ in range(3):
        diary.round()
    acts = [step["act"] for word, step in diary.said if word == "step"]
    anything = np.stack(acts[:6])
    assert (np.abs(anything) <= 1).all()
    np.testing.assert_allclose(np.mean(anything**2), 1 / 3, atol=5 * np.sqrt(4 / 45 / 2400))
    assert (np.stack(acts[6:]) == 7).all()


def test_without_warm_up_the_learner_acts_and_learns_from_the_first_step():
    diary = Diary(rhythm=RHYTHM.model_copy(update={"warm_up": 0}))
    assert len(diary.round()) == 4
    assert (diary.said[0][1]["act"] == 7).all()


def test_a_loop_comes_back_and_goes_on_as_it_would_have():
    ours, fresh, tensors = Diary(), Diary(seed=5), {}
    for _ in range(4):
        ours.round()
    unpack(pack(ours.loop, "loop", tensors), fresh.loop, tensors)
    fresh.rng = copy.deepcopy(ours.rng)
    ours.said.clear()
    for diary in (ours, fresh):
        diary.round()
    assert fresh.loop.taken == ours.loop.taken == 75
    for (word, one), (same, other) in zip(ours.said, fresh.said, strict=True):
        assert word == same
        assert all((one[name] == other[name]).all() for name in one or {})


def test_a_burst_is_told_on_average_and_none_not_at_all():
    metrics = [{"a": torch.tensor(1.0)}, {"a": torch.tensor(4.0)}]
    assert averaged(metrics) == {"a": 2.5}
    assert averaged([]) == {}


def test_a_resumed_step_does_not_change_what_was_kept_of_it():
    """What is handed out is no longer the stream's own."""
    diary = Diary()
    diary.round()
    before = copy.deepcopy(diary.said)
    diary.round()
    for (_, one), (_, other) in zip(before, diary.said[: len(before)], strict=True):
        assert_close(one, other)
