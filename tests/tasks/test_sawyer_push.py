import numpy as np
import pytest

from remeta.tasks.official_tasks import PUSH_TEST, PUSH_TRAIN
from remeta.tasks.sawyer_push import SawyerPush
from tests.tasks.scripts import episode, push
from tests.tasks.states import data_at, some_actions, travelled

ROWS = 6


@pytest.fixture(scope="module")
def family():
    return SawyerPush()


@pytest.fixture
def pushed(family):
    """Blocks on their way: two near their goals, two short of them, two moved away from them."""
    goals = family.draw(np.random.default_rng(2), ROWS)
    state, _ = episode(family, goals, push, steps=25)
    ways = [[0.01, 0.02], [-0.03, 0.03], [0.08, 0.08], [0, 0.1], [0, -0.2], [0.1, -0.3]]
    return state, family.block(state)[:, :2] + ways


def test_the_block_is_a_light_cube_that_does_not_turn(family, pushed):
    model = family.sim.model
    assert model.body("block").mass == 0.01 and (model.body("block").inertia == 1e5).all()
    np.testing.assert_array_equal(model.geom("block").size, [0.02] * 3)
    np.testing.assert_array_equal(model.geom("block").friction, [1, 0.1, 0.002])
    state, _ = pushed
    assert (family.block(state)[:, 1] > 0.55).all()
    np.testing.assert_allclose(family.sim.qpos(state)[:, -4:], [[1, 0, 0, 0]] * ROWS, atol=1e-4)
    assert (np.abs(family.block(state)[:, 2] - 0.02) < 0.003).all()


def test_the_block_starts_at_rest_before_the_hand(family, rng):
    state = family.start(rng, family.draw(rng, 2))
    np.testing.assert_array_equal(family.block(state), [[0, 0.52, 0.02]] * 2)
    assert (family.sim.qvel(state)[:, -6:] == 0).all()
    still = travelled_still(family, state, 5)
    np.testing.assert_allclose(family.block(still), family.block(state), atol=2e-4)


def travelled_still(family, state, steps):
    for _ in range(steps):
        state = family.advance(state, np.zeros((len(state), 3)), np.zeros((len(state), 2)))[0]
    return state


def test_an_observation_is_hand_and_block(family, rng):
    state = travelled(family, family.draw(rng, ROWS), 8, rng)
    obs = family.observe(state)
    assert obs.shape == (ROWS, family.obs_size) == (ROWS, 6)
    for row in range(ROWS):
        data = data_at(family.sim, state[row])
        expected = np.concatenate([data.body("hand").xpos, data.body("block").xpos])
        np.testing.assert_allclose(obs[row], expected, atol=1e-12)


def expected_pay(kind, data, goal):
    """The formulas, one row at a time, with places as MuJoCo tells them."""
    block = data.body("block").xpos
    tips = [data.body(claw).xpos for claw in ("rightclaw", "leftclaw")]
    down = data.body("hand").xmat.reshape(3, 3) @ [0.03, 0, 0]
    fingers = (tips[0] + tips[1]) / 2 + down
    first = np.hypot(goal[0] - 0, goal[1] - 0.52)
    gap = np.hypot(block[0] - goal[0], block[1] - goal[1])
    if kind == "sparse":
        return -gap if gap < 0.05 else -first
    reach = np.linalg.norm(block - fingers)
    if kind == "printed":
        return -reach + 100 * abs(first - np.linalg.norm([*goal, 0.02] - fingers))
    return -reach + 100 * max(0, first - gap)


@pytest.mark.parametrize("kind", ["dense", "sparse", "printed"])
def test_the_reward_is_its_formula_after_the_action(kind, pushed, rng):
    family, (state, goals) = SawyerPush(kind), pushed
    after, reward, done = family.advance(state, some_actions(family, ROWS, rng), goals)
    assert not done.any()
    for row in range(ROWS):
        expected = expected_pay(kind, data_at(family.sim, after[row]), goals[row])
        np.testing.assert_allclose(reward[row], expected, rtol=1e-9, atol=1e-12)
    gaps = np.linalg.norm(family.block(after)[:, :2] - goals, axis=-1)
    np.testing.assert_allclose(family.gap(after, goals), gaps)
    assert (gaps < 0.05).tolist() == [True] * 2 + [False] * 4
    first = np.linalg.norm(goals - [0, 0.52], axis=-1)
    assert (gaps < first).tolist() == [True] * 4 + [False] * 2


def test_the_printed_reward_pays_a_hand_that_leaves_the_block_alone_and_runs_from_the_goal(rng):
    goals, run = np.full((2, 2), [0.0, 0.8]), np.array([[1.0, -1, 1], [0, 0, 0]])
    paid = {}
    for kind in ("printed", "dense"):
        family = SawyerPush(kind)
        state, rewards = episode(family, goals, lambda *_: run, steps=20)
        np.testing.assert_allclose(family.block(state), [[0, 0.52, 0.02]] * 2, atol=1e-3)
        paid[kind] = rewards.sum(-1)
    assert paid["printed"][0] > paid["printed"][1] > 0 > paid["dense"].max()


def test_a_simple_script_does_as_the_official_demonstrations(family):
    """One a task for ten tasks: they return 606 to 733, 670 on average, and end within 0.05."""
    state, rewards = episode(family, PUSH_TRAIN[:10], push)
    returns = rewards.sum(-1)
    assert 606 <= returns.mean() <= 733
    assert family.gap(state, PUSH_TRAIN[:10]).max() < 0.05
    assert abs(returns.mean() - 670) < 2 * returns.std()


def test_goals_lie_in_their_rectangle(family, rng):
    goals = family.draw(rng, 2000)
    np.testing.assert_allclose(goals.min(0), [-0.1, 0.7], atol=0.001)
    np.testing.assert_allclose(goals.max(0), [0.1, 0.8], atol=0.001)
    for given in (PUSH_TRAIN, PUSH_TEST):
        assert given.shape == (20, 2)
        assert (np.abs(given[:, 0]) <= 0.1).all()
        assert ((given[:, 1] >= 0.7) & (given[:, 1] <= 0.8)).all()
