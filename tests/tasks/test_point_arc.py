import numpy as np
import pytest
import torch

from remeta.learners.analytic import ANALYTIC
from remeta.tasks.point_arc import NEAR, PointArc


def test_goals_are_all_over_the_upper_half_of_the_unit_circle(rng):
    goals = PointArc().draw(rng, 4000)
    np.testing.assert_allclose(np.hypot(*goals.T), 1)
    assert (goals[:, 1] > 0).all()
    counts, _ = np.histogram(np.arctan2(goals[:, 1], goals[:, 0]), bins=8, range=(0, np.pi))
    np.testing.assert_allclose(counts, 500, atol=5 * np.sqrt(500))


@pytest.mark.parametrize("reward", ["sparse", "dense"])
def test_reward_is_paid_by_the_distance_after_the_move(reward, rng):
    family = PointArc(reward)
    goals = family.draw(rng, 3000)
    state = goals + rng.uniform(-0.3, 0.3, goals.shape)
    after, paid, done = family.advance(state, 2 * rng.normal(size=goals.shape), goals)
    assert (np.abs(after - state) <= 0.1 + 1e-12).all() and not done.any()
    for row in range(len(goals)):
        gap = ((after[row] - goals[row]) ** 2).sum() ** 0.5
        within = 1 - gap if gap <= 0.2 else 0.0
        np.testing.assert_allclose(paid[row], within if reward == "sparse" else -gap)
    assert reward == "dense" or 0.2 < (paid > 0).mean() < 0.6


def test_straight_to_the_goal_reward_begins_after_eight_steps(rng):
    """Of 0.1 along the axis, the eighth to just within its reach; then the point stays."""
    family, goal = PointArc(), np.array([[0.0, 0.9999]])
    act, state, paid = ANALYTIC["point_arc"](goal), family.start(rng, goal), []
    for _ in range(family.horizon):
        move = act(torch.from_numpy(family.observe(state)).float().unsqueeze(1))[:, 0].numpy()
        state, reward, _ = family.advance(state, move, goal)
        paid.append(float(reward[0]))
    np.testing.assert_allclose(paid, [0] * 7 + [0.8, 0.9] + [1.0] * 11, atol=2e-4)
    assert NEAR == 0.2
