from dataclasses import dataclass

import mujoco
import numpy as np
import pytest
import torch

from remeta.experience.adaptation import Spent
from remeta.experience.collect import collect
from remeta.experience.world import World
from remeta.pipeline.stages.evaluate import scores_of
from remeta.tasks.cheetah_run import CheetahRun, delta
from tests.tasks.gymnasiums import environment
from tests.tasks.states import data_at, same_bytes, some_actions, travelled

ROWS = 5


def moved(family, rng, steps=40):
    tasks = family.draw(rng, ROWS)
    return travelled(family, tasks, steps, rng), tasks


def test_a_step_and_what_is_seen_of_it_are_gymnasiums(rng):
    """The place of the torso too, which their simulator computed a frame before."""
    family, env = CheetahRun(), environment("HalfCheetah-v5")
    state, tasks = moved(family, rng)
    action = some_actions(family, ROWS, rng)
    after, reward, done = family.advance(state, action, tasks)
    obs = family.observe(after)
    assert obs.shape == (ROWS, family.obs_size) == (ROWS, 20) and not done.any()
    for row in range(ROWS):
        env.set_state(family.sim.qpos(state)[row], family.sim.qvel(state)[row])
        env.data.qacc_warmstart[:] = 0  # ours starts the solver cold
        theirs, _, _, _, told = env.step(action[row])
        np.testing.assert_array_equal(obs[row, :17], theirs)
        np.testing.assert_allclose(obs[row, 17:], env.data.body("torso").xpos, atol=1e-14)
        assert abs(obs[row, 17] - env.data.qpos[0]) > 1e-4
        expected = -abs(told["x_velocity"] - tasks[row, 0]) - 0.05 * sum(action[row] ** 2)
        np.testing.assert_allclose(reward[row], expected, atol=1e-12)


def test_at_first_the_place_is_that_of_the_state(rng):
    family = CheetahRun()
    state = family.start(rng, family.draw(rng, ROWS))
    for row in range(ROWS):
        place = data_at(family.sim, state[row]).body("torso").xpos
        np.testing.assert_allclose(family.observe(state)[row, 17:], place, atol=1e-14)


def test_an_episode_starts_as_gymnasiums_all_but_standing():
    family, env = CheetahRun(), environment("HalfCheetah-v5")
    obs, _ = env.reset(seed=5)
    state = family.start(np.random.default_rng(5), np.zeros((1, 1)))
    np.testing.assert_array_equal(family.observe(state)[0, :17], obs)
    many = family.sim.qvel(family.start(np.random.default_rng(0), np.zeros((4000, 1))))
    np.testing.assert_allclose(many.std(0), 0.1, rtol=0.1)


def test_the_speed_that_is_paid_for_is_the_mean_of_the_frames_speeds(rng):
    """Euler moves by the speed that a frame ends with; with no effort the pay is the gap to it."""
    family = CheetahRun()
    state, tasks = moved(family, rng)
    _, reward, _ = family.advance(state, np.zeros((ROWS, 6)), tasks)
    for row in range(ROWS):
        data, speeds = data_at(family.sim, state[row]), []
        data.qacc_warmstart[:] = 0
        for _ in range(5):
            mujoco.mj_step(family.sim.model, data)
            speeds.append(data.qvel[0])
        np.testing.assert_allclose(-reward[row], abs(np.mean(speeds) - tasks[row, 0]), atol=1e-10)


def test_tasks_are_the_papers():
    given = CheetahRun().official_tasks
    assert given.keys() == {"train", "test"}
    np.testing.assert_allclose(sorted(given["train"][:, 0]), [k / 10 for k in range(31)])
    np.testing.assert_allclose(sorted(given["test"][:, 0]), [0.05 + k / 10 for k in range(30)])


def test_some_of_the_tasks_are_slow_and_some_are_fast():
    for part in CheetahRun().official_tasks.values():
        for count in (4, 8, 16):
            gaps = np.diff([0, *sorted(part[:count, 0]), 3])
            assert gaps.max() <= 2 * 3 / count


