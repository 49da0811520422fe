import numpy as np

from remeta.tasks.point import Point, distance

ROWS = 50


def test_a_step_moves_by_a_tenth_of_the_action_per_axis(rng):
    state, action, goal = (rng.uniform(-1, 1, (ROWS, 2)) for _ in range(3))
    moved, _, done = Point().advance(state, action, goal)
    np.testing.assert_allclose(moved - state, 0.1 * action, atol=1e-15)
    assert not done.any()


def test_reward_is_the_distance_left_after_the_move(rng):
    state, action, goal = (rng.uniform(-1, 1, (ROWS, 2)) for _ in range(3))
    _, reward, _ = Point().advance(state, action, goal)
    left = [-np.linalg.norm(s + 0.1 * a - g) for s, a, g in zip(state, action, goal, strict=True)]
    np.testing.assert_allclose(reward, left)


def test_whoever_walks_straight_arrives_and_loses_nothing_there(rng):
    point = Point()
    goal = point.draw(rng, ROWS)
    state = point.start(rng, goal)
    for _ in range(5):  # a goal is at most 0.5 away on each axis
        state, reward, _ = point.advance(state, (goal - state) / 0.1, goal)
    np.testing.assert_allclose(state, goal, atol=1e-12)
    np.testing.assert_allclose(reward, 0, atol=1e-12)


def test_goals_fill_the_square(rng):
    goals = Point().draw(rng, 4000)
    assert (np.abs(goals) <= 0.5).all()
    # each of the sixteen cells has one sixteenth of the goals, within five standard deviations
    cells = np.histogram2d(*goals.T, bins=4, range=[[-0.5, 0.5]] * 2)[0]
    np.testing.assert_allclose(cells, 250, atol=5 * np.sqrt(250))


def test_evaluation_starts_at_the_origin_and_demonstrations_around_the_goal(rng):
    goals = Point().draw(rng, 4000)
    assert (Point().start(rng, goals) == 0).all()
    apart = Point(scattered=True).start(rng, goals) - goals
    assert (np.abs(apart) <= 0.5).all()
    np.testing.assert_allclose(apart.mean(0), 0, atol=5 * np.sqrt(1 / 12 / 4000))
    np.testing.assert_allclose(apart.var(0), 1 / 12, rtol=0.1)


def test_distance_is_euclidean():
    np.testing.assert_allclose(distance(np.array([[3.0, 0.0]]), np.array([[0.0, -4.0]])), [5.0])
