import mujoco
import numpy as np
import pytest

from remeta.tasks.cheetah import Cheetah
from remeta.tasks.sim import Sim, gymnasium_model
from tests.tasks.gymnasiums import environment, stepped
from tests.tasks.states import data_at, physics, same_bytes, some_actions, travelled

ROWS = 6
AIMS = ["direction", "velocity"]
FORMS = {"finn_gym": (5, 20, 1, 200), "finn_rllab": (1, 20, 1, 200), "promp": (5, 17, 10, 100)}


@pytest.fixture(params=AIMS)
def aim(request):
    return request.param


@pytest.fixture(params=FORMS)
def form(request):
    return request.param


def moved(family, rng, steps=40):
    tasks = family.draw(rng, ROWS)
    return travelled(family, tasks, steps, rng), tasks


def plain_step(family, row, torque):
    """One row on MuJoCo itself: its state after the step, all quantities computed anew."""
    data = data_at(family.sim, row)
    data.qacc_warmstart[:] = 0
    data.ctrl[:] = torque
    for _ in range(FORMS[family.form][0]):
        mujoco.mj_step(family.sim.model, data)
    mujoco.mj_forward(family.sim.model, data)
    mujoco.mj_subtreeVel(family.sim.model, data)
    return data


def test_the_model_is_gymnasiums():
    model, theirs = Cheetah("direction").sim.model, environment("HalfCheetah-v5").model
    assert (model.nq, model.nv, model.nu) == (9, 9, 6)
    assert model.opt.timestep == theirs.opt.timestep == 0.01
    np.testing.assert_array_equal(model.actuator_ctrlrange, [[-1, 1]] * 6)
    for name in ("body_mass", "actuator_gear", "dof_damping", "jnt_stiffness", "geom_friction"):
        np.testing.assert_array_equal(getattr(model, name), getattr(theirs, name))


def test_sizes_are_those_of_the_form(aim, form):
    family = Cheetah(aim, form)
    frames, obs, bound, horizon = FORMS[form]
    assert (family.sim.frame_skip, family.obs_size) == (frames, obs)
    assert (family.act_bound, family.horizon) == (bound, horizon)
    np.testing.assert_allclose(family.sim.duration, 0.01 * frames)


def test_an_observation_is_all_but_x_and_then_the_torsos_place(form, rng):
    family = Cheetah("direction", form)
    state, _ = moved(family, rng)
    obs = family.observe(state)
    for row in range(ROWS):
        data = data_at(family.sim, state[row])
        torso = data.body("torso")
        place = {"finn_gym": torso.xpos, "finn_rllab": torso.subtree_com, "promp": []}[form]
        expected = np.concatenate([data.qpos[1:], data.qvel, place])
        np.testing.assert_allclose(obs[row], expected, atol=1e-13)


def test_states_rewards_and_observations_are_those_of_a_plain_loop(aim, form, rng):
    family = Cheetah(aim, form)
    state, tasks = moved(family, rng)
    scale = FORMS[form][2]
    action = 1.3 * some_actions(family, ROWS, rng)
    after, reward, done = family.advance(state, action, tasks)
    for row in range(ROWS):
        torque = [min(max(a / scale, -1), 1) for a in action[row]]
        data = plain_step(family, state[row], torque)
        np.testing.assert_allclose(family.sim.qpos(after)[row], data.qpos, atol=1e-13)
        np.testing.assert_allclose(family.sim.qvel(after)[row], data.qvel, atol=1e-12)
        if form == "finn_rllab":
            speed = data.subtree_linvel[family.sim.model.body("torso").id, 0]
        else:
            speed = (data.qpos[0] - family.sim.qpos(state)[row, 0]) / 0.05
        task = tasks[row, 0]
        expected = task * speed if aim == "direction" else -abs(speed - task)
        expected -= 0.05 * sum(t * t for t in torque)
        np.testing.assert_allclose(reward[row], expected, atol=1e-10)
    assert not done.any()


