import copy

import pytest
import torch
from torch.distributions import Normal, TanhTransform, TransformedDistribution
from torch.testing import assert_close

from tests.learners.samples import CONTEXT, ROWS, TASKS, a_clone, transitions, weights_of


def errors(policy, obs, act):
    """By the name of a loss: of what is done, of what tanh is not yet taken of, and likelihood."""
    mean, log_std = policy.net(obs).chunk(2, -1)
    law = TransformedDistribution(Normal(mean, log_std.clamp(-5, 2).exp()), TanhTransform())
    return {
        "squared_error": ((torch.tanh(mean) - act) ** 2).mean(),
        "pre_tanh": ((mean - act) ** 2).mean(),
        "likelihood": -law.log_prob(act).sum(-1).mean(),
    }


@pytest.mark.parametrize("loss", ["squared_error", "pre_tanh", "likelihood"])
def test_an_update_is_that_of_the_equations(loss, generator):
    ours, theirs = a_clone(loss=loss), a_clone(loss=loss)
    adam = torch.optim.Adam(theirs.policy.parameters(), 0.01)
    for _ in range(3):
        shown = transitions(generator, TASKS, ROWS)
        found = errors(theirs.policy, shown["obs"], shown["act"])
        adam.zero_grad()
        found[loss].backward()
        adam.step()
        metrics = ours.update(shown)
        assert_close(metrics["squared_error"], found["squared_error"].detach())
        likely = -found["likelihood"].detach()
        assert_close(metrics["log_likelihood"], likely, rtol=1e-5, atol=1e-5)
    assert_close(weights_of(ours), weights_of(theirs))


def test_only_likelihood_trains_the_spread(generator):
    shown = transitions(generator, ROWS)
    for loss, moves in (("squared_error", False), ("pre_tanh", False), ("likelihood", True)):
        ours = a_clone(loss=loss)
        before = ours.policy.net.layers[-1].bias[2:].clone()
        ours.update(shown)
        assert torch.equal(before, ours.policy.net.layers[-1].bias[2:]) != moves


def test_a_context_finds_its_gradient(generator):
    shown = transitions(generator, TASKS, ROWS)
    leaf = torch.randn(TASKS, CONTEXT, generator=generator, dtype=torch.float64).requires_grad_()
    ours, frozen = a_clone(CONTEXT), a_clone(CONTEXT)
    ours.update(shown, leaf)

    def loss(context):
        beside = context[:, None].expand(TASKS, ROWS, CONTEXT)
        found = errors(frozen.policy, torch.cat([shown["obs"], beside], -1), shown["act"])
        return found["squared_error"]

    assert_close(leaf.grad, torch.func.grad(loss)(leaf.detach()))


def test_it_goes_on_where_it_was_to_the_byte(generator):
    ours, fresh = a_clone(), a_clone(seed=9)
    batches = [transitions(generator, ROWS) for _ in range(5)]
    for batch in batches[:3]:
        ours.update(batch)
    fresh.restore(copy.deepcopy(ours.state()))
    metrics = [[one.update(batch) for batch in batches[3:]] for one in (ours, fresh)]
    assert_close(*metrics, rtol=0, atol=0)
    assert_close(weights_of(ours), weights_of(fresh), rtol=0, atol=0)
