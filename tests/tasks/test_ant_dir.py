import mujoco
import numpy as np
import pytest

from remeta.tasks.ant_dir import AntDir
from remeta.tasks.sim import Sim, gymnasium_model
from tests.tasks.gymnasiums import environment, stepped
from tests.tasks.states import data_at, same_bytes, some_actions, travelled

ROWS = 16
# bound of actions, price of effort, pay for being up, lowest height
FORMS = {"finn_gym": (1, 0.005, 0.05, 0.2), "promp": (10, 0.5, 1.0, 0.0)}


@pytest.fixture(params=FORMS)
def form(request):
    return request.param


@pytest.fixture(params=[False, True], ids=["blind", "forces"])
def ant(request, form):
    return AntDir(form, contact_forces=request.param)


def moved(family, rng, steps=5):  # the feet are down
    tasks = family.draw(rng, ROWS)
    return travelled(family, tasks, steps, rng), tasks


def forces_at(family, row):
    data = data_at(family.sim, row)
    mujoco.mj_rnePostConstraint(family.sim.model, data)
    return np.clip(data.cfrc_ext, -1, 1).ravel()


def test_the_model_is_gymnasiums():
    sim, theirs = AntDir().sim, environment("Ant-v5").model
    assert (sim.nq, sim.nv, sim.nu, sim.model.nbody) == (15, 14, 8, 14)
    np.testing.assert_array_equal(sim.model.actuator_gear[:, 0], 150)
    assert sim.model.opt.integrator == mujoco.mjtIntegrator.mjINT_RK4
    np.testing.assert_allclose(sim.duration, 0.05)
    for name in ("body_mass", "dof_damping", "dof_armature", "geom_friction", "geom_condim"):
        np.testing.assert_array_equal(getattr(sim.model, name), getattr(theirs, name))


def test_sizes_are_those_of_the_official_codes():
    sizes = {(f, c): AntDir(f, c).obs_size for f in FORMS for c in (False, True)}
    assert sizes[("finn_gym", True)] == 125 and sizes[("finn_gym", False)] == 125 - 84
    assert sizes[("promp", True)] == 111 and sizes[("promp", False)] == 111 - 84


def test_an_observation_is_the_state_the_forces_and_the_torso(ant, rng):
    state, _ = moved(ant, rng)
    obs = ant.observe(state)
    assert obs.shape == (ROWS, ant.obs_size)
    for row in range(ROWS):
        data = data_at(ant.sim, state[row])
        forces = forces_at(ant, state[row]) if ant.contact_forces else []
        if ant.form == "finn_gym":
            torso = data.body("torso")
            parts = [data.qpos, data.qvel, forces, torso.xmat, torso.xpos]
        else:
            parts = [data.qpos[2:], data.qvel, forces]
        np.testing.assert_allclose(obs[row], np.concatenate(parts), atol=1e-12)
    if ant.contact_forces:
        seen = obs[:, 29:113] if ant.form == "finn_gym" else obs[:, 27:]
        assert (np.abs(seen) == 1).any()


def test_the_reward_is_its_formula(ant, rng):
    bound, price, alive, _ = FORMS[ant.form]
    state, tasks = moved(ant, rng)
    action = 1.3 * some_actions(ant, ROWS, rng)
    after, reward, _ = ant.advance(state, action, tasks)
    assert {-1, 1} == set(tasks.ravel())
    touching = 0
    for row in range(ROWS):
        torque = [min(max(a / bound, -1), 1) for a in action[row]]
        speed = (ant.sim.qpos(after)[row, 0] - ant.sim.qpos(state)[row, 0]) / 0.05
        expected = tasks[row, 0] * speed - price * sum(t * t for t in torque) + alive
        if ant.contact_forces:
            forces = forces_at(ant, after[row])
            expected -= 0.0005 * sum(f * f for f in forces)
            touching += (forces != 0).any()
        np.testing.assert_allclose(reward[row], expected, atol=1e-12)
    assert touching > 2 or not ant.contact_forces


def test_the_force_on_every_foot_costs(form):
    """An ant that has come to rest on all of its four."""
    ant, still, task = AntDir(form, contact_forces=True), np.zeros((1, 8)), np.ones((1, 1))
    state = ant.complete(ant.sim.states(ant.sim.model.qpos0[None], np.zeros((1, 14))))
    for _ in range(60):
        state = ant.advance(state, still, task)[0]
    after, reward, _ = ant.advance(state, still, task)
    forces = forces_at(ant, after[0])
    assert ((forces.reshape(14, 6) != 0).any(1)).sum() == 4
    speed = (ant.sim.qpos(after)[0, 0] - ant.sim.qpos(state)[0, 0]) / 0.05
    expected = speed - 0.0005 * sum(f * f for f in forces) + FORMS[form][2]
    np.testing.assert_allclose(reward, expected, atol=1e-12)


