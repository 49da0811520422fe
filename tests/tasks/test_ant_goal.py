import mujoco
import numpy as np
import pytest

from remeta.tasks.ant_goal import AntGoal, low_gear_ant
from remeta.tasks.sim import Sim
from tests.tasks.states import data_at, physics, same_bytes, travelled

ROWS = 6


def moved(family, rng, steps=40):
    tasks = family.draw(rng, ROWS)
    return travelled(family, tasks, steps, rng), tasks


def centre_of(sim, row):
    return data_at(sim, row).body("torso").subtree_com.copy()


def test_the_ant_is_the_papers():
    model = AntGoal().sim.model
    assert (model.nq, model.nv, model.nu, model.nbody) == (15, 14, 8, 14)
    np.testing.assert_array_equal(model.actuator_gear[:, 0], 30)
    np.testing.assert_array_equal(model.actuator_ctrlrange, [[-1, 1]] * 8)
    assert model.geom("floor").condim[0] == 1
    assert model.opt.timestep == 0.01
    assert model.opt.integrator == mujoco.mjtIntegrator.mjINT_RK4


def test_episodes_start_crouched_and_still(rng):
    ant = AntGoal()
    state = ant.start(rng, ant.draw(rng, 3))
    crouched = [0, 0, 0.55, 1, 0, 0, 0, 0, 1, 0, -1, 0, -1, 0, 1]
    np.testing.assert_array_equal(ant.sim.qpos(state), [crouched] * 3)
    assert (ant.sim.qvel(state) == 0).all()


def test_an_observation_is_state_torso_rotation_and_centre_of_mass(rng):
    ant = AntGoal()
    state, _ = moved(ant, rng)
    obs = ant.observe(state)
    assert obs.shape == (ROWS, ant.obs_size) == (ROWS, 41)
    for row in range(ROWS):
        data = data_at(ant.sim, state[row])
        torso = data.body("torso")
        expected = np.concatenate([data.qpos, data.qvel, torso.xmat, torso.subtree_com])
        np.testing.assert_allclose(obs[row], expected, atol=1e-12)


def test_the_official_inputs_hold_the_forces_on_all_fourteen_bodies(rng):
    ant = AntGoal(contact_forces=True)
    state, _ = moved(ant, rng, steps=70)
    obs, simple = ant.observe(state), AntGoal()
    plain = simple.observe(simple.complete(physics(ant, state)))
    assert obs.shape == (ROWS, ant.obs_size) == (ROWS, 125)
    np.testing.assert_array_equal(np.delete(obs, np.s_[29:113], axis=1), plain)
    for row in range(ROWS):
        data = data_at(ant.sim, state[row])
        mujoco.mj_rnePostConstraint(ant.sim.model, data)
        forces = np.clip(data.cfrc_ext, -1, 1).ravel()
        np.testing.assert_array_equal(obs[row, 29:113], forces)
    assert (np.abs(obs[:, 29:113]) == 1).any()


@pytest.mark.parametrize("contact_forces", [False, True])
def test_the_dense_reward_is_its_formula_after_the_action(rng, contact_forces):
    ant = AntGoal(contact_forces=contact_forces)
    state, tasks = moved(ant, rng, steps=60)
    action = rng.uniform(-1, 1, (ROWS, 8))
    after, reward, _ = ant.advance(state, action, tasks)
    for row in range(ROWS):
        data = data_at(ant.sim, after[row])
        mujoco.mj_rnePostConstraint(ant.sim.model, data)
        x = data.body("torso").subtree_com[:2]
        expected = 4 - abs(x[0] - tasks[row, 0]) - abs(x[1] - tasks[row, 1]) + 0.05
        expected -= 0.005 * sum(a * a for a in action[row])
        if contact_forces:
            expected -= 0.0005 * sum(np.clip(f, -1, 1) ** 2 for f in data.cfrc_ext.ravel())
        np.testing.assert_allclose(reward[row], expected, atol=1e-12)


def test_the_reward_is_not_of_the_torso_but_of_the_whole_robot(rng):
    ant = AntGoal()
    state, _ = moved(ant, rng)
    torso = ant.sim.qpos(state)[:, :2]
    assert (np.abs(ant.centre(state)[:, :2] - torso).sum(-1) > 1e-4).all()


def test_far_from_the_goal_the_sparse_reward_is_that_of_standing_at_the_origin(rng):
    """Goals around the ant at 0.3 ... 1.3 metres, so that both branches and the edge are met."""
    dense, sparse = AntGoal("dense"), AntGoal("sparse")
    state, _ = moved(dense, rng)
    action = rng.uniform(-1, 1, (ROWS, 8))
    after = dense.sim.step(physics(dense, state), action)
    x = np.stack([centre_of(dense.sim, row)[:2] for row in after])
    radius = np.array([0.3, 0.6, 0.799, 0.801, 1.0, 1.3])
    angle = rng.uniform(0, 2 * np.pi, ROWS)
    goals = x + radius[:, None] * np.column_stack([np.cos(angle), np.sin(angle)])
    near, far = dense.advance(state, action, goals)[1], sparse.advance(state, action, goals)[1]
    rest = near - (4 - np.abs(x - goals).sum(-1))
    constant = 4 - np.abs(goals[:, 0]) - np.abs(goals[:, 1]) + rest
    np.testing.assert_allclose(far, np.where(radius < 0.8, near, constant), atol=1e-12)


