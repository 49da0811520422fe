import numpy as np
import pytest
from gymnasium.utils.env_checker import check_env

from remeta.bench.plain import PLAIN
from remeta.tasks import families

CENTRES = {"ant_goal": [1.2, 1.6], "reacher": [0.3, -0.2, -0.3], "cheetah_dir": [-1.0]}


def same_steps(name, rng, steps, scale=1.2):
    """The two engines side by side: (plain's step, ours), starting anew where one ended."""
    env, family = PLAIN[name](horizon=10_000), families.build(name)
    task = np.array([CENTRES[name]])
    state, (obs, _) = family.start(rng, task), env.reset(options={"task": task[0]})
    if name == "cheetah_dir":  # which starts at random
        state = family.complete(family.sim.states(env.data.qpos[None], env.data.qvel[None]))
    np.testing.assert_allclose(obs, family.observe(state)[0], atol=1e-9)
    for _ in range(steps):
        action = scale * rng.uniform(-1, 1, family.act_size)
        env.data.qacc_warmstart[:] = 0  # as every step of the batched engine starts
        plain = env.step(action)
        state, reward, done = family.advance(state, action[None], task)
        yield plain, (family.observe(state)[0], reward[0], done[0])


@pytest.mark.parametrize("name", PLAIN)
def test_plain_environments_step_as_the_batched_engine(name, rng):
    for (obs, reward, ended, late, _), ours in same_steps(name, rng, steps=60):
        np.testing.assert_allclose(obs, ours[0], rtol=1e-7, atol=1e-8)
        np.testing.assert_allclose(reward, ours[1], rtol=1e-7, atol=1e-8)
        assert ended == ours[2]
        assert not late


@pytest.mark.filterwarnings("ignore:.*infinity")
@pytest.mark.parametrize("name", PLAIN)
def test_plain_environments_keep_to_gymnasiums_rules(name):
    check_env(PLAIN[name](), skip_render_check=True)


@pytest.mark.parametrize("name", PLAIN)
def test_episodes_are_cut_at_the_horizon(name):
    env = PLAIN[name](horizon=3)
    env.reset(seed=1)
    still = np.zeros(env.action_space.shape)
    assert [env.step(still)[3] for _ in range(3)] == [False, False, True]


@pytest.mark.parametrize("name", PLAIN)
def test_tasks_are_drawn_where_the_family_draws_them(name, rng):
    env = PLAIN[name]()
    drawn = []
    for seed in range(200):
        env.reset(seed=seed)
        drawn.append(env.task)
    theirs = families.build(name).draw(rng, 2000)
    np.testing.assert_allclose(np.min(drawn, 0), theirs.min(0), atol=0.1)
    np.testing.assert_allclose(np.max(drawn, 0), theirs.max(0), atol=0.1)
