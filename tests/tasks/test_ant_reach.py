import mujoco
import numpy as np
import pytest

from remeta.tasks.ant_reach import AntReach, closest
from tests.tasks.gymnasiums import environment
from tests.tasks.states import same_bytes, some_actions, travelled

ROWS = 5


def gymnasiums_ant():
    env = environment("Ant-v5")
    env.model.actuator_gear[:, 0] = 30
    return env


def moved(family, rng, steps=40):
    tasks = family.draw(rng, ROWS)
    return travelled(family, tasks, steps, rng), tasks


def test_the_model_is_gymnasiums_in_all_but_the_gear():
    model, theirs = AntReach().sim.model, gymnasiums_ant().model
    assert model.opt.timestep == theirs.opt.timestep == 0.01
    assert model.opt.integrator == theirs.opt.integrator == mujoco.mjtIntegrator.mjINT_RK4
    names = [name for name in dir(model) if name.startswith(("body_", "geom_", "jnt_", "dof_"))]
    assert len(names) > 60
    for name in (*names, "actuator_gear", "actuator_ctrlrange", "qpos0"):
        np.testing.assert_array_equal(getattr(model, name), getattr(theirs, name))


def test_a_step_is_gymnasiums_but_for_the_last_millimetres_of_the_place(rng):
    """Theirs is where the integrator saw the torso last: near the state's, and not the same."""
    family, env = AntReach(), gymnasiums_ant()
    state, tasks = moved(family, rng)
    action = some_actions(family, ROWS, rng)
    after, _, _ = family.advance(state, action, tasks)
    obs = family.observe(after)
    assert obs.shape == (ROWS, family.obs_size) == (ROWS, 32)
    for row in range(ROWS):
        env.set_state(family.sim.qpos(state)[row], family.sim.qvel(state)[row])
        env.data.qacc_warmstart[:] = 0  # ours starts the solver cold
        env.step(action[row])
        np.testing.assert_array_equal(obs[row, :29], [*env.data.qpos, *env.data.qvel])
        np.testing.assert_array_equal(obs[row, 29:], env.data.qpos[:3])
        np.testing.assert_allclose(obs[row, 29:], env.data.body("torso").xpos, atol=5e-3)


def test_an_episode_starts_as_gymnasiums():
    env = gymnasiums_ant()
    env.reset(seed=5)
    obs = AntReach().observe(AntReach().start(np.random.default_rng(5), np.zeros((1, 2))))[0]
    np.testing.assert_array_equal(obs[:29], [*env.data.qpos, *env.data.qvel])


@pytest.mark.parametrize("kind", ["dense", "sparse"])
def test_the_reward_is_its_formula_after_the_action(kind, rng):
    """Goals around the ant at 0.3 ... 1.3 metres, so that both sides of the edge are met."""
    family = AntReach(kind)
    state, _ = moved(family, rng)
    action = 1.5 * some_actions(family, ROWS, rng)
    place = family.sim.qpos(family.sim.step(state, np.clip(action, -1, 1)))[:, :2]
    gap, angle = np.array([0.3, 0.499, 0.501, 1.0, 1.3]), rng.uniform(0, 2 * np.pi, ROWS)
    goal = place + gap[:, None] * np.column_stack([np.cos(angle), np.sin(angle)])
    after, reward, done = family.advance(state, action, goal)
    np.testing.assert_array_equal(family.sim.qpos(after)[:, :2], place)
    effort = [0.005 * sum(min(abs(a), 1) ** 2 for a in row) for row in action]
    expected = -gap - effort if kind == "dense" else [1, 1, 0, 0, 0]
    np.testing.assert_allclose(reward, expected, atol=1e-12)
    assert not done.any()


def test_training_goals_are_thirty_two_and_test_goals_lie_halfway_between_some():
    given = AntReach().official_tasks
    assert given.keys() == {"train", "test"}
    train, test = (given[name] @ [1, 1j] for name in ("train", "test"))
    np.testing.assert_allclose(np.abs([*train, *test]), 2)
    steps = [np.sort(np.angle(goals) / np.pi % 2) for goals in (train, test)]
    np.testing.assert_allclose(steps[0], np.arange(32) / 16, atol=1e-12)
    np.testing.assert_allclose(steps[1], np.arange(16) / 8 + 1 / 32, atol=1e-12)


@pytest.mark.parametrize("count", [2, 4, 8])
def test_the_first_goals_are_all_around(count):
    for part in AntReach().official_tasks.values():
        np.testing.assert_allclose(part[:count].sum(0), 0, atol=1e-12)


