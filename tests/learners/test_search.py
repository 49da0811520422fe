import copy

import numpy as np
import pytest
import torch
from torch.testing import assert_close

from remeta.core.search import perturbed
from remeta.experience.world import World
from remeta.frozen import Advice
from remeta.learners.search import Params, Search
from remeta.nets.scaled import searched
from remeta.pipeline.resume.trees import pack, unpack
from tests.experience.countdown import LASTING, TASKS, Countdown
from tests.learners.practices import practice, shape_of
from tests.learners.quadratic import Quadratic, best_gain, cost_of

SEARCH = {
    "hidden": [],
    "activation": "tanh",
    "directions": 8,
    "kept": 4,
    "noise": 0.05,
    "rate": 0.02,
    "scaled": False,
}


def a_search(experience, seed=0, **changes):
    params, shape = Params(**SEARCH | changes), shape_of(experience.world)
    return Search(params, shape, torch.Generator().manual_seed(seed))


def rollouts_of(search, experience):
    return search.rollouts(experience, np.arange(len(experience.tasks)))


def quadratic(seed=0):
    return practice(World(Quadratic(), 30), np.zeros((1, 1)), seed)


def gain_of(weights):
    """K of a = K s + k, whatever is done to the observations first."""
    return (weights["net.layers.0.weight"] * weights["scale"]).double().numpy()


def test_the_cost_of_a_gain_is_what_its_episodes_cost(rng):
    """The toy is what its equations say, and no other gain is as good as the best."""
    family, gain = Quadratic(), best_gain()
    state, total = family.start(rng, np.zeros((4, 1))), 0.0
    for _ in range(200):
        state, reward, _ = family.advance(state, state @ gain.T, None)
        total = total - reward
    assert total.mean() == pytest.approx(cost_of(gain))
    others = gain + 0.1 * rng.normal(size=(50, 1, 2))
    assert all(cost_of(other) > cost_of(gain) for other in others)


@pytest.mark.parametrize("scaled", [False, True])
def test_it_reaches_the_known_gain_of_a_quadratic_world(scaled):
    """Of what is to be gained from doing nothing, all but a thousandth."""
    experience = quadratic()
    search = a_search(experience, scaled=scaled, rate=0.05)
    rollouts = []
    for _ in range(60):
        step(search, experience)
        rollouts.append(gain_of(search.weights))
    gain = np.mean(rollouts[-20:], axis=0)  # steps of the same size go round the optimum
    short = cost_of(gain) - cost_of(best_gain())
    assert short < 0.001 * (cost_of(np.zeros((1, 2))) - cost_of(best_gain()))
    np.testing.assert_allclose(gain, best_gain(), atol=0.06)


def test_every_policy_plays_every_task_and_is_told_apart_from_all_others():
    """First observations say the task, actions say the policy."""
    experience = practice(World(Countdown(), 7), TASKS, episodes=2)
    search = a_search(experience)
    start = searched(search.weights)
    directions, rollouts = rollouts_of(search, experience)
    assert rollouts.obs.shape[:2] == (2 * 8 * len(TASKS), 2)
    policies = perturbed(start, directions, 0.05)
    for row in range(len(rollouts.obs)):
        policy, task = divmod(row, len(TASKS))
        assert (rollouts.obs[row, :, 0, 0] == TASKS[task, 0]).all()
        weight, bias = (policies[f"net.layers.0.{part}"][policy] for part in ("weight", "bias"))
        assert_close(rollouts.act[row, :, 0], rollouts.obs[row, :, 0] @ weight.T + bias)
    assert experience.counts.env_steps == rollouts.steps == 16 * 2 * LASTING.sum()


def test_a_policy_is_worth_its_mean_return_over_tasks_and_episodes():
    """Whoever earns more in one task and less in another for it is as good as before."""
    experience = practice(World(Countdown(), 7), TASKS, episodes=2)
    one, other = a_search(experience), a_search(experience)
    directions, rollouts = rollouts_of(one, experience)
    reward = torch.randn(rollouts.mask.shape, generator=torch.Generator().manual_seed(0))
    shift = torch.zeros_like(reward)
    shift[0 :: len(TASKS), :, 0], shift[1 :: len(TASKS), :, 0] = 5.0, -5.0
    metrics = one.step(directions, rollouts, reward)
    assert other.step(directions, rollouts, reward + shift) == pytest.approx(metrics, abs=1e-5)
    assert_close(one.weights, other.weights)
    returns = (reward * rollouts.mask).sum(-1).mean(-1).reshape(16, len(TASKS)).mean(-1)
    assert metrics["return_best"] == pytest.approx(float(returns.max()))


def test_scales_are_those_of_all_steps_taken_and_of_no_others():
    experience = practice(World(Countdown(), 7), TASKS, episodes=2)
    search, seen = a_search(experience, scaled=True), []
    for _ in range(2):
        directions, rollouts = rollouts_of(search, experience)
        search.step(directions, rollouts, rollouts.reward)
        seen.append(rollouts.obs[rollouts.mask > 0])
    rows = torch.cat(seen)
    assert_close(search.weights["shift"], rows.mean(0), rtol=1e-4, atol=1e-4)
    assert_close(1 / search.weights["scale"], rows.std(0, correction=0), rtol=1e-4, atol=1e-4)
    plain = a_search(experience)
    assert_close(plain.weights["scale"], torch.ones(3))


def test_it_goes_on_where_it_was_to_the_byte():
    ours, fresh, tensors = (experience := quadratic()), quadratic(9), {}
    one, other = a_search(ours, scaled=True), a_search(fresh, seed=3, scaled=True)
    step(one, ours)
    unpack(pack(one, "search", tensors), other, tensors)
    fresh.rng = copy.deepcopy(experience.rng)
    step(one, ours)
    step(other, fresh)
    assert_close(one.weights, other.weights, rtol=0, atol=0)
    assert_close(one.scaling.square, other.scaling.square, rtol=0, atol=0)


def step(search, experience):
    directions, rollouts = rollouts_of(search, experience)
    search.step(directions, rollouts, rollouts.reward)


def test_nobody_keeps_more_directions_than_there_are():
    with pytest.raises(Advice, match="kept is larger than directions"):
        Params.read(SEARCH | {"kept": 9}, "hp.search")