def test_a_step_is_gymnasiums(form, rng):
    ant, env = AntDir(form), environment("Ant-v5")
    state, tasks = moved(ant, rng)
    action = some_actions(ant, ROWS, rng)
    after = ant.advance(state, action, tasks)[0]
    for row in range(ROWS):
        qpos, qvel = stepped(env, ant, state[row], action[row] / ant.act_bound)
        np.testing.assert_array_equal(ant.sim.qpos(after)[row], qpos)
        np.testing.assert_array_equal(ant.sim.qvel(after)[row], qvel)
        if form == "promp":
            np.testing.assert_array_equal(ant.observe(after)[row], env._get_obs()[:27])


def test_the_speed_is_gymnasiums_but_for_what_its_integrator_saw_last(rng):
    ant, env = AntDir("promp"), environment("Ant-v5")
    state, _ = moved(ant, rng)
    reward = ant.advance(state, np.zeros((ROWS, 8)), np.ones((ROWS, 1)))[1]
    for row in range(ROWS):
        env.set_state(ant.sim.qpos(state)[row], ant.sim.qvel(state)[row])
        env.data.qacc_warmstart[:] = 0
        told = env.step(np.zeros(8))[4]
        np.testing.assert_allclose(reward[row] - 1, told["x_velocity"], atol=0.02)


def test_gymnasiums_forces_are_ours_of_the_state_itself(rng):
    ant, env = AntDir("promp", contact_forces=True), environment("Ant-v5")
    state, _ = moved(ant, rng)
    for row in range(ROWS):
        env.set_state(ant.sim.qpos(state)[row], ant.sim.qvel(state)[row])
        env.data.qacc_warmstart[:] = 0
        mujoco.mj_forward(env.model, env.data)
        mujoco.mj_rnePostConstraint(env.model, env.data)
        theirs = env._get_obs()
        np.testing.assert_allclose(ant.observe(state)[row, 33:], theirs[27:], atol=1e-6)
        assert (ant.observe(state)[row, 27:33] == 0).all()  # the world's, which they leave out


def test_episodes_start_as_gymnasiums(form):
    ant, env = AntDir(form), environment("Ant-v5", seed=7)
    state = ant.start(np.random.default_rng(7), np.ones((1, 1)))
    np.testing.assert_array_equal(ant.sim.qpos(state)[0], env.data.qpos)
    np.testing.assert_array_equal(ant.sim.qvel(state)[0], env.data.qvel)


def test_starts_are_spread_around_standing(rng):
    ant = AntDir()
    state = ant.start(rng, ant.draw(rng, 4000))
    away = ant.sim.qpos(state) - [0, 0, 0.75, 1, *[0] * 11]
    assert np.abs(away).max() <= 0.1
    np.testing.assert_allclose(away.std(0), 0.1 / np.sqrt(3), rtol=0.1)
    np.testing.assert_allclose(ant.sim.qvel(state).std(0), 0.1, rtol=0.1)


class Still(Sim):
    """Time in which nothing moves."""

    def step(self, state, control):
        return state.copy()


def test_an_episode_ends_where_the_torso_leaves_its_heights(form, rng):
    ant, lowest = AntDir(form, sim=Still(gymnasium_model("ant.xml"), 5)), FORMS[form][3]
    heights = np.array([-0.1, -1e-9, 0.0, 0.1, 0.2 - 1e-9, 0.2, 0.5, 1.0, 1 + 1e-9, 1.5])
    tasks = ant.draw(rng, len(heights))
    state = ant.start(rng, tasks)
    state[:, 3] = heights
    _, reward, done = ant.advance(state, np.zeros((len(heights), 8)), tasks)
    np.testing.assert_array_equal(done, [not lowest <= z <= 1.0 for z in heights])
    np.testing.assert_allclose(reward, FORMS[form][2])  # paid in the last step, too


class Exploding(Sim):
    """Physics that break down in the first row."""

    def step(self, state, control):
        after = super().step(state, control)
        after[0, 20:] = np.nan
        return after


def test_a_world_that_breaks_down_ends_and_pays_nothing(form, rng):
    ant = AntDir(form, sim=Exploding(gymnasium_model("ant.xml"), 5))
    tasks = ant.draw(rng, 2)
    _, reward, done = ant.advance(ant.start(rng, tasks), np.zeros((2, 8)), tasks)
    assert done.tolist() == [True, False]
    assert reward[0] == 0 and np.isfinite(reward[1])


def test_any_number_of_threads_gives_the_same_bytes(monkeypatch, form):
    found = []
    for threads in ("1", "2", "5"):
        monkeypatch.setenv("REMETA_THREADS", threads)
        ant = AntDir(form, contact_forces=True)
        found.append(moved(ant, np.random.default_rng(0), 15)[0])
    assert same_bytes(found[0], found[1]) and same_bytes(found[0], found[2])
