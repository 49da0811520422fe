import numpy as np
import pytest
import torch

from remeta.experience.replay import TaskReplay
from remeta.experience.stream import Stream
from remeta.experience.world import World
from remeta.pipeline.resume.trees import pack, unpack
from tests.experience.countdown import TASKS, Countdown

HORIZON, ROWS = 7, 9
WORLD = World(Countdown(), HORIZON)


def idle(obs, indices):
    return np.zeros((len(obs), 2))


def walked(steps, together=False, act=idle, world=WORLD):
    """What happened, [step, row, ...], and the stream it happened to."""
    rng = np.random.default_rng(0)
    stream = Stream(world, TASKS, ROWS, rng, together)
    found = [stream.step(rng, act) for _ in range(steps)]
    return {name: np.stack([step[name] for step in found]) for name in found[0]}, stream


@pytest.mark.parametrize("together", [False, True])
def test_every_row_is_under_its_own_task_at_every_step(together):
    """The family itself refuses any other, and episodes that go on after their end."""
    found, _ = walked(60, together)
    assert (found["obs"][..., 0] == found["indices"]).all()
    assert (found["next_obs"][..., 0] == found["indices"]).all()
    assert set(found["indices"].flatten()) == {0, 1, 2, 3}


def test_an_episode_ends_with_its_task_or_at_the_horizon_and_the_next_begins_anew():
    found, _ = walked(60, together=True)
    age, ends = found["obs"][..., 1], TASKS[found["indices"], 1]
    last = age + 1 >= np.minimum(ends, HORIZON)
    assert (age[1:][last[:-1]] == 0).all()
    assert (age[1:][~last[:-1]] == age[:-1][~last[:-1]] + 1).all()
    assert (found["done"] == (age + 1 >= ends)).all()
    assert (last & ~found["done"]).any() and found["done"].any()


def test_transitions_do_not_cross_episodes():
    found, _ = walked(60)
    assert (found["next_obs"][..., 1] == found["obs"][..., 1] + 1).all()
    assert (found["reward"] == found["obs"][..., 1] + 1).all()


def test_rows_begin_mixed_or_together():
    _, mixed = walked(0 + 1)
    assert mixed.age.max() - mixed.age.min() >= HORIZON - 2
    long = np.array([[0.0, 99], [1, 99], [2, 99], [3, 99]])
    rng = np.random.default_rng(0)
    stream = Stream(WORLD, long, ROWS, rng, together=True)
    ages = [stream.step(rng, idle)["obs"][:, 1].tolist() for _ in range(3 * HORIZON)]
    assert ages == [[float(t % HORIZON)] * ROWS for t in range(3 * HORIZON)]


def test_actions_are_asked_for_by_observation_and_task():
    asked = []

    def act(obs, indices):
        asked.append((obs.numpy().copy(), indices.copy()))
        return np.stack([indices, obs[:, 2].numpy()], 1)

    found, _ = walked(20, act=act)
    for t, (obs, indices) in enumerate(asked):
        assert (found["obs"][t] == obs).all() and (found["indices"][t] == indices).all()
    moved = found["next_obs"][..., 2] - found["obs"][..., 2]
    np.testing.assert_allclose(moved, found["indices"] + found["obs"][..., 2], rtol=1e-5)


def test_what_ends_in_no_number_leaves_numbers_behind():
    found, stream = walked(40, world=World(Countdown(breaks=True), HORIZON))
    assert all(np.isfinite(part).all() for part in found.values())
    assert np.isfinite(stream.obs).all()


def test_a_stream_comes_back_and_flows_on_as_it_would_have():
    _, ours = walked(11)
    fresh, tensors = Stream(WORLD, TASKS, ROWS, np.random.default_rng(7)), {}
    unpack(pack(ours, "stream", tensors), fresh, tensors)
    one, other = (
        [s.step(rng, idle) for rng in [np.random.default_rng(3)] for _ in range(20)]
        for s in (ours, fresh)
    )
    for a, b in zip(one, other, strict=True):
        assert all((a[name] == b[name]).all() for name in a)


def test_rows_that_begin_together_fill_a_replay_with_whole_episodes():
    """A round of as many steps as the horizon has; every row's goes to the ring of its task."""
    long = np.array([[0.0, 99], [1, 99], [2, 99]])
    rng = np.random.default_rng(0)
    stream = Stream(WORLD, long, ROWS, rng, together=True)
    replay = TaskReplay(3, 20, HORIZON, obs=3, next_obs=3)
    for _ in range(4):
        steps = [stream.step(rng, idle) for _ in range(HORIZON)]
        replay.add(
            steps[0]["indices"],
            **{name: np.stack([step[name] for step in steps], 1) for name in replay.columns},
        )
    found = replay.episodes(rng, np.arange(3), 5)
    task, age, place = found["obs"].unbind(-1)
    assert (task == torch.arange(3.0)[:, None, None]).all()
    assert (age == torch.arange(float(HORIZON))).all()
    assert (place == place[..., :1]).all()  # nobody moved
    assert (found["next_obs"][:, :, :-1] == found["obs"][:, :, 1:]).all()
