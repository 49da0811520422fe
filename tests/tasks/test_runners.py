import numpy as np
import pytest

from remeta.tasks.runners import Runner
from remeta.tasks.tasksets import TaskSets
from tests.tasks.gymnasiums import environment
from tests.tasks.states import same_bytes, some_actions, travelled

NAMES = {"hopper": "Hopper-v5", "walker2d": "Walker2d-v5", "half_cheetah": "HalfCheetah-v5"}
STEPS = {"hopper": 0.008, "walker2d": 0.008, "half_cheetah": 0.05}
ENDS = ["usual", "fixed"]
TASK = np.zeros((1, 1))


@pytest.fixture(params=NAMES)
def robot(request):
    return request.param


@pytest.fixture(params=ENDS)
def ends(request):
    return request.param


def theirs(robot, ends="usual", **options):
    more = {} if robot == "half_cheetah" else {"terminate_when_unhealthy": ends == "usual"}
    return environment(NAMES[robot], **more, **options)


def visited(family, rng, rows=5):
    """States from the start to long after a fall, and a task for each."""
    tasks = np.zeros((rows, 1))
    legs = [travelled(family, tasks, steps, rng) for steps in (0, 3, 20, 60, 150)]
    states = np.concatenate(legs)
    return states, np.zeros((len(states), 1))


def test_a_step_is_gymnasiums_its_pay_and_its_end_too(robot, ends, rng):
    family, env = Runner(robot, ends), theirs(robot, ends)
    state, tasks = visited(family, rng)
    action = some_actions(family, len(state), rng)
    after, reward, done = family.advance(state, action, tasks)
    for row in range(len(state)):
        env.set_state(family.sim.qpos(state)[row], family.sim.qvel(state)[row])
        env.data.qacc_warmstart[:] = 0  # ours starts the solver cold
        obs, paid, ended, _, told = env.step(action[row])
        np.testing.assert_array_equal(family.observe(after)[row], obs)
        np.testing.assert_allclose(reward[row], paid, atol=1e-12)
        np.testing.assert_allclose((after - state)[row, 1] / STEPS[robot], told["x_velocity"])
        assert done[row] == ended
    falls = robot != "half_cheetah" and ends == "usual"
    assert not done.all() and done.any() == falls


def test_rewards_are_their_formula(robot, rng):
    """Speed, effort, and a one for whoever is healthy, whether or not the episode ends by it."""
    family, fixed = Runner(robot), Runner(robot, "fixed")
    state, tasks = visited(family, rng)
    action = 1.5 * some_actions(family, len(state), rng)
    after, reward, done = family.advance(state, action, tasks)
    speed = (after - state)[:, 1] / STEPS[robot]
    effort = (np.clip(action, -1, 1) ** 2).sum(-1)
    expected = speed - 0.1 * effort if robot == "half_cheetah" else speed - 0.001 * effort + ~done
    np.testing.assert_allclose(reward, expected, atol=1e-12)
    same = fixed.advance(state, action, tasks)
    assert same_bytes(after, same[0]) and same_bytes(reward, same[1]) and not same[2].any()


def test_an_episode_follows_gymnasiums_from_its_own_start(robot, ends):
    """Free-running from the same seed; their solver starts warm, ours cold."""
    family, env = Runner(robot, ends), theirs(robot, ends)
    obs, _ = env.reset(seed=5)
    state = family.start(np.random.default_rng(5), TASK)
    np.testing.assert_array_equal(family.observe(state)[0], obs)
    draws = np.random.default_rng(0)
    for _ in range(20):
        torque = draws.uniform(-1, 1, family.act_size)
        obs, paid, ended, *_ = env.step(torque)
        state, reward, done = family.advance(state, torque[None], TASK)
        np.testing.assert_allclose(family.observe(state)[0], obs, atol=1e-3)
        np.testing.assert_allclose(reward[0], paid, atol=1e-3)
        assert not (done[0] or ended)


@pytest.mark.parametrize(
    ("robot", "column", "least", "most"),
    [
        ("hopper", 2, 0.7, np.inf),
        ("hopper", 3, -0.2, 0.2),
        ("hopper", 8, -100, 100),
        ("hopper", 12, -100, 100),
        ("walker2d", 2, 0.8, 2.0),
        ("walker2d", 3, -1, 1),
        ("walker2d", 12, -np.inf, np.inf),
        ("half_cheetah", 3, -np.inf, np.inf),
    ],
)
def test_health_has_the_limits_of_the_table_and_excludes_them(robot, column, least, most, rng):
    family = Runner(robot)
    values = np.array([0.5, 0.7, 0.8, 1, 1.5, 2.0, 2.5, 99, 100, 101])
    values = np.concatenate([-values, values, [-0.2, -0.1, 0.1, 0.2]])
    state = np.repeat(family.start(rng, TASK), len(values), axis=0)
    state[:, column] = values
    np.testing.assert_array_equal(family.healthy(state), (least < values) & (values < most))


def test_only_speeds_of_those_who_clip_them_are_clipped(robot, rng):
    family = Runner(robot)
    state = family.start(rng, TASK)
    nq = family.sim.nq
    state[:, 1 + nq :] = np.linspace(-30, 30, family.sim.nv)
    seen = family.observe(state)[0]
    np.testing.assert_array_equal(seen[: nq - 1], state[0, 2 : 1 + nq])
    limit = np.inf if robot == "half_cheetah" else 10
    np.testing.assert_array_equal(seen[nq - 1 :], np.clip(state[0, 1 + nq :], -limit, limit))


def test_there_is_one_task_however_many_are_asked_for(robot):
    sets = TaskSets.drawn(Runner(robot), 7, 3, 2, 1)
    assert [len(np.unique(part, axis=0)) for part in (sets.train, sets.test)] == [1, 1]


def test_starts_spread_as_gymnasiums(robot, rng):
    family = Runner(robot)
    state = family.start(rng, np.zeros((4000, 1)))
    qpos, qvel = family.sim.qpos(state) - family.sim.model.qpos0, family.sim.qvel(state)
    wide = 0.1 if robot == "half_cheetah" else 0.005
    np.testing.assert_allclose(qpos.std(0), wide / np.sqrt(3), rtol=0.1)
    assert np.abs(qpos).max() <= wide
    deviation = 0.1 if robot == "half_cheetah" else wide / np.sqrt(3)
    np.testing.assert_allclose(qvel.std(0), deviation, rtol=0.1)


def test_physics_that_explode_end_even_a_fixed_episode(robot, ends, rng, monkeypatch, tmp_path):
    monkeypatch.chdir(tmp_path)  # where MuJoCo logs its warning
    family, tasks = Runner(robot, ends), np.zeros((2, 1))
    state = family.start(rng, tasks)
    state[0, 1 + family.sim.nq :] = 1e200
    _, reward, done = family.advance(state, np.zeros((2, family.act_size)), tasks)
    assert done.tolist() == [True, False]
    assert reward[0] == 0 and np.isfinite(reward[1])
