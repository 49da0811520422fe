import numpy as np
import pytest

from remeta.tasks.corner import PointCorner

FORMS = ["exp_maml_r2", "exp_maml_r05", "promp"]
SCALES = ["raw", "promp10"]
CORNERS = [(-2, -2), (2, -2), (-2, 2), (2, 2)]


def slow_step(form, state, move, goal):
    """One row in plain Python, as the official codes write it."""
    after = [s + min(max(m, -0.2), 0.2) for s, m in zip(state, move, strict=True)]
    if form == "promp":
        if abs(after[0]) + abs(after[1]) < 0.5:
            return after, 0.0
        gaps = [np.hypot(after[0] - x, after[1] - y) for x, y in CORNERS]
        gap = np.hypot(after[0] - goal[0], after[1] - goal[1])
        if gap > min(gaps) + 1e-12:
            return after, 0.0
        return after, np.hypot(state[0] - goal[0], state[1] - goal[1]) - gap
    after = [min(max(a, -4.0), 4.0) for a in after]
    radius = {"exp_maml_r2": 2.0, "exp_maml_r05": 0.5}[form]
    return after, max(radius - np.hypot(after[0] - goal[0], after[1] - goal[1]), 0.0)


def straight(family, corner):
    """The return of an episode from the origin that walks as fast as it may and then stays."""
    goal, total = np.array([corner], dtype=float), 0.0
    state = np.zeros((1, 2))
    for _ in range(family.horizon):
        move = (goal - state) * family.act_bound / 0.2
        state, reward, _ = family.advance(state, move, goal)
        total += reward[0]
    np.testing.assert_allclose(state, goal, atol=1e-12)
    return total


@pytest.mark.parametrize("corner", CORNERS)
@pytest.mark.parametrize("scale", SCALES)
@pytest.mark.parametrize(
    ("form", "best", "published"),
    [
        # step k ends sqrt(8) (1 - k / 10) from the corner; from the tenth on the point is there
        ("exp_maml_r2", sum(max(2 - 8**0.5 * (1 - k / 10), 0) for k in range(10)) + 91 * 2, 188.1),
        ("exp_maml_r05", sum(max(0.5 - 8**0.5 * (1 - k / 10), 0) for k in range(10)) + 45.5, 45.7),
        ("promp", 8**0.5 * 0.9, 2.55),  # all of the way but the first step, which ends near home
    ],
)
def test_the_best_straight_path_is_worth_what_is_known(form, best, published, scale, corner):
    np.testing.assert_allclose(straight(PointCorner(form, scale), corner), best, atol=1e-9)
    assert abs(best - published) < 0.05


@pytest.mark.parametrize("scale", SCALES)
@pytest.mark.parametrize("form", FORMS)
def test_a_step_is_that_of_a_plain_loop(form, scale, rng):
    family, rows = PointCorner(form, scale), 3000
    state, goal = rng.uniform(-4.3, 4.3, (rows, 2)), family.draw(rng, rows)
    state[: rows // 3] /= 8  # about home, where ProMP's form pays nothing
    action = family.act_bound * rng.normal(size=(rows, 2))
    after, reward, done = family.advance(state, action, goal)
    move = action if scale == "raw" else 0.02 * action
    for row in range(rows):
        place, pay = slow_step(form, state[row], move[row], goal[row])
        np.testing.assert_allclose(after[row], place, atol=1e-12)
        np.testing.assert_allclose(reward[row], pay, atol=1e-12)
    assert 0.002 < (reward != 0).mean() < 0.6 and not done.any()
    assert (reward < 0).any() == (form == "promp")
    assert (np.abs(after) > 4).any() == (form == "promp")


def test_half_way_between_corners_both_count_as_nearest():
    state = np.array([[1.0, 0.1], [1.0, 0.1]])
    action, goal = np.array([[0.2, -0.1]] * 2), np.array([[2.0, 2.0], [2.0, -2.0]])
    _, reward, _ = PointCorner("promp").advance(state, action, goal)
    expected = [np.hypot(1, y - 0.1) - np.hypot(0.8, y) for y in (2, -2)]
    np.testing.assert_allclose(reward, expected)


def test_home_ends_at_a_half_in_the_first_norm():
    state, goal = np.full((2, 2), 0.125), np.full((2, 2), 2.0)
    action = np.array([[0.125, 0.125], [0.125, 0.124]])
    moved, reward, _ = PointCorner("promp").advance(state, action, goal)
    assert moved[0].sum() == 0.5 > moved[1].sum()
    assert reward[0] > 0 == reward[1]


def test_a_standard_deviation_of_one_is_mostly_clipped_or_hardly_moves(rng):
    state, action = np.zeros((4000, 2)), rng.normal(size=(4000, 2))
    goal = PointCorner().draw(rng, 4000)
    raw = PointCorner().advance(state, action, goal)[0]
    small = PointCorner(action_scale="promp10").advance(state, action, goal)[0]
    assert (np.abs(raw) == 0.2).mean() > 0.8
    np.testing.assert_allclose(small, 0.02 * action, atol=1e-15)


def test_episodes_start_about_the_origin(rng):
    start = PointCorner().start(rng, PointCorner().draw(rng, 4000))
    assert (np.abs(start) <= 0.2).all()
    cells = np.histogram2d(*start.T, bins=4, range=[[-0.2, 0.2]] * 2)[0]
    np.testing.assert_allclose(cells, 250, atol=5 * np.sqrt(250))


def test_the_corners_are_the_four_exact_ones():
    assert sorted(map(tuple, PointCorner.choices)) == sorted(CORNERS)
