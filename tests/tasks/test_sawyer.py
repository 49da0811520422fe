"""What both families of the Sawyer share."""

import mujoco
import numpy as np
import pytest

from remeta.tasks.sawyer_door import SawyerDoor, doorway
from remeta.tasks.sawyer_push import SawyerPush, pushing
from remeta.tasks.sim import FULL, Sim
from tests.tasks.states import data_at, physics, same_bytes, some_actions, travelled

ROWS = 6
LOW, HIGH = [-0.5, 0.4, 0.05], [0.5, 1.0, 0.5]
KINDS = {"push": SawyerPush, "door": SawyerDoor}
SPECS = {"push": pushing, "door": doorway}


@pytest.fixture(params=KINDS)
def kind(request):
    return request.param


@pytest.fixture
def family(kind):
    return KINDS[kind]()


def moved(family, rng, steps=10):
    tasks = family.draw(rng, ROWS)
    return travelled(family, tasks, steps, rng), tasks


def led(family, state):
    return state[:, family.sim.state_size : family.sim.state_size + 3]


def test_the_arm_has_the_official_codes_numbers(family):
    model = family.sim.model
    assert (model.opt.timestep, model.opt.impratio) == (0.01, 3)
    assert model.opt.cone == mujoco.mjtCone.mjCONE_ELLIPTIC
    np.testing.assert_allclose(family.sim.duration, 0.05)
    hinges = [model.joint(f"right_j{k}").dofadr[0] for k in range(7)]
    np.testing.assert_array_equal(model.dof_armature[hinges], 0.1)
    np.testing.assert_array_equal(model.dof_damping[hinges], 10)
    np.testing.assert_array_equal(model.joint("r_close").range, [0, 0.03])
    np.testing.assert_array_equal(model.joint("l_close").range, [-0.03, 0])
    solid = model.geom_contype > 0
    np.testing.assert_array_equal(model.geom_solref[solid], [[0.02, 1]] * solid.sum())
    np.testing.assert_array_equal(model.geom_solimp[solid, :3], [[1, 1, 0]] * solid.sum())
    np.testing.assert_array_equal(model.geom("rightclaw_it").size, [0.045, 0.005, 0.015])
    steel, box = 7850 * 0.01 * 0.11 * 0.01, 1000 * 0.09 * 0.01 * 0.03  # density times volume
    masses = [model.body(name).mass[0] for name in ("hand", "rightclaw", "leftclaw")]
    np.testing.assert_allclose(masses, [steel, box, box])
    np.testing.assert_array_equal(model.eq_data[0], [0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 1])
    np.testing.assert_array_equal(model.geom("table").friction, [10, 0.1, 0.002])
    assert model.geom("table").pos[2] + model.geom("table").size[2] == 0
    assert model.nsite == model.nlight == model.ntex == 0


def test_episodes_start_alike_with_the_hand_where_it_is_led(family, rng):
    state = family.start(rng, family.draw(rng, ROWS))
    assert all(same_bytes(state[:1], state[row : row + 1]) for row in range(ROWS))
    start = [0, 0.4, 0.05] if family.name == "sawyer_push" else [0, 0.4, 0.1]
    np.testing.assert_array_equal(led(family, state)[0], start)
    np.testing.assert_allclose(family.observe(state)[0, :3], start, atol=5e-4)
    assert state[0, 0] == 0
    assert np.abs(family.sim.qvel(state)).max() < 0.3  # the arm is still moving about its hand


def test_an_action_leads_the_hand_a_centimetre_at_most_and_within_its_box(family, rng):
    state, tasks = moved(family, rng)
    action = 3 * some_actions(family, ROWS, rng)
    found = led(family, family.advance(state, action, tasks)[0])
    for row in range(ROWS):
        for axis in range(3):
            step = 0.01 * min(max(action[row, axis], -1), 1)
            expected = min(max(led(family, state)[row, axis] + step, LOW[axis]), HIGH[axis])
            assert found[row, axis] == expected
    corners = np.array([[-1.0] * 3, [1.0] * 3])
    state, tasks = family.start(rng, tasks[:2]), tasks[:2]
    for _ in range(70):
        state = family.advance(state, corners, tasks)[0]
    np.testing.assert_array_equal(led(family, state), [LOW, HIGH])


def test_a_hand_in_the_air_follows_within_half_a_step_and_keeps_its_orientation(family, rng):
    tasks = family.draw(rng, ROWS)
    state = family.start(rng, tasks)
    for step in range(30):
        action = some_actions(family, ROWS, rng)
        action[:, 1:] = [-1, 1 if step < 20 else 0]
        state = family.advance(state, action, tasks)[0]
    gaps = family.observe(state)[:, :3] - led(family, state)
    assert np.linalg.norm(gaps, axis=-1).max() < 0.005
    for row in state:
        turned = np.abs(data_at(family.sim, row).body("hand").xquat @ [0.5**0.5, 0, 0.5**0.5, 0])
        assert turned > 0.999


