"""Families as Gymnasium environments: its own checks, and the batched engine step for step."""

import subprocess
import sys

import gymnasium
import numpy as np
import pytest
from gymnasium.utils.env_checker import check_env
from gymnasium.vector import AutoresetMode

from remeta.tasks import families, registration

ROWS = 5
IDS = list(registration.IDS)
BARE = """
import sys, gymnasium
assert not any(name.startswith("remeta") for name in sys.modules)
env = gymnasium.make("remeta.tasks.registration:remeta/AntGoal-v0")
many = gymnasium.make_vec("remeta/AntGoal-v0", num_envs=3)
assert type(many).__name__ == "Batched" and many.num_envs == 3, many
assert "torch" not in sys.modules
"""


@pytest.fixture(params=IDS)
def name(request):
    return request.param


def batched(name, **options):
    return gymnasium.make_vec(
        name, num_envs=ROWS, vectorization_mode="vector_entry_point", **options
    )


def family_of(name):
    family, options = registration.IDS[name]
    return families.build(family, **options)


def actions_for(env, steps):
    bound = 1.5 * env.action_space.high.max()
    return np.random.default_rng(1).uniform(-bound, bound, (steps, *env.action_space.shape))


@pytest.mark.filterwarnings("ignore:.*A Box observation space:UserWarning")
@pytest.mark.filterwarnings("ignore:.*symmetric and normalized space:UserWarning")  # ProMP's: ±10
def test_gymnasiums_own_checker_finds_nothing(name):
    check_env(gymnasium.make(name).unwrapped, skip_render_check=True)


def test_a_fresh_interpreter_needs_no_import_before():
    subprocess.run([sys.executable, "-c", BARE], check=True)


def test_registering_twice_is_harmless():
    registration.register()


def test_every_family_has_a_name():
    assert {family for family, _ in registration.IDS.values()} == set(families.FAMILIES)


def test_a_name_says_the_family_and_its_options(name):
    family, options = registration.IDS[name]
    stem = "remeta/" + "".join(word.title() for word in family.split("_"))
    assert name.startswith(stem)
    rest = name.removeprefix(stem).removesuffix("-v0").lower()
    assert rest in {value.split("_")[-1] for value in options.values()} | {""}
    assert bool(rest) == bool(options)


def test_rows_step_as_the_family_does(name):
    env, family = batched(name), family_of(name)
    obs, info = env.reset(seed=3)
    rng = np.random.default_rng(3)
    tasks = family.draw(rng, ROWS)
    state = family.start(rng, tasks)
    np.testing.assert_array_equal(info["task"], tasks)
    np.testing.assert_array_equal(obs, family.observe(state))
    for action in actions_for(env, 4):
        obs, reward, ended, late, _ = env.step(action)
        state, expected, done = family.advance(state, action, tasks)
        np.testing.assert_array_equal(obs, family.observe(state))
        np.testing.assert_array_equal(reward, expected)
        np.testing.assert_array_equal(ended, done)
        assert not late.any()


def test_one_row_of_the_batch_is_the_single_environment(name):
    one, many = gymnasium.make(name), gymnasium.make_vec(name, num_envs=1)
    np.testing.assert_array_equal(one.reset(seed=5)[0], many.reset(seed=5)[0][0])
    space = many.action_space
    for action in actions_for(many, 4).clip(space.low, space.high).astype(np.float32):
        alone, reward, *_ = one.step(action[0])
        together, rewards, *_ = many.step(action)
        np.testing.assert_array_equal(alone, together[0])
        assert reward == rewards[0]


def test_the_same_seed_gives_the_same_observations_and_another_seed_others(name):
    def seen(seed):
        env = batched(name)
        first, info = env.reset(seed=seed)
        return [first, info["task"], *(env.step(action)[0] for action in actions_for(env, 3))]

    assert all(np.array_equal(*pair) for pair in zip(seen(0), seen(0), strict=True))
    assert not all(np.array_equal(*pair) for pair in zip(seen(0)[:2], seen(1)[:2], strict=True))


def test_actions_go_as_far_as_they_count(name):
    space, family = gymnasium.make(name).action_space, family_of(name)
    assert space.shape == (family.act_size,)
    np.testing.assert_array_equal(space.high, np.float32(family.act_bound))
    np.testing.assert_array_equal(space.low, -space.high)


def test_an_observation_is_not_changed_by_later_steps(name):
    env = batched(name)
    obs, _ = env.reset(seed=0)
    kept = obs.copy()
    env.step(np.ones(env.action_space.shape))
    np.testing.assert_array_equal(obs, kept)


def test_a_named_task_is_taken(name):
    task = family_of(name).draw(np.random.default_rng(9), 1)[0]
    for env in (gymnasium.make(name), batched(name)):
        _, info = env.reset(seed=0, options={"task": task})
        assert (info["task"] == task).all()


def test_an_episode_is_cut_at_the_horizon_and_restarts_on_the_next_step(monkeypatch):
    monkeypatch.setattr("remeta.tasks.point.Point.horizon", 3)
    env = batched("remeta/Point-v0")
    assert env.metadata["autoreset_mode"] is AutoresetMode.NEXT_STEP
    env.reset(seed=0)
    ones = np.ones(env.action_space.shape)
    for step in range(1, 4):
        obs, reward, ended, late, told = env.step(ones)
        assert not ended.any() and late.all() == (step == 3)
    np.testing.assert_allclose(obs, 0.3)  # the last observation of the old episode
    obs, reward, ended, late, fresh = env.step(ones)
    assert not (ended.any() or late.any() or reward.any())
    np.testing.assert_array_equal(obs, 0)  # the first of the new one; the action went nowhere
    assert not np.isin(fresh["task"], told["task"]).any()
    np.testing.assert_allclose(env.step(ones)[0], 0.1)


def test_rows_end_and_restart_one_by_one():
    """An ant that is thrown too high ends its own episode only."""
    env = batched("remeta/AntGoal-v0")
    first, before = env.reset(seed=0)
    env.unwrapped.state[2, 3] = 2.0
    still = np.zeros(env.action_space.shape)
    _, _, ended, late, _ = env.step(still)
    assert ended.tolist() == [False, False, True, False, False] and not late.any()
    obs, reward, ended, _, after = env.step(still)
    assert not ended.any() and (reward != 0).tolist() == [True, True, False, True, True]
    np.testing.assert_allclose(obs[2], first[2], atol=1e-12)
    changed = (before["task"] != after["task"]).any(1)
    assert changed.tolist() == [False, False, True, False, False]
