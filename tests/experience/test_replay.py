import numpy as np
import pytest
import torch
from torch.testing import assert_close

from remeta.experience.replay import TaskReplay
from remeta.frozen import Advice
from remeta.pipeline.resume.trees import pack, unpack

TASKS, CAPACITY = 3, 5


def replay(span=1):
    return TaskReplay(TASKS, CAPACITY, span, task=1, number=1)


def written(ours, *adds):
    """Rows that say whose they are and when they came, counted by task; what should be kept."""
    count, kept = [0] * TASKS, [[] for _ in range(TASKS)]
    for indices in adds:
        numbers = []
        for task in indices:
            numbers.append(count[task])
            kept[task] = [*kept[task], count[task]][-CAPACITY:]
            count[task] += 1
        rows = np.array([*zip(indices, numbers, strict=True)], dtype=float)
        ours.add(np.array(indices), task=rows[:, 0], number=rows[:, 1])
    return kept


ADDS = [0, 1, 0, 2], [1, 1, 1], [0, 0, 0], [0, 2, 1], [0, 1]


def test_every_task_keeps_its_last_rows_however_they_came(rng):
    ours = replay()
    kept = written(ours, *ADDS)
    found = ours.draw(rng, np.arange(TASKS), 300)
    for task in range(TASKS):
        assert (found["task"][task] == task).all()
        assert set(found["number"][task].flatten().tolist()) == set(kept[task])
    assert ours.filled.tolist() == [len(part) for part in kept]


def test_draws_are_uniform_over_what_is_kept(rng):
    ours = replay()
    kept = written(ours, *ADDS)
    draws = ours.draw(rng, np.array([1]), 20_000)["number"].flatten().numpy()
    shares = [np.mean(draws == number) for number in kept[1]]
    np.testing.assert_allclose(shares, 1 / CAPACITY, atol=5 * np.sqrt(0.2 * 0.8 / 20_000))


def test_draws_are_of_the_tasks_asked_for_in_their_order(rng):
    ours = replay()
    written(ours, *ADDS)
    found = ours.draw(rng, np.array([2, 0, 2]), 4)
    assert found["task"].shape == (3, 4, 1)
    assert_close(found["task"][..., 0], torch.tensor([2.0, 0.0, 2.0])[:, None].expand(3, 4))


@pytest.mark.parametrize("recent", [1, 3, 99])
def test_a_recent_window_holds_the_last_rows_of_every_task(recent, rng):
    ours = replay()
    kept = written(ours, *ADDS)
    found = ours.draw(rng, np.arange(TASKS), 200, recent)["number"]
    for task in range(TASKS):
        assert set(found[task].flatten().tolist()) == set(kept[task][-recent:])


def test_what_is_forgotten_is_of_the_tasks_named_and_of_no_others(rng):
    ours = replay()
    kept = written(ours, *ADDS)
    ours.forget(np.array([0, 2]))
    assert ours.filled.tolist() == [0, CAPACITY, 0]
    ours.add(np.array([0, 0]), task=np.zeros(2), number=np.array([77.0, 78.0]))
    found = ours.draw(rng, np.array([0, 1]), 100)["number"]
    assert set(found[0].flatten().tolist()) == {77, 78}
    assert set(found[1].flatten().tolist()) == set(kept[1])


def test_one_task_s_ring_is_one_for_which_all_tasks_are_one(rng):
    """Drawing from one ring is what a plain index into its rows would be."""
    ours = TaskReplay(1, 9, x=2)
    rows = rng.normal(size=(7, 2))
    ours.add(np.zeros(7, int), x=rows)
    found = ours.draw(np.random.default_rng(5), np.zeros(1, int), 50)["x"][0]
    plain = rows[np.random.default_rng(5).integers(7, size=50)]
    assert_close(found, torch.from_numpy(plain).float())


def test_more_rows_at_once_than_a_ring_holds_are_refused():
    with pytest.raises(Advice, match="cannot take 6 at once"):
        replay().add(np.ones(6, int), task=np.ones(6), number=np.arange(6.0))


SPAN = 4


def episodes(*counts):
    """So many episodes of each task; a step says which episode it is of, and its turn."""
    ours = TaskReplay(TASKS, CAPACITY, SPAN, step=3)
    for task, count in enumerate(counts):
        indices = np.full(count, task)
        number, turn = np.mgrid[:count, :SPAN]
        ours.add(indices, step=np.stack([np.full_like(turn, task), number, turn], -1))
    return ours


def test_whole_episodes_come_whole_and_in_order(rng):
    found = episodes(3, 5, 2).episodes(rng, np.array([1, 0]), 2)["step"]
    assert found.shape == (2, 2, SPAN, 3)
    task, number, turn = found.unbind(-1)
    assert_close(task[:, 0, 0], torch.tensor([1.0, 0.0]))
    assert (number == number[..., :1]).all() and (task == task[:, :1, :1]).all()
    assert_close(turn, torch.arange(float(SPAN)).expand(2, 2, SPAN))


def test_as_many_different_episodes_come_as_there_are(rng):
    ours = episodes(3, 5, 1)
    for _ in range(50):
        number = ours.episodes(rng, np.arange(TASKS), 4)["step"][:, :, 0, 1].int().tolist()
        assert len(set(number[1])) == 4
        assert sorted(set(number[0])) == [0, 1, 2]
        assert set(number[2]) == {0}


def test_every_episode_is_drawn_as_often_as_any_other(rng):
    ours = episodes(3, 5, 1)
    draws = [ours.episodes(rng, np.array([1]), 2)["step"][0, :, 0, 1].tolist() for _ in range(2000)]
    shares = np.bincount(np.int64(draws).flatten(), minlength=5) / 4000
    np.testing.assert_allclose(shares, 0.2, atol=5 * np.sqrt(0.2 * 0.8 / 4000))


def test_random_steps_stay_within_their_episodes(rng):
    found = episodes(3, 5, 2).episodes(rng, np.array([1]), 3, steps=40)["step"][0]
    _, number, turn = found.unbind(-1)
    assert (number == number[:, :1]).all() and len(set(number[:, 0].tolist())) == 3
    assert all(set(row.tolist()) == set(range(SPAN)) for row in turn)


def test_transitions_of_episodes_are_uniform_over_all_their_steps(rng):
    found = episodes(3, 5, 2).draw(rng, np.array([0]), 12_000)["step"][0]
    place = (found[:, 1] * SPAN + found[:, 2]).int().numpy()
    shares = np.bincount(place, minlength=12) / 12_000
    np.testing.assert_allclose(shares, 1 / 12, atol=5 * np.sqrt(1 / 12 / 12_000))
    last = episodes(3, 5, 2).draw(rng, np.array([0]), 200, recent=1)["step"][0]
    assert (last[:, 1] == 2).all() and set(last[:, 2].tolist()) == set(range(SPAN))


def test_a_replay_comes_back_and_goes_on_as_it_would_have(rng):
    ours, fresh, tensors = replay(), replay(), {}
    written(ours, *ADDS[:3])
    unpack(pack(ours, "replay", tensors), fresh, tensors)
    for one in (ours, fresh):
        one.add(np.array([2, 0, 0]), task=np.array([2, 0, 0]), number=np.array([50, 51, 52]))
    found = [
        one.draw(np.random.default_rng(3), np.arange(TASKS), 50)["number"] for one in (ours, fresh)
    ]
    assert_close(*found, rtol=0, atol=0)
    assert ours.filled.tolist() == fresh.filled.tolist()