OFFICIAL = """
2.0 0.0   1.41 1.41   0.0 2.0   -1.41 1.41   -2.0 0.0   -1.41 -1.41   0.0 -2.0   1.41 -1.41
1.85 0.77   0.77 1.85   -0.77 1.85   -1.85 0.77
-1.85 -0.77   -0.77 -1.85   0.77 -1.85   1.85 -0.77
1.96 0.39   1.66 1.11   1.11 1.66   0.39 1.96   1.96 -0.39   1.66 -1.11   1.11 -1.66   0.39 -1.96
"""


def test_the_official_list_is_short_of_the_odd_sixteenths_on_the_left():
    """In their list's digits, each once; the test goals are the same as ever."""
    family = AntReach(goals="official_24")
    found = family.official_tasks["train"].round(2) + 0.0
    listed = np.array(OFFICIAL.split(), float).reshape(-1, 2)
    np.testing.assert_array_equal(np.unique(found, axis=0), np.unique(listed, axis=0))
    assert len(found) == len(listed) == 24
    np.testing.assert_array_equal(family.official_tasks["test"], AntReach().official_tasks["test"])
    full = AntReach().official_tasks["train"]
    lost = full[~(full[:, None] == family.official_tasks["train"]).all(-1).any(-1)]
    assert (lost[:, 0] < 0).all() and len(lost) == 8


def test_drawn_goals_are_anywhere_on_the_circle(rng):
    goals = AntReach().draw(rng, 4000)
    np.testing.assert_allclose(np.hypot(*goals.T), 2)
    counts = np.histogram(np.arctan2(*goals.T), bins=8, range=(-np.pi, np.pi))[0]
    np.testing.assert_allclose(counts, 500, atol=5 * np.sqrt(500))


def test_closest_is_the_least_of_the_distances_that_an_episode_paid(rng):
    """Without effort the dense reward is the distance itself."""
    family, places, rewards = AntReach(), [], []
    tasks = family.draw(rng, ROWS)
    state = family.start(rng, tasks)
    for _ in range(30):
        state, reward, _ = family.advance(state, np.zeros((ROWS, 8)), tasks)
        places.append(family.observe(state)[:, list(family.places.columns)])
        rewards.append(reward)
    path = np.stack(places, 1)
    np.testing.assert_allclose(closest(path, tasks), -np.max(rewards, 0))
    assert same_bytes(closest(path[None], tasks[None])[0], closest(path, tasks))


def test_closest_looks_at_all_of_an_episode():
    """Standing scores two; passing through the goal scores zero, wherever one ends."""
    goals = AntReach().official_tasks["test"]
    np.testing.assert_allclose(closest(np.zeros((16, 100, 2)), goals), 2)
    through = goals[:, None] * np.linspace(0, 2, 101)[:, None]
    np.testing.assert_allclose(closest(through, goals), 0, atol=1e-12)


def test_physics_that_explode_end_the_episode_and_pay_nothing(rng, monkeypatch, tmp_path):
    monkeypatch.chdir(tmp_path)  # where MuJoCo logs its warning
    family = AntReach()
    tasks = family.draw(rng, 2)
    state = family.start(rng, tasks)
    state[0, 16:30] = 1e200  # velocities
    _, reward, done = family.advance(state, np.zeros((2, 8)), tasks)
    assert done.tolist() == [True, False]
    assert reward[0] == 0 and np.isfinite(reward[1])


def test_scores_tell_how_near_each_episode_came_to_its_own_goal(rng):
    goals, obs = np.array([[2.0, 0.0], [0.0, 2.0]]), rng.uniform(-0.5, 0.5, (2, 3, 4, 32))
    obs[0, 1, 2, :2], obs[1, 0, 3, :2] = (1.8, 0.0), (0.0, 1.0)  # episodes of their tasks
    paid = np.zeros((2, 3, 4))
    found = AntReach().measured(obs, np.zeros((2, 3, 4, 8)), paid, paid, goals)
    assert found["closest"][0, 1] == pytest.approx(0.2) and found["closest"][1, 0] == 1
    assert (np.delete(found["closest"].ravel(), [1, 3]) > 1.5 - 1e-9).all()
    assert found["reached"].sum() == found["reached"][0, 1] == 1


def test_who_is_told_the_goal_sees_it_behind_all_else_and_walks_alike(rng):
    told, plain = AntReach("sparse", told=True), AntReach("sparse")
    tasks, seed = told.draw(rng, ROWS), 7
    state, other = (one.start(np.random.default_rng(seed), tasks) for one in (told, plain))
    for _ in range(3):
        action = some_actions(told, ROWS, rng)
        obs = told.observe(state)
        assert obs.shape == (ROWS, told.obs_size) == (ROWS, 34)
        assert same_bytes(obs[:, :32], plain.observe(other)) and same_bytes(obs[:, 32:], tasks)
        (state, *paid), (other, *earned) = (
            one.advance(rows, action, tasks) for one, rows in ((told, state), (plain, other))
        )
        assert all(same_bytes(*pair) for pair in zip(paid, earned, strict=True))
