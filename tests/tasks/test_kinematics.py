import mujoco
import numpy as np
import pytest

from remeta.tasks.ant_goal import AntGoal, low_gear_ant
from remeta.tasks.cheetah import Cheetah
from remeta.tasks.kinematics import Chain, PlanarCentre, rotation_matrices, turned
from remeta.tasks.reacher import Reacher
from tests.tasks.states import data_at

ROWS = 6


def test_a_turn_is_a_rotation_by_a_quaternion(rng):
    vector, angle = rng.normal(size=(ROWS, 3)), rng.uniform(-6, 6, ROWS)
    axis = rng.normal(size=3)
    axis /= np.linalg.norm(axis)
    for row, result in enumerate(turned(vector, axis, angle)):
        quaternion, expected = np.empty(4), np.empty(3)
        mujoco.mju_axisAngle2Quat(quaternion, axis, angle[row])
        mujoco.mju_rotVecQuat(expected, vector[row], quaternion)
        np.testing.assert_allclose(result, expected, atol=1e-14)


def test_rotation_matrices_are_mujocos_even_of_unnormalised_quaternions(rng):
    quaternion = rng.normal(size=(ROWS, 4)) * rng.uniform(0.1, 9, (ROWS, 1))
    for row, matrix in enumerate(rotation_matrices(quaternion)):
        expected = np.empty(9)
        mujoco.mju_quat2Mat(expected, quaternion[row] / np.linalg.norm(quaternion[row]))
        np.testing.assert_allclose(matrix.ravel(), expected, atol=1e-14)


def arm_states(rng):
    reacher = Reacher()
    state = reacher.sim.states(rng.uniform(-3, 3, (ROWS, 7)), rng.normal(size=(ROWS, 7)))
    return reacher, reacher.complete(state)


def ant_states(rng):
    ant = AntGoal()
    qpos = rng.normal(size=(ROWS, 15))
    qpos[:, 2] += 3
    qpos[:, 3:7] /= np.linalg.norm(qpos[:, 3:7], axis=-1, keepdims=True)
    return ant, ant.complete(ant.sim.states(qpos, rng.normal(size=(ROWS, 14))))


def test_the_arms_tip_is_where_mujoco_says(rng):
    reacher, state = arm_states(rng)
    tips = reacher.tip(state)
    for row in range(ROWS):
        expected = data_at(reacher.sim, state[row]).body("tips_arm").subtree_com
        np.testing.assert_allclose(tips[row], expected, atol=1e-12)


def test_the_ants_centre_is_where_mujoco_says_however_its_torso_is_turned(rng):
    ant, state = ant_states(rng)
    centres = ant.centre(state)
    for row in range(ROWS):
        expected = data_at(ant.sim, state[row]).body("torso").subtree_com
        np.testing.assert_allclose(centres[row], expected, atol=1e-12)


CROOKED = """
<mujoco>
  <worldbody>
    <body pos=".1 .2 .3" quat=".9 .1 -.3 .2">
      <joint type="hinge" axis="1 2 -1" pos=".05 0 .1"/> <geom size=".1"/>
      <body pos="0 .3 .1" quat=".2 .7 .1 .6">
        <geom size=".1"/>
        <body name="tip" pos=".2 -.1 .4" quat=".5 -.5 .3 .1">
          <joint type="hinge" axis="0 1 1" pos="0 .1 .02"/> <geom size=".1" pos=".3 .1 0"/>
          <body pos="0 .2 0"> <geom size=".05"/> </body>
        </body>
      </body>
    </body>
  </worldbody>
</mujoco>
"""


def test_a_crooked_chain_ends_where_mujoco_says(rng):
    """Frames turned in one another, hinges off their origins, a body without one."""
    model = mujoco.MjModel.from_xml_string(CROOKED)
    data, qpos = mujoco.MjData(model), rng.uniform(-3, 3, (ROWS, 2))
    for row, tip in enumerate(Chain(model, "tip").locate(qpos)):
        data.qpos[:] = qpos[row]
        mujoco.mj_forward(model, data)
        np.testing.assert_allclose(tip, data.body("tip").subtree_com, atol=1e-12)


def test_the_cheetahs_centre_and_its_speed_are_mujocos(rng):
    sim = Cheetah("direction").sim
    qpos, qvel = rng.normal(size=(2, ROWS, 9))
    centre = PlanarCentre(sim.model, "torso")
    places, speeds = centre.locate(qpos), centre.speed(qpos, qvel)
    for row, state in enumerate(sim.states(qpos, qvel)):
        data = data_at(sim, state)
        mujoco.mj_subtreeVel(sim.model, data)
        np.testing.assert_allclose(places[row], data.body("torso").subtree_com, atol=1e-14)
        np.testing.assert_allclose(speeds[row], data.subtree_linvel[1, 0], atol=1e-14)
        assert abs(speeds[row] - qvel[row, 0]) > 1e-3 and abs(places[row, 0] - qpos[row, 0]) > 1e-3


def test_what_does_not_lie_in_a_plane_has_no_planar_centre():
    with pytest.raises(ValueError, match="one hinge about y"):
        PlanarCentre(low_gear_ant().compile(), "torso")


def velocity_of(locate, family, row, epsilon=1e-6):
    """Central difference of a place along the state's own velocity."""
    sim, places = family.sim, []
    for dt in (epsilon, -epsilon):
        qpos = sim.qpos(row[None])[0].copy()
        mujoco.mj_integratePos(sim.model, qpos, sim.qvel(row[None])[0], dt)
        state = sim.states(qpos[None], sim.qvel(row[None]))
        places.append(locate(family.complete(state))[0])
    return (places[0] - places[1]) / (2 * epsilon)


def test_places_move_with_mujocos_velocity_of_the_centre_of_mass(rng):
    reacher, arms = arm_states(rng)
    ant, ants = ant_states(rng)
    for family, states, body, locate in (
        (reacher, arms, "tips_arm", reacher.tip),
        (ant, ants, "torso", ant.centre),
    ):
        for row in states:
            data = data_at(family.sim, row)
            mujoco.mj_subtreeVel(family.sim.model, data)
            expected = data.subtree_linvel[family.sim.model.body(body).id]
            np.testing.assert_allclose(velocity_of(locate, family, row), expected, atol=1e-7)
