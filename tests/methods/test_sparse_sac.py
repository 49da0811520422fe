"""SAC that is told the task: it learns to do it, and what the official code makes of goals."""

import copy
from typing import Any

import numpy as np
import pytest
import torch
from torch.testing import assert_close

from remeta import methods
from remeta.experience.adaptation import Schedule, adaptation_curve
from remeta.experience.world import World
from remeta.methods import sparse_sac
from remeta.methods.sparse_sac import repeated_wrongly
from remeta.pipeline.resume.trees import gather, restore
from remeta.tasks.point import Point
from tests.evidence import assert_better
from tests.learners.practices import practice, shape_of
from tests.methods.imitators import LEARNER
from tests.methods.watchers import GOALS, HELD_OUT

RHYTHM = {"rows": 12, "steps": 6, "updates": 18, "warm_up": 144}
FEW = {"rows": 4, "steps": 6, "updates": 2, "warm_up": 24}
VALUES = {
    "kind": "sparse_sac", "goal": "right", "rhythm": RHYTHM, "replay": 2000, "batch": 16,
    "sac": LEARNER | {"rate": 6e-3, "reward_scale": 3.0},
}  # fmt: skip


class Told(Point):
    """A point that sees where it is to go."""

    obs_size = 4

    def start(self, rng, tasks):
        return np.concatenate([super().start(rng, tasks), tasks], -1)

    def advance(self, state, action, tasks):
        after, *rest = super().advance(state[:, :2], action, tasks)
        return np.concatenate([after, tasks], -1), *rest


WORLD = World(Told(scattered=True), 12)


def a_practice():
    return practice(WORLD, GOALS, seed=1)


def made(experience, seed=0, **changes: Any):
    params = sparse_sac.Params.read(VALUES | changes, "sparse_sac")
    shape, generator = shape_of(WORLD), torch.Generator().manual_seed(seed)
    return sparse_sac.SparseSAC.build(params, shape, lambda: experience, generator)


def returns(method):
    """In tasks that it never met."""
    rng, schedule = np.random.default_rng(99), Schedule(0, 8, deterministic=True)
    adaptation = methods.adaptation_of(method, schedule)
    ((_, rollouts),) = adaptation_curve(WORLD, adaptation, method.weights, HELD_OUT, schedule, rng)
    return rollouts.mean_return().numpy()


def test_who_is_told_a_goal_learns_to_go_to_any(rng):
    experience = a_practice()
    method = made(experience)
    before = returns(method)
    for _ in range(12):
        method.meta_step(experience)
    assert_better(returns(method), before, rng)
    assert experience.counts.env_steps == 12 * 72 and experience.counts.updates == 10 * 18


@pytest.mark.parametrize("size", [1, 2, 3])
def test_goals_are_repeated_as_by_the_official_code(size, rng):
    """`np.repeat` along the numbers of a task, and then reshaped to rows of that many."""
    goals, rows = rng.normal(size=(5, size)), 4 * size
    theirs = np.repeat(goals, rows, axis=1).reshape(5, rows, size)
    right = torch.from_numpy(np.repeat(goals[:, None], rows, axis=1))
    assert_close(repeated_wrongly(right), torch.from_numpy(theirs))
    assert bool((repeated_wrongly(right) == right).all()) == (size == 1)


def test_updates_see_mixed_up_goals_if_told_so_and_who_acts_never_does():
    seen = {}
    for goal in ("right", "official"):
        experience = a_practice()
        method = made(experience, goal=goal, rhythm=FEW)
        update, batches, acted = method.sac.update, [], []
        sample = method.sac.sample
        method.sac.update = lambda batch, to=batches, do=update: (to.append(batch), do(batch))[1]
        method.sac.sample = lambda obs, to=acted, do=sample: (to.append(obs), do(obs))[1]
        for _ in range(3):
            method.meta_step(experience)
        seen[goal] = batches
        shown = torch.cat([obs for obs in acted if obs.shape == (FEW["rows"], 4)])
        assert known(shown[:, 2:]).all()
    assert len(seen["right"]) == 4
    for right, official in zip(seen["right"][:1], seen["official"][:1], strict=True):
        for name in ("obs", "next_obs"):
            ours, theirs = right[name], official[name]
            assert known(ours[..., 2:]).all()
            x, y = ours[:, :8, 2:3], ours[:, 8:, 3:]
            assert_close(theirs[..., 2:], torch.cat([x, y], 1).expand(-1, -1, 2))
            assert_close(theirs[..., :2], ours[..., :2])


def known(goals):
    return (goals.unsqueeze(-2) == torch.from_numpy(GOALS).float()).all(-1).any(-1)


def test_a_run_that_was_cut_goes_on_to_the_same_bytes():
    experience = a_practice()
    whole = made(experience, rhythm=FEW)
    told = [whole.meta_step(experience) for _ in range(4)]
    experience = a_practice()
    first = made(experience, rhythm=FEW)
    before = [first.meta_step(experience) for _ in range(2)]
    tree, tensors = gather(stateful(first, experience))
    tree, tensors = copy.deepcopy(tree), {name: value.clone() for name, value in tensors.items()}
    experience = a_practice()
    fresh = made(experience, seed=5, rhythm=FEW)
    restore(stateful(fresh, experience), tree, tensors)
    assert before + [fresh.meta_step(experience) for _ in range(2)] == told
    assert_close(fresh.weights, whole.weights, rtol=0, atol=0)


def stateful(method, experience):
    return {
        "method": (method, method.STATE_ATTRIBUTES),
        "practice": (experience, experience.STATE_ATTRIBUTES),
    }
