import mujoco
import numpy as np

from remeta.tasks.reacher import Reacher, arm
from remeta.tasks.sim import Sim
from tests.tasks.states import data_at, physics, same_bytes, travelled

ROWS = 6


def moved(family, rng, steps=30):
    tasks = family.draw(rng, ROWS)
    return travelled(family, tasks, steps, rng), tasks


def test_the_arm_is_the_papers():
    model = Reacher().sim.model
    assert (model.nq, model.nv, model.nu) == (7, 7, 7)
    assert (model.jnt_type == mujoco.mjtJoint.mjJNT_HINGE).all()
    np.testing.assert_array_equal(model.opt.gravity, 0)
    np.testing.assert_array_equal(model.actuator_ctrlrange, [[-2, 2]] * 7)
    np.testing.assert_array_equal(model.actuator_gear[:, 0], 1)
    np.testing.assert_allclose(model.dof_armature, 0.04)
    assert set(model.dof_damping) == {0.1, 1.0}
    assert model.opt.integrator == mujoco.mjtIntegrator.mjINT_EULER


def test_a_control_step_lasts_a_twentieth_of_a_second(rng):
    reacher = Reacher()
    state, _ = moved(reacher, rng, steps=20)
    np.testing.assert_allclose(state[:, 0], 20 * 0.05)


def test_at_rest_the_tips_centre_of_mass_is_not_its_body(rng):
    reacher = Reacher()
    rest = reacher.start(rng, reacher.draw(rng, 1))
    body = data_at(reacher.sim, rest[0]).body("tips_arm")
    np.testing.assert_allclose(body.xpos, [0.821, -0.6, 0], atol=1e-9)
    np.testing.assert_allclose(reacher.observe(rest)[0, 14:], [0.921, -0.6, 0], atol=1e-9)


def test_an_observation_is_angles_velocities_and_the_tip(rng):
    reacher = Reacher()
    state, _ = moved(reacher, rng)
    obs = reacher.observe(state)
    assert obs.shape == (ROWS, reacher.obs_size)
    for row in range(ROWS):
        data = data_at(reacher.sim, state[row])
        tip = data.body("tips_arm").subtree_com
        expected = np.concatenate([data.qpos, data.qvel, tip])
        np.testing.assert_allclose(obs[row], expected, atol=1e-12)


def test_rewards_are_of_the_state_before_the_action(rng):
    dense, sparse = Reacher("dense"), Reacher("sparse")
    state, tasks = moved(dense, rng, steps=5)
    gaps = np.empty(ROWS)
    for row in range(ROWS):
        tip = data_at(dense.sim, state[row]).body("tips_arm").subtree_com
        if row % 2:
            tasks[row] = tip + rng.uniform(-0.1, 0.1, 3)  # within 0.18
        gaps[row] = np.linalg.norm(tip - tasks[row])
    for action in (np.ones((ROWS, 7)), -np.ones((ROWS, 7))):
        np.testing.assert_allclose(dense.advance(state, action, tasks)[1], -gaps)
        found = sparse.advance(state, action, tasks)[1]
        np.testing.assert_array_equal(found, [1.0 if gap < 0.2 else 0.0 for gap in gaps])
        assert 0 < found.mean() < 1


def test_the_sparse_reward_ends_at_two_tenths_of_a_metre(rng):
    sparse = Reacher("sparse")
    state = sparse.start(rng, np.zeros((2, 3)))
    tips = sparse.tip(state)
    goals = tips + np.array([[0, 0, 0.1999], [0, 0.2001, 0]])
    np.testing.assert_array_equal(sparse.advance(state, np.zeros((2, 7)), goals)[1], [1, 0])


def test_actions_are_torques_up_to_two(rng):
    reacher = Reacher()
    state, tasks = moved(reacher, rng)
    action = rng.uniform(-1, 1, (ROWS, 7))
    expected = Sim(arm(), 5).step(physics(reacher, state), 2 * action)
    assert same_bytes(physics(reacher, reacher.advance(state, action, tasks)[0]), expected)


def test_episodes_start_straight_and_still_or_hardly_moving_if_sparse(rng):
    dense, sparse = Reacher("dense"), Reacher("sparse")
    tasks = dense.draw(rng, 500)
    for family in (dense, sparse):
        assert (family.sim.qpos(family.start(rng, tasks)) == 0).all()
    assert (dense.sim.qvel(dense.start(rng, tasks)) == 0).all()
    speed = sparse.sim.qvel(sparse.start(rng, tasks))
    assert (np.abs(speed) <= 0.005).all() and (np.abs(speed).max(0) > 0.0045).all()


def test_goals_lie_on_the_table(rng):
    goals = Reacher().draw(rng, 2000)
    assert (np.abs(goals[:, 0]) <= 0.4).all()
    assert (goals[:, 1] <= 0).all() and (goals[:, 1] >= -0.4).all()
    assert (goals[:, 2] == -0.3).all()
    np.testing.assert_allclose(goals.min(0)[:2], [-0.4, -0.4], atol=0.01)
    np.testing.assert_allclose(goals.max(0)[:2], [0.4, 0.0], atol=0.01)