def test_a_step_is_gymnasiums_and_so_is_its_speed(rng):
    family, env = Cheetah("direction"), environment("HalfCheetah-v5")
    state, _ = moved(family, rng)
    action = some_actions(family, ROWS, rng)
    after, reward, _ = family.advance(state, action, np.ones((ROWS, 1)))
    for row in range(ROWS):
        qpos, qvel = stepped(env, family, state[row], action[row])
        np.testing.assert_array_equal(family.sim.qpos(after)[row], qpos)
        np.testing.assert_array_equal(family.sim.qvel(after)[row], qvel)
        np.testing.assert_array_equal(family.observe(after)[row, :17], env._get_obs())
        env.set_state(family.sim.qpos(state)[row], family.sim.qvel(state)[row])
        env.data.qacc_warmstart[:] = 0
        paid, told = env.step(action[row])[1::3]
        np.testing.assert_allclose(reward[row], paid + 0.05 * np.square(action[row]).sum())
        np.testing.assert_allclose(family.speed(state, after)[row], told["x_velocity"])


def test_an_episode_follows_gymnasiums_from_its_own_start():
    """Free-running from the same seed; their solver starts warm, ours cold."""
    family, env = Cheetah("direction", "promp"), environment("HalfCheetah-v5")
    obs, _ = env.reset(seed=5)
    task = np.ones((1, 1))
    state = family.start(np.random.default_rng(5), task)
    np.testing.assert_array_equal(family.observe(state)[0], obs)
    draws, total, theirs = np.random.default_rng(0), 0.0, 0.0
    for _ in range(20):
        torque = draws.uniform(-1, 1, 6)
        obs, paid, *_ = env.step(torque)
        state, reward, _ = family.advance(state, 10 * torque[None], task)
        total, theirs = total + reward[0], theirs + paid + 0.05 * np.square(torque).sum()
        np.testing.assert_allclose(family.observe(state)[0], obs, atol=1e-4)
    np.testing.assert_allclose(total, theirs, atol=1e-3)


def test_starts_spread_as_the_form_says(form, rng):
    family = Cheetah("direction", form)
    state = family.start(rng, family.draw(rng, 4000))
    qpos, qvel = family.sim.qpos(state), family.sim.qvel(state)
    np.testing.assert_allclose(qvel.std(0), 0.1, rtol=0.1)
    if form == "finn_rllab":
        np.testing.assert_allclose(qpos.std(0), 0.01, rtol=0.1)
        assert np.abs(qpos).max() > 0.03
    else:
        np.testing.assert_allclose(qpos.std(0), 0.1 / np.sqrt(3), rtol=0.1)
        assert np.abs(qpos).max() <= 0.1


@pytest.mark.parametrize("fastest", [3.0, 2.0])
def test_speeds_are_uniform_up_to_the_fastest(fastest, rng):
    speeds = Cheetah("velocity", fastest=fastest).draw(rng, 4000)
    assert speeds.shape == (4000, 1)
    counts = np.histogram(speeds, bins=8, range=(0, fastest))[0]
    assert counts.sum() == 4000
    np.testing.assert_allclose(counts, 500, atol=5 * np.sqrt(500))


def test_the_papers_speeds_reach_three():
    assert Cheetah("velocity").fastest == 3.0


def test_any_number_of_threads_gives_the_same_bytes(monkeypatch, form):
    found = []
    for threads in ("1", "2", "5"):
        monkeypatch.setenv("REMETA_THREADS", threads)
        found.append(moved(Cheetah("velocity", form), np.random.default_rng(0), 20)[0])
    assert same_bytes(found[0], found[1]) and same_bytes(found[0], found[2])


def test_a_simulation_of_another_length_of_step_is_refused():
    sim = Sim(gymnasium_model("half_cheetah.xml"), 5)
    assert Cheetah("direction", "promp", sim=sim).sim is sim
    with pytest.raises(ValueError, match="takes 1 frames"):
        Cheetah("direction", "finn_rllab", sim=sim)


def test_physics_that_explode_end_the_episode_and_pay_nothing(form, rng, monkeypatch, tmp_path):
    monkeypatch.chdir(tmp_path)  # where MuJoCo logs its warning
    family = Cheetah("direction", form)
    tasks = family.draw(rng, 2)
    state = family.start(rng, tasks)
    state[0, 10:19] = 1e200  # velocities
    after, reward, done = family.advance(state, np.zeros((2, 6)), tasks)
    assert done.tolist() == [True, False]
    assert (
        reward[0] == 0 and np.isfinite(reward[1]) and np.isfinite(physics(family, after)[1]).all()
    )
