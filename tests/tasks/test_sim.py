import mujoco
import numpy as np
import pytest

from remeta.tasks.ant_goal import AntGoal, low_gear_ant
from remeta.tasks.reacher import arm
from remeta.tasks.sim import FULL, Sim, usable_threads
from tests.tasks.states import data_at, physics, same_bytes, travelled

ROWS = 5


@pytest.fixture(params=[(arm, 5), (low_gear_ant, 1), (low_gear_ant, 4)], ids=["arm", "ant", "ant4"])
def sim(request):
    build, frame_skip = request.param
    return Sim(build(), frame_skip)


def rolled(sim, rows, steps, seed=0):
    """States of `rows` rows pushed about; the ant falls on its legs, the arm meets its limits."""
    rng = np.random.default_rng(seed)
    qpos = np.tile(sim.model.qpos0, (ROWS, 1))
    state = sim.states(qpos, rng.normal(0, 0.5, (ROWS, sim.nv)))[rows]
    path = []
    for _ in range(steps):
        control = rng.uniform(-1, 1, (ROWS, sim.nu))[rows]
        state = sim.step(state, control)
        path.append(state)
    return np.stack(path)


def test_rows_do_not_know_of_each_other(sim):
    together = rolled(sim, np.arange(ROWS), 80)
    assert not same_bytes(together[:, 0], together[:, 1])
    for row in range(ROWS):
        assert same_bytes(rolled(sim, [row], 80)[:, 0], together[:, row])
    some = [3, 1]
    assert same_bytes(rolled(sim, some, 80), together[:, some])


def test_any_number_of_threads_gives_the_same_bytes(monkeypatch):
    paths = []
    for threads in ("1", "2", "3"):
        monkeypatch.setenv("REMETA_THREADS", threads)
        paths.append(rolled(Sim(low_gear_ant(), 2), np.arange(ROWS), 60))
    assert same_bytes(paths[0], paths[1]) and same_bytes(paths[0], paths[2])


def test_threads_are_as_many_as_were_asked_for(monkeypatch):
    monkeypatch.setenv("REMETA_THREADS", "3")
    assert usable_threads() == 3
    monkeypatch.delenv("REMETA_THREADS")
    assert usable_threads() >= 1


def test_a_step_is_as_many_of_mujocos_as_frames_under_one_control(sim):
    """Stepped by hand from the same state, the solver cold at the first frame."""
    rng = np.random.default_rng(1)
    state = rolled(sim, np.arange(ROWS), 30)[-1]
    control = rng.uniform(-1, 1, (ROWS, sim.nu))
    after = sim.step(state, control)
    for row in range(ROWS):
        data = mujoco.MjData(sim.model)
        mujoco.mj_setState(sim.model, data, state[row], FULL)
        data.ctrl[:] = control[row]
        for _ in range(sim.frame_skip):
            mujoco.mj_step(sim.model, data)
        expected = np.empty(sim.state_size)
        mujoco.mj_getState(sim.model, data, expected, FULL)
        assert same_bytes(after[row], expected)


def led_ball():
    """A ball on a spring-like weld to a body that is led, and a motor that pushes it upwards."""
    return mujoco.MjSpec.from_string(
        """<mujoco><worldbody><body name="led" mocap="true"/>
        <body name="ball"><joint name="up" type="slide" axis="0 0 1"/><joint type="slide"/>
        <geom size="0.1"/></body></worldbody>
        <equality><connect body1="led" body2="ball" anchor="0 0 0" solref="0.1 1"/></equality>
        <actuator><motor joint="up"/></actuator></mujoco>"""
    )


def test_a_control_says_where_the_led_body_is_for_this_step_only():
    sim, rng = Sim(led_ball(), 3), np.random.default_rng(0)
    state, control = np.zeros((ROWS, sim.state_size)), rng.uniform(-1, 1, (ROWS, 1 + 3))
    for _ in range(2):  # the first step leaves nothing behind for the second
        after = sim.step(state, control)
        for row in range(ROWS):
            data = mujoco.MjData(sim.model)
            data.ctrl[:], data.mocap_pos[:] = control[row, :1], control[row, 1:]
            for _ in range(3):
                mujoco.mj_step(sim.model, data)
            assert same_bytes(sim.qpos(after)[row], data.qpos)
        sim.step(after, -control)
    assert (np.sign(sim.qpos(after)) == np.sign(control[:, [3, 1]])).sum() > ROWS