def test_hand_and_fingertips_are_those_of_the_state(family, rng):
    state, _ = moved(family, rng)
    width = 6 if family.name == "sawyer_push" else 9
    for row in state:
        data = data_at(family.sim, row)
        tips = [
            data.body(claw).xpos + data.body(claw).xmat.reshape(3, 3) @ [0.03, side * 0.005, 0]
            for claw, side in (("rightclaw", 1), ("leftclaw", -1))
        ]
        expected = np.concatenate([data.body("hand").xpos, (tips[0] + tips[1]) / 2])
        np.testing.assert_allclose(row[-width:][:6], expected, atol=1e-12)
        np.testing.assert_allclose(family.observe(row[None])[0, :3], expected[:3], atol=1e-12)


def test_a_step_is_five_of_mujocos_with_the_hand_led_to_its_next_place(family, rng):
    state, tasks = moved(family, rng)
    action = some_actions(family, ROWS, rng)
    after = family.advance(state, action, tasks)[0]
    for row in range(ROWS):
        data = mujoco.MjData(family.sim.model)
        mujoco.mj_setState(family.sim.model, data, physics(family, state)[row], FULL)
        data.mocap_pos[:] = np.clip(led(family, state)[row] + 0.01 * action[row], LOW, HIGH)
        for _ in range(5):
            mujoco.mj_step(family.sim.model, data)
        expected = np.empty(family.sim.state_size)
        mujoco.mj_getState(family.sim.model, data, expected, FULL)
        assert same_bytes(physics(family, after)[row], expected)


def test_rows_are_as_if_alone_to_the_byte(family, rng):
    state, tasks = moved(family, rng)
    action = some_actions(family, ROWS, rng)
    together = family.advance(state, action, tasks)
    for rows in ([0], [3], [5, 2], [1, 2, 3]):
        alone = family.advance(state[rows], action[rows], tasks[rows])
        assert all(map(same_bytes, alone, (part[rows] for part in together)))
        assert same_bytes(family.observe(alone[0]), family.observe(together[0])[rows])


def test_any_number_of_threads_gives_the_same_bytes(monkeypatch, kind):
    found = []
    for threads in ("1", "2", "5"):
        monkeypatch.setenv("REMETA_THREADS", threads)
        found.append(moved(KINDS[kind](), np.random.default_rng(0), 12)[0])
    assert same_bytes(found[0], found[1]) and same_bytes(found[0], found[2])


def test_a_step_depends_on_the_row_and_not_on_what_was_stepped_before(family, rng):
    state, tasks = moved(family, rng)
    action = some_actions(family, ROWS, rng)
    fresh = KINDS[family.name.removeprefix("sawyer_")]()
    expected = fresh.advance(state, action, tasks)[0]
    family.advance(family.start(rng, tasks), -action, tasks)
    assert same_bytes(family.advance(state, action, tasks)[0], expected)
    assert not same_bytes(family.advance(state[::-1], action, tasks)[0], expected)


def test_everything_moves_by_the_velocity_that_it_ends_with(kind, rng):
    """Semi-implicit Euler: x' = x + dt v'; of a block that turns, its place."""
    sim, slow = Sim(SPECS[kind](), 1), KINDS[kind]()
    before = physics(slow, moved(slow, rng)[0])
    places = np.tile([0.0, 0.0, 0.1, 0.6, 0.2], (ROWS, 1))  # fingers, and where the hand is led
    after = sim.step(before, places)
    count = 12 if kind == "push" else sim.nq
    speed = (sim.qpos(after) - sim.qpos(before))[:, :count] / 0.01
    np.testing.assert_allclose(speed, sim.qvel(after)[:, :count], rtol=1e-9, atol=1e-12)


def test_open_fingers_stay_open_and_driven_ones_close(kind, rng):
    assert KINDS[kind]().act_size == 3
    family = KINDS[kind](gripper="driven")
    assert family.act_size == 4
    tasks = family.draw(rng, 3)
    state = family.start(rng, tasks)
    squeeze = np.zeros((3, 4))
    squeeze[:, 3] = [-1, 0, 1]
    for _ in range(40):
        state = family.advance(state, squeeze, tasks)[0]
    closed = family._arm.closed(state)
    right, left = family.sim.qpos(state)[:, 7:9].T
    np.testing.assert_allclose(closed, (right - left) / 2)
    assert abs(closed[1]) < 1e-3 and closed[2] > closed[1] + 0.01 > closed[0]


class Exploding(Sim):
    """Physics that break down in the first row."""

    def step(self, state, control):
        after = super().step(state, control)
        if len(after) > 1:
            after[0, 20:] = np.nan
        return after


def test_a_world_that_breaks_down_ends_and_pays_nothing(kind, rng):
    family = KINDS[kind](sim=Exploding(SPECS[kind](), 5))
    tasks = family.draw(rng, 2)
    _, reward, done = family.advance(family.start(rng, tasks), np.zeros((2, 3)), tasks)
    assert done.tolist() == [True, False]
    assert reward[0] == 0 and np.isfinite(reward[1])
