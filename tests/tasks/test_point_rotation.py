import numpy as np
import pytest

from remeta.tasks.point_rotation import PointRotation

ROWS = 400
FORMS = ["dense", "sparse"]


def somewhere(rng, reach=2.0):
    """Rows anywhere, actions beyond their bounds, and angles."""
    family = PointRotation()
    angle = family.draw(rng, ROWS)
    state = family.start(rng, angle)
    state[:, :2] = rng.uniform(-reach, reach, (ROWS, 2))
    return state, rng.normal(0, 1.5, (ROWS, 2)), angle


@pytest.mark.parametrize("form", FORMS)
def test_a_step_is_that_of_a_plain_loop(form, rng):
    """Positions as complex numbers: to turn is to multiply."""
    state, action, angle = somewhere(rng)
    state[:30, :2] = (0.97, 0.02)  # near the goal, where small moves stay
    action[:30] *= 0.05
    after, reward, done = PointRotation(form).advance(state, action, angle)
    for row in range(ROWS):
        a, b = (min(max(part, -1), 1) for part in action[row])
        place = complex(*state[row, :2]) + np.exp(1j * angle[row, 0]) * complex(a, b)
        place = complex(min(max(place.real, -2), 2), min(max(place.imag, -2), 2))
        gap = abs(place - 1)
        np.testing.assert_allclose(after[row, :2], (place.real, place.imag), atol=1e-14)
        np.testing.assert_allclose(reward[row], -gap if form == "dense" else -1, atol=1e-14)
        assert done[row] == (form == "sparse" and gap < 0.1)
    assert (done.sum() > 10) == (form == "sparse") and (np.abs(after[:, :2]) == 2).any()


def test_a_turn_keeps_how_far_a_step_goes(rng):
    state, action, angle = somewhere(rng, reach=0.5)
    action = np.clip(action, -1, 1)
    moved = (PointRotation().advance(state, action, angle)[0] - state)[:, :2]
    np.testing.assert_allclose(np.hypot(*moved.T), np.hypot(*action.T), atol=1e-14)


@pytest.mark.parametrize("form", FORMS)
def test_one_right_move_arrives(form, rng):
    """Whoever knows the angle turns back; a square of moves holds the whole circle."""
    family = PointRotation(form)
    angle = family.draw(rng, ROWS)
    back = np.column_stack([np.cos(angle), -np.sin(angle)])
    after, reward, done = family.advance(family.start(rng, angle), back, angle)
    np.testing.assert_allclose(after[:, :2], [[1, 0]] * ROWS, atol=1e-14)
    np.testing.assert_allclose(reward, 0 if form == "dense" else -1, atol=1e-14)
    assert done.all() == (form == "sparse")


@pytest.mark.parametrize(("form", "worst"), [("dense", -10), ("sparse", -100)])
def test_whoever_stays_loses_one_a_step(form, worst, rng):
    family = PointRotation(form)
    angle = family.draw(rng, 3)
    state, total = family.start(rng, angle), 0
    for _ in range(family.horizon):
        state, reward, done = family.advance(state, np.zeros((3, 2)), angle)
        total = total + reward
        assert not done.any()
    np.testing.assert_array_equal(total, worst)


def test_what_is_seen_is_the_position_scaled_from_its_range_to_one(rng):
    state = somewhere(rng)[0]
    low, high = -2.0, 2.0
    expected = 2 * (state[:, :2] - low) / (high - low) - 1
    np.testing.assert_allclose(PointRotation().observe(state), expected, atol=1e-15)


def test_neither_start_nor_sight_nor_pay_tells_the_angle(rng):
    """Two angles that lead to the same place look and pay the same."""
    family = PointRotation()
    state, action, angle = somewhere(rng, reach=0.5)
    other = family.start(rng, angle + np.pi / 2)
    assert (family.observe(family.start(rng, angle)) == 0).all()
    other[:, :2], action = state[:, :2], np.clip(action, -0.7, 0.7)
    quarter = np.column_stack([-action[:, 1], action[:, 0]])
    one = family.advance(state, quarter, angle)
    other = family.advance(other, action, angle + np.pi / 2)
    np.testing.assert_allclose(family.observe(one[0]), family.observe(other[0]), atol=1e-14)
    np.testing.assert_allclose(one[1], other[1], atol=1e-14)


def test_angles_are_uniform_over_the_whole_turn(rng):
    angles = PointRotation().draw(rng, 4000)
    counts = np.histogram(angles, bins=8, range=(-np.pi, np.pi))[0]
    assert counts.sum() == 4000
    np.testing.assert_allclose(counts, 500, atol=5 * np.sqrt(500))


def test_an_episode_is_ten_steps_or_a_hundred():
    assert [PointRotation(form).horizon for form in FORMS] == [10, 100]
