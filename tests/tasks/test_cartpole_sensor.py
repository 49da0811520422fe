import gymnasium
import numpy as np
import pytest

from remeta.tasks.cartpole_sensor import CartpoleSensor
from tests.tasks.states import same_bytes

ROWS = 400
SENSORS = ["masked", "full"]


def somewhere(rng):
    """States as wide as they come, half of them about to end; actions within the bounds."""
    family = CartpoleSensor()
    bias = family.draw(rng, ROWS)
    state = np.column_stack([rng.uniform(-1, 1, (ROWS, 4)) * (2.6, 3, 0.25, 3), bias])
    return family, state, rng.uniform(-1, 1, (ROWS, 1)), bias


def test_a_step_obeys_lagranges_equations(rng):
    """Of a cart M and a pole m of length 2 l, by x and the angle; nothing rubs."""
    family, state, action, bias = somewhere(rng)
    after = family.advance(state, action, bias)[0]
    (_, _, angle, rate), force = state[:, :4].T, 10 * action[:, 0]
    _, push, _, spin = (after - state)[:, :4].T / 0.02
    cart, pole, half, gravity = 1.0, 0.1, 0.5, 9.8
    along = (cart + pole) * push + pole * half * (np.cos(angle) * spin - np.sin(angle) * rate**2)
    np.testing.assert_allclose(along, force, atol=1e-11)
    about = 4 / 3 * half * spin + np.cos(angle) * push
    np.testing.assert_allclose(about, gravity * np.sin(angle), atol=1e-11)


def test_places_move_by_the_speeds_there_were(rng):
    family, state, action, bias = somewhere(rng)
    after = family.advance(state, action, bias)[0]
    np.testing.assert_allclose((after - state)[:, [0, 2]] / 0.02, state[:, [1, 3]], atol=1e-12)


def test_full_force_is_gymnasiums_cart_pole(rng):
    family, state, _, bias = somewhere(rng)
    env = gymnasium.make("CartPole-v1").unwrapped
    env.reset(seed=0)
    right = rng.integers(2, size=ROWS)
    after, reward, done = family.advance(state, 2.0 * right[:, None] - 1, bias)
    for row in range(ROWS):
        env.state, env.steps_beyond_terminated = state[row, :4], None
        _, _, ended, _, _ = env.step(int(right[row]))
        np.testing.assert_allclose(after[row, :4], env.state, atol=1e-14)
        assert done[row] == ended and reward[row] == (not ended)
    assert 0.2 < done.mean() < 0.8


@pytest.mark.parametrize("sign", [-1, 1])
@pytest.mark.parametrize(("column", "limit"), [(0, 2.4), (2, np.radians(12))])
def test_an_episode_ends_where_cart_or_pole_reach_their_limits(column, limit, sign):
    """At rest, a place is kept for one step, whatever the force."""
    state = np.zeros((3, 5))
    state[:, column] = sign * limit * np.array([1 - 1e-9, 1, 1 + 1e-9])
    _, reward, done = CartpoleSensor().advance(state, np.ones((3, 1)), np.zeros((3, 1)))
    assert done.tolist() == [False, True, True]
    assert reward.tolist() == [1, 0, 0]


def test_masked_sensors_are_what_the_official_wrapper_made_of_gyms_ranges(rng):
    """In numbers of 32 bits, as there: the range of a speed overflows."""
    family, state, _, bias = somewhere(rng)
    most = np.finfo(np.float32).max
    high = np.array([4.8, most, 2 * 12 * 2 * np.pi / 360, most], dtype=np.float32)
    seen = state[:, :4] + np.column_stack([np.zeros((ROWS, 2)), bias, np.zeros(ROWS)])
    with np.errstate(over="ignore"):
        expected = 2 * (seen - -high) / (high - -high) - 1
    np.testing.assert_allclose(family.observe(state), expected, atol=1e-6)
    assert (family.observe(state)[:, [1, 3]] == -1).all()


def test_full_sensors_show_all_but_the_true_angle(rng):
    _, state, _, bias = somewhere(rng)
    seen = CartpoleSensor("full").observe(state)
    np.testing.assert_array_equal(seen[:, [0, 1, 3]], state[:, [0, 1, 3]])
    np.testing.assert_allclose(seen[:, 2:3], state[:, 2:3] + bias, atol=1e-15)


@pytest.mark.parametrize("sensors", SENSORS)
def test_a_bias_is_seen_in_the_angle_and_nowhere_else(sensors):
    family = CartpoleSensor(sensors)
    paths = []
    for bias in (0.1, -0.05):
        rng, tasks = np.random.default_rng(0), np.full((ROWS, 1), bias)
        state = family.start(rng, tasks)
        for _ in range(10):
            state, *told = family.advance(state, rng.uniform(-1, 1, (ROWS, 1)), tasks)
        paths.append((state[:, :4], *told, np.delete(family.observe(state), 2, axis=1)))
        paths[-1] += (family.observe(state)[:, 2],)
    *same, angles = zip(*paths, strict=True)
    assert all(same_bytes(*pair) for pair in same)
    scale = {"masked": np.radians(24), "full": 1}[sensors]
    np.testing.assert_allclose(angles[0] - angles[1], 0.15 / scale, atol=1e-12)


def test_whoever_sees_all_can_balance_until_the_horizon(rng):
    family = CartpoleSensor("full")
    tasks = np.zeros((ROWS, 1))
    state, total = family.start(rng, tasks), 0.0
    for _ in range(family.horizon):
        push = family.observe(state) @ [0.1, 0.2, 3, 0.5]
        state, reward, done = family.advance(state, push[:, None], tasks)
        total = total + reward
        assert not done.any()
    np.testing.assert_array_equal(total, 500)


def test_starts_and_biases_are_uniform(rng):
    family = CartpoleSensor()
    bias = family.draw(rng, 4000)
    state = family.start(rng, bias)
    np.testing.assert_array_equal(state[:, 4:], bias)
    for value, most in [(bias, np.pi / 18), *((column, 0.05) for column in state[:, :4].T)]:
        counts = np.histogram(value, bins=8, range=(-most, most))[0]
        assert counts.sum() == 4000
        np.testing.assert_allclose(counts, 500, atol=5 * np.sqrt(500))
