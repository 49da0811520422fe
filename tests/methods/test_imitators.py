"""Imitation and random search of a single task: what is learned, from what, and that it goes on."""

import copy

import numpy as np
import pytest
import torch
from torch.testing import assert_close

from remeta.core.weights import all_finite
from remeta.pipeline.resume.trees import gather, restore
from remeta.tasks.point import Point
from tests.evidence import assert_better, chance_of
from tests.methods.imitators import GOALS, IMITATORS, METHODS, a_practice, made, returns, trained


@pytest.mark.parametrize("name", METHODS)
def test_what_is_learned_is_better_than_where_it_began(name, rng):
    method, experience = trained(name)
    assert_better(returns(method), returns(made(name, a_practice())), rng)
    assert experience.counts.updates > 0


@pytest.mark.parametrize("name", ["gail", "rail"])
def test_who_is_paid_for_being_found_out_learns_nothing(name, rng):
    """The expert's part and its own exchanged: or the test above would be of something else."""
    experience = a_practice()
    method = made(name, experience)
    honest = method.adversary.update
    method.adversary.update = lambda expert, policy: honest(policy, expert)
    for _ in range(METHODS[name][-1]):
        method.meta_step(experience)
    assert chance_of(returns(method), returns(made(name, a_practice())), rng) > 0.5


def stepped(name, experience, steps=3, **changes):
    method = made(name, experience, **changes)
    return [method.meta_step(experience) for _ in range(steps)], method


@pytest.mark.parametrize("name", IMITATORS)
def test_who_imitates_never_looks_at_the_reward(name, monkeypatch):
    plain, one = stepped(name, a_practice())
    honest = Point.advance

    def unpaid(self, *given):
        state, _, done = honest(self, *given)
        return state, np.full(len(state), np.nan), done

    monkeypatch.setattr(Point, "advance", unpaid)
    same, other = stepped(name, a_practice())
    assert same == plain
    assert_close(one.weights, other.weights, rtol=0, atol=0)


def test_random_search_never_looks_at_the_expert():
    with_demos, without = a_practice(), a_practice()
    without.shown = None
    assert stepped("random_search", with_demos)[0] == stepped("random_search", without)[0]


@pytest.mark.parametrize("name", METHODS)
def test_learning_is_the_same_every_time(name):
    (first, one), (second, other) = (stepped(name, a_practice()) for _ in "ab")
    assert first == second
    assert_close(one.weights, other.weights, rtol=0, atol=0)


@pytest.mark.parametrize("name", METHODS)
def test_several_tasks_are_learned_from_at_once(name):
    experience = a_practice(GOALS)
    (*_, last), method = stepped(name, experience, steps=4)
    assert all_finite(method.weights) and all(np.isfinite(value) for value in last.values())


@pytest.mark.parametrize("name", METHODS)
def test_a_run_that_was_cut_at_any_step_goes_on_to_the_same_bytes(name):
    whole, method = stepped(name, a_practice(GOALS), steps=5)
    for cut in range(5):
        experience = a_practice(GOALS)
        before, first = stepped(name, experience, steps=cut)
        tree, tensors = gather(stateful(first, experience))
        tree, tensors = copy.deepcopy(tree), {n: value.clone() for n, value in tensors.items()}
        experience = a_practice(GOALS)  # the expert is read again, not kept
        experience.rng = np.random.default_rng(77)
        fresh = made(name, experience, seed=5)
        restore(stateful(fresh, experience), tree, tensors)
        after = [fresh.meta_step(experience) for _ in range(5 - cut)]
        assert before + after == whole
        assert_close(fresh.weights, method.weights, rtol=0, atol=0)


def stateful(method, experience):
    return {
        "method": (method, method.STATE_ATTRIBUTES),
        "practice": (experience, experience.STATE_ATTRIBUTES),
    }


@pytest.mark.parametrize("name", METHODS)
def test_weights_are_a_value_that_can_be_given_back(name):
    _, method = stepped(name, a_practice())
    kept, told_before = method.weights, made(name, a_practice()).weights
    method.weights = told_before
    assert_close(method.weights, told_before, rtol=0, atol=0)
    assert any(not torch.equal(kept[n], told_before[n]) for n in kept)
    assert all(not value.requires_grad for value in kept.values())


def test_every_step_and_update_is_counted():
    for name, updates, env_steps in (
        ("bc", 3 * 50, 0),
        ("gail", 18, 3 * 12 * 6),  # the first two rounds are its warm-up
        ("rail", 3, 3 * 16 * 4 * 12),
        ("random_search", 3, 3 * 16 * 4 * 12),
    ):
        experience = a_practice()
        stepped(name, experience)
        counts = experience.counts
        assert (counts.updates, counts.env_steps) == (updates, env_steps), name
