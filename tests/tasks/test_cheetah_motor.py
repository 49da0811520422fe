import numpy as np
import pytest

from remeta.tasks.cheetah_motor import CheetahMotor
from remeta.tasks.tasksets import TaskSets
from tests.tasks.gymnasiums import environment, stepped
from tests.tasks.states import same_bytes, some_actions, travelled

ROWS = 6
FAMILY = CheetahMotor()
SWAPPED = np.arange(ROWS)[:, None] % 2.0


def moved(rng, steps=30):
    return travelled(FAMILY, SWAPPED, steps, rng)


def test_a_step_is_gymnasiums_under_the_swapped_action(rng):
    env = environment("HalfCheetah-v5")
    state, action = moved(rng), some_actions(FAMILY, ROWS, rng)
    after, reward, done = FAMILY.advance(state, action, SWAPPED)
    for row in range(ROWS):
        torque = action[row].copy()
        if SWAPPED[row, 0]:
            torque[0], torque[3] = torque[3], torque[0]
        qpos, qvel = stepped(env, FAMILY, state[row], torque)
        np.testing.assert_array_equal(FAMILY.sim.qpos(after)[row], qpos)
        np.testing.assert_array_equal(FAMILY.sim.qvel(after)[row], qvel)
        np.testing.assert_array_equal(
            FAMILY.observe(after)[row], np.concatenate([qpos[2:], qvel[2:]])
        )
        env.set_state(FAMILY.sim.qpos(state)[row], FAMILY.sim.qvel(state)[row])
        env.data.qacc_warmstart[:] = 0
        told = env.step(torque)[-1]
        expected = told["reward_forward"] + 0.5 * told["reward_ctrl"] + 1
        np.testing.assert_allclose(reward[row], expected, atol=1e-12)
        assert done[row] == (np.cos(qpos[2]) < 0.8)


def test_the_hips_are_what_is_swapped(rng):
    model = FAMILY.sim.model
    assert [model.actuator(index).name for index in (0, 3)] == ["bthigh", "fthigh"]
    state, action = moved(rng), some_actions(FAMILY, ROWS, rng)
    exchanged = action[:, [3, 1, 2, 0, 4, 5]]
    right, wrong = np.zeros((ROWS, 1)), np.ones((ROWS, 1))
    one, other = FAMILY.advance(state, action, right), FAMILY.advance(state, exchanged, wrong)
    assert same_bytes(one[0], other[0])
    np.testing.assert_allclose(one[1], other[1], atol=1e-14)
    assert not same_bytes(one[0], FAMILY.advance(state, action, wrong)[0])


def test_speed_is_what_x_gains_in_a_twentieth_of_a_second(rng):
    state, action = moved(rng), some_actions(FAMILY, ROWS, rng)
    after, reward, _ = FAMILY.advance(state, action, SWAPPED)
    gained = (after - state)[:, 1] / 0.05
    np.testing.assert_allclose((after - state)[:, 0], 0.05, atol=1e-12)  # the simulator's clock
    np.testing.assert_allclose(reward - gained, 1 - 0.05 * (action**2).sum(-1), atol=1e-12)


def test_an_episode_ends_by_the_pitch_and_is_paid_to_the_end():
    pitch = np.linspace(-0.9, 0.9, 61)
    tasks = np.zeros((len(pitch), 1))
    state = FAMILY.sim.states(np.zeros((len(pitch), 9)), np.zeros((len(pitch), 9)))
    state[:, 3] = pitch
    after, reward, done = FAMILY.advance(state, np.zeros((len(pitch), 6)), tasks)
    limit = np.arccos(0.8)  # 36.9 degrees
    np.testing.assert_array_equal(done, np.abs(after[:, 3]) > limit)
    assert done.any() and not done.all()
    np.testing.assert_allclose(reward, (after - state)[:, 1] / 0.05 + 1, atol=1e-12)


def test_neither_start_nor_sight_tells_the_wiring():
    right, wrong = (
        FAMILY.start(np.random.default_rng(0), np.full((ROWS, 1), wiring)) for wiring in (0.0, 1.0)
    )
    assert same_bytes(right, wrong) and FAMILY.observe(right).shape == (ROWS, 14)
    state = moved(np.random.default_rng(0))
    shifted = state.copy()
    shifted[:, [0, 1, 2, 10, 11]] += 1  # time, x, z, and their speeds
    np.testing.assert_array_equal(FAMILY.observe(shifted), FAMILY.observe(state))


def test_a_batch_of_four_holds_each_wiring_twice():
    assert TaskSets.drawn(FAMILY, 0, 4, 2, 2).train.tolist() == [[0], [1], [0], [1]]


def test_starts_spread_as_gyms(rng):
    state = FAMILY.start(rng, FAMILY.draw(rng, 4000))
    qpos, qvel = FAMILY.sim.qpos(state), FAMILY.sim.qvel(state)
    np.testing.assert_allclose(qpos.std(0), 0.1 / np.sqrt(3), rtol=0.1)
    assert np.abs(qpos).max() <= 0.1
    np.testing.assert_allclose(qvel.std(0), 0.1, rtol=0.1)


def test_physics_that_explode_end_the_episode_and_pay_nothing(rng, monkeypatch, tmp_path):
    monkeypatch.chdir(tmp_path)  # where MuJoCo logs its warning
    state = FAMILY.start(rng, SWAPPED)
    state[0, 10:19] = 1e200  # velocities
    _, reward, done = FAMILY.advance(state, np.zeros((ROWS, 6)), SWAPPED)
    assert done.tolist() == [True] + [False] * (ROWS - 1)
    assert reward[0] == 0 and (reward[1:] != 0).all()


@pytest.mark.parametrize("threads", ["2", "5"])
def test_any_number_of_threads_gives_the_same_bytes(threads, monkeypatch):
    found = []
    for count in ("1", threads):
        monkeypatch.setenv("REMETA_THREADS", count)
        found.append(travelled(CheetahMotor(), SWAPPED, 20, np.random.default_rng(0)))
    assert same_bytes(*found)