def test_drawn_speeds_are_uniform_up_to_three(rng):
    speeds = CheetahRun().draw(rng, 4000)
    assert speeds.shape == (4000, 1)
    counts = np.histogram(speeds, bins=8, range=(0, 3))[0]
    assert counts.sum() == 4000
    np.testing.assert_allclose(counts, 500, atol=5 * np.sqrt(500))


def test_delta_is_the_mean_gap_between_speed_and_target(rng):
    """From what an episode paid and did, actions beyond the bound among it."""
    family, rewards, actions, gaps = CheetahRun(), [], [], []
    tasks = family.draw(rng, ROWS)
    state = family.start(rng, tasks)
    for _ in range(20):
        action = 1.5 * some_actions(family, ROWS, rng)
        after, reward, _ = family.advance(state, action, tasks)
        gaps.append(abs((after - state)[:, 1] / 0.05 - tasks[:, 0]))
        rewards.append(reward), actions.append(action)
        state = after
    episodes = np.stack(rewards, -1), np.stack(actions, 1), np.ones((ROWS, 20))
    found = delta(*episodes)
    np.testing.assert_allclose(found, np.mean(gaps, 0), atol=1e-12)
    batched = delta(*(part[None] for part in episodes))
    assert same_bytes(batched, found[None])


@pytest.mark.parametrize(("speed", "level"), [(1.5, 0.75), (0.0, 1.5)])
def test_who_ignores_the_task_scores_at_best_three_quarters(speed, level):
    target = CheetahRun().official_tasks["test"]
    reward = -np.abs(np.full((30, 1000), speed) - target)
    scores = delta(reward, np.zeros((30, 1000, 6)), np.ones((30, 1000)))
    np.testing.assert_allclose(scores.mean(), level)


def test_physics_that_explode_end_the_episode_as_far_off_the_pace_as_can_be(
    rng, monkeypatch, tmp_path
):
    monkeypatch.chdir(tmp_path)  # where MuJoCo logs its warning
    family = CheetahRun()
    tasks, action = family.draw(rng, 2), np.full((2, 6), 0.5)
    state = family.start(rng, tasks)
    state[0, 10:19] = 1e200  # velocities
    _, reward, done = family.advance(state, action, tasks)
    assert done.tolist() == [True, False]
    assert np.isfinite(reward).all()
    scores = delta(reward[:, None], action[:, None], np.ones((2, 1)))
    np.testing.assert_allclose(scores[0], np.ptp(family.official_tasks["train"]))


@dataclass(frozen=True)
class Exploding(CheetahRun):
    """Whose second row goes at once at speeds that no number can follow."""

    def advance(self, state, action, tasks):
        state = state.copy()
        state[1:, 10:19] = 1e200
        return super().advance(state, action, tasks)


def test_who_breaks_off_is_not_at_the_right_speed_ever_after(rng, monkeypatch, tmp_path):
    """Of two tasks to stand, one is stood; the other's physics explode, and no step follows."""
    monkeypatch.chdir(tmp_path)
    world, tasks = World(Exploding(), 6), np.zeros((2, 1))

    def standing(obs):
        return torch.zeros(*obs.shape[:-1], 6), torch.zeros(6)

    rollouts = collect(world, tasks, standing, 1, rng, deterministic=True)
    assert rollouts.mask.sum(-1).flatten().tolist() == [6, 1]
    rows = scores_of(world, tasks, Spent.nothing(2), rollouts)
    still, broken = (float(row["value"]) for row in rows if row["metric"] == "delta")
    assert 0 < still < 0.5 and broken == 3.0 == np.ptp(world.family.official_tasks["train"])


def test_scores_name_it(rng):
    act, reward = rng.uniform(-2, 2, (3, 4, 5, 6)), rng.normal(size=(3, 4, 5))
    mask = np.sort(rng.integers(2, size=(3, 4, 5)))[..., ::-1]
    found = CheetahRun().measured(np.zeros((3, 4, 5, 20)), act, reward, mask, np.zeros((3, 1)))
    assert found.keys() == {"delta"} and same_bytes(found["delta"], delta(reward, act, mask))