def test_a_step_changes_no_state_it_was_given(sim):
    state = rolled(sim, np.arange(ROWS), 3)[-1].copy()
    before = state.copy()
    sim.step(state, np.ones((ROWS, sim.nu)))
    assert same_bytes(state, before)


def test_time_passes_by_the_frames_of_a_step(sim):
    state = rolled(sim, np.arange(ROWS), 3)[-1]
    np.testing.assert_allclose(state[:, 0], 3 * sim.frame_skip * sim.model.opt.timestep)


def test_a_state_holds_what_it_was_made_of_at_time_zero(sim):
    rng = np.random.default_rng(0)
    qpos, qvel = rng.normal(size=(ROWS, sim.nq)), rng.normal(size=(ROWS, sim.nv))
    state = sim.states(qpos, qvel)
    assert same_bytes(sim.qpos(state), qpos) and same_bytes(sim.qvel(state), qvel)
    assert (state[:, 0] == 0).all()
    data = mujoco.MjData(sim.model)
    mujoco.mj_setState(sim.model, data, state[2], FULL)
    assert same_bytes(data.qpos, qpos[2]) and same_bytes(data.qvel, qvel[2])


def test_contact_forces_are_those_of_a_state_computed_anew():
    ant = AntGoal()
    rng = np.random.default_rng(0)
    state = physics(ant, travelled(ant, ant.draw(rng, ROWS), 70, rng))
    forces = ant.sim.contact_forces(state)
    assert (np.abs(forces).sum(-1) > 0).any()  # some foot is on the ground
    for row in range(ROWS):
        data = data_at(ant.sim, state[row])
        mujoco.mj_rnePostConstraint(ant.sim.model, data)
        assert same_bytes(forces[row], data.cfrc_ext[1:].ravel())


def test_contact_forces_are_the_same_for_any_number_of_threads(monkeypatch):
    ant = AntGoal()
    rng = np.random.default_rng(0)
    state = physics(ant, travelled(ant, ant.draw(rng, ROWS), 70, rng))
    for threads in ("1", "2", "7"):
        monkeypatch.setenv("REMETA_THREADS", threads)
        fresh = Sim(low_gear_ant(), 1)
        assert same_bytes(fresh.contact_forces(state), ant.sim.contact_forces(state))


def test_joints_of_the_arm_move_by_the_velocity_they_end_with():
    """Semi-implicit Euler: x' = x + dt v'."""
    sim = Sim(arm(), 1)
    path = rolled(sim, np.arange(ROWS), 40)
    moved = np.diff(sim.qpos(path.reshape(-1, sim.state_size)).reshape(40, ROWS, -1), axis=0)
    speed = sim.qvel(path.reshape(-1, sim.state_size)).reshape(40, ROWS, -1)[1:]
    np.testing.assert_allclose(moved / sim.model.opt.timestep, speed, rtol=1e-9, atol=1e-12)


def test_the_flying_ant_moves_by_the_mean_of_its_velocities_to_second_order():
    """Halving the time step quarters the trapezoid's error; a wrong velocity would leave it."""

    def error(timestep):
        spec = low_gear_ant()
        spec.option.timestep = timestep
        sim = Sim(spec, 1)
        qpos = sim.model.qpos0.copy()
        qpos[2] = 5.0
        before = sim.states(qpos[None], np.random.default_rng(0).normal(0, 1, (ROWS, sim.nv)))
        after = sim.step(before, np.full((ROWS, sim.nu), 0.5))
        speed = (sim.qvel(before) + sim.qvel(after)) / 2
        gaps = (sim.qpos(after) - sim.qpos(before)) / timestep
        place, joints = gaps[:, :3] - speed[:, :3], gaps[:, 7:] - speed[:, 6:]
        return np.abs(np.concatenate([place, joints], axis=-1)).max()

    ratio = error(0.002) / error(0.001)
    np.testing.assert_allclose(ratio, 4, rtol=0.1)