def test_actions_are_torques_under_gear_thirty(rng):
    ant = AntGoal()
    state, tasks = moved(ant, rng)
    action = rng.uniform(-1, 1, (ROWS, 8))
    expected = Sim(low_gear_ant(), 1).step(physics(ant, state), action)
    assert same_bytes(physics(ant, ant.advance(state, action, tasks)[0]), expected)
    data = data_at(ant.sim, state[0])
    data.ctrl[:] = action[0]
    mujoco.mj_forward(ant.sim.model, data)
    np.testing.assert_allclose(np.sort(data.qfrc_actuator[6:]), np.sort(30 * action[0]))


def test_an_episode_ends_where_the_torso_leaves_its_heights(rng):
    ant = AntGoal()
    heights = np.linspace(0.1, 1.1, 101)
    state = ant.start(rng, ant.draw(rng, 101))
    state[:, 3] = heights
    after, _, done = ant.advance(state, np.zeros((101, 8)), ant.draw(rng, 101))
    ended = np.array([not 0.2 <= z <= 1.0 for z in ant.sim.qpos(after)[:, 2]])
    np.testing.assert_array_equal(done, ended)
    assert done[0] and done[-1] and not done[50]


class Exploding(Sim):
    """Physics that break down in the first row."""

    def step(self, state, control):
        after = super().step(state, control)
        after[0, 1:] = np.nan
        return after


def test_a_world_that_breaks_down_ends_and_pays_nothing(rng):
    ant = AntGoal(sim=Exploding(low_gear_ant(), 1))
    tasks = ant.draw(rng, 2)
    _, reward, done = ant.advance(ant.start(rng, tasks), np.zeros((2, 8)), tasks)
    assert done.tolist() == [True, False]
    assert reward[0] == 0 and np.isfinite(reward[1])


def test_physics_that_explode_end_the_episode(rng, monkeypatch, tmp_path):
    """By itself MuJoCo puts such a row back into its first pose, as if nothing had happened."""
    monkeypatch.chdir(tmp_path)  # where it logs its warning
    ant = AntGoal()
    tasks = ant.draw(rng, 2)
    state = ant.start(rng, tasks)
    state[0, 16:30] = 1e11  # velocities
    _, reward, done = ant.advance(state, np.zeros((2, 8)), tasks)
    assert done.tolist() == [True, False]
    assert np.isfinite(reward).all()


@pytest.mark.parametrize("contact_forces", [False, True])
def test_the_ant_of_gmps_does_not_see_its_centre_of_mass(rng, contact_forces):
    ant, other = (AntGoal(form=f, contact_forces=contact_forces) for f in ("gmps", "mri"))
    state, _ = moved(ant, rng)
    assert ant.obs_size == 122 - 84 * (not contact_forces)
    assert ant.observe(state).shape == (ROWS, ant.obs_size)
    np.testing.assert_array_equal(ant.observe(state), other.observe(state)[:, :-3])
    assert (ant.name, other.name) == ("ant_quarter", "ant_goal")


def test_the_papers_reward_is_the_goal_term_alone(rng):
    paper, code = AntGoal(form="gmps", terms="paper"), AntGoal(form="gmps")
    state, tasks = moved(paper, rng)
    action = rng.uniform(-1, 1, (ROWS, 8))
    after, reward, _ = paper.advance(state, action, tasks)
    x = np.stack([centre_of(paper.sim, row)[:2] for row in after])
    np.testing.assert_allclose(reward, 4 - np.abs(x - tasks).sum(-1), atol=1e-12)
    more = code.advance(state, action, tasks)[1] - reward
    np.testing.assert_allclose(more, 0.05 - 0.005 * np.square(action).sum(-1), atol=1e-12)


def test_the_code_trains_on_forty_goals_and_on_every_fourth_of_them():
    given = AntGoal(form="gmps").official_tasks
    assert AntGoal().official_tasks == {}
    angles = {name: np.rad2deg(np.arctan2(*goals.T[::-1])) for name, goals in given.items()}
    np.testing.assert_allclose(np.sort(angles["train"]), np.linspace(0, 90, 40), atol=1e-12)
    np.testing.assert_allclose(angles["train"][:10], np.linspace(0, 90, 40)[::4], atol=1e-12)
    assert (np.round(angles["train"][:20] * 39 / 90) % 2 == 0).all()
    for goals in given.values():
        np.testing.assert_allclose(np.hypot(*goals.T), 2)
    beside, beyond = angles["beside"], angles["beyond"]
    assert len(beside) == len(beyond) == 10
    assert (beside < 0).sum() == (beside > 90).sum() == 5
    assert (beside.min(), beside.max()) == pytest.approx((-45, 135))
    assert beyond.min() > 90 and beyond.max() == pytest.approx(180)


@pytest.mark.parametrize(("form", "end"), [("mri", np.pi), ("gmps", np.pi / 2)])
def test_goals_lie_on_an_arc_of_two_metres(rng, form, end):
    goals = AntGoal(form=form).draw(rng, 2000)
    np.testing.assert_allclose(np.hypot(*goals.T), 2)
    angle = np.arctan2(goals[:, 1], goals[:, 0])
    assert (angle >= 0).all() and (angle <= end).all()
    # uniform: a tenth of the arc has a tenth of the goals, within five standard deviations
    counts = np.histogram(angle, bins=10, range=(0, end))[0]
    np.testing.assert_allclose(counts, 200, atol=5 * np.sqrt(200))
