import copy

import pytest
import torch
from torch.testing import assert_close

from tests.learners.samples import (
    ACT,
    CONTEXT,
    OBS,
    ROWS,
    TASKS,
    an_adversary,
    transitions,
    weights_of,
)


def drawn(generator, *shape):
    return torch.randn(*shape, generator=generator, dtype=torch.float64)


def plain_loss(net, x, labels):
    """Row by row, over both kinds."""
    f = net.net(x).squeeze(-1).clamp(-10, 10)
    return torch.nn.functional.binary_cross_entropy_with_logits(f, labels)


def plain_penalty(net, between, beside):
    """By differentiating twice, and by what is seen alone."""
    x = between.clone().requires_grad_()
    f = net.net(torch.cat([x, beside], -1)).sum()
    (slope,) = torch.autograd.grad(f, x, create_graph=True)
    return ((slope.square().sum(-1).sqrt() - 1) ** 2).mean()


@pytest.mark.parametrize("activation", ["tanh", "relu"])
def test_an_update_is_that_of_the_equations(activation, generator):
    ours, theirs = (an_adversary(more=CONTEXT, activation=activation) for _ in "ab")
    adam = torch.optim.Adam(theirs.net.parameters(), 0.01, (0.5, 0.999))
    context = drawn(generator, TASKS, CONTEXT)
    beside = context[:, None].expand(TASKS, ROWS, CONTEXT)
    labels = torch.cat([torch.ones(TASKS, ROWS), torch.zeros(TASKS, ROWS)]).double()
    for _ in range(3):
        expert, policy = (transitions(generator, TASKS, ROWS) for _ in "ab")
        both = [torch.cat([part["obs"], part["act"]], -1) for part in (expert, policy)]
        share = torch.rand(TASKS, ROWS, 1, generator=theirs.generator, dtype=torch.float64)
        x = torch.cat([torch.cat([part, beside], -1) for part in both])
        loss = plain_loss(theirs.net, x, labels)
        between = share * both[0] + (1 - share) * both[1]
        penalty = plain_penalty(theirs.net, between, beside)
        adam.zero_grad()
        (loss + 2 * penalty).backward()
        adam.step()
        metrics = ours.update(expert, policy, context)
        assert_close(
            [metrics["discriminator"], metrics["penalty"]], [loss.detach(), penalty.detach()]
        )
    assert_close(weights_of(ours), weights_of(theirs))


def test_a_context_finds_the_gradient_of_telling_apart_and_not_of_the_penalty(generator):
    expert, policy = (transitions(generator, TASKS, ROWS) for _ in "ab")
    leaf = drawn(generator, TASKS, CONTEXT).requires_grad_()
    ours, frozen = an_adversary(more=CONTEXT, penalty=50.0), an_adversary(more=CONTEXT)
    ours.update(expert, policy, leaf)

    def loss(context):
        beside = context[:, None].expand(TASKS, ROWS, CONTEXT)
        x = [torch.cat([part["obs"], part["act"], beside], -1) for part in (expert, policy)]
        labels = torch.cat([torch.ones(TASKS, ROWS), torch.zeros(TASKS, ROWS)]).double()
        return plain_loss(frozen.net, torch.cat(x), labels)

    assert_close(leaf.grad, torch.func.grad(loss)(leaf.detach()))


@pytest.mark.parametrize("sees, blind", [("states", "act"), ("state", "act next_obs")])
def test_who_sees_states_alone_needs_nothing_else(sees, blind, generator):
    expert, policy = (transitions(generator, ROWS) for _ in "ab")
    seen = [
        {name: value for name, value in part.items() if name not in blind.split()}
        for part in (expert, policy)
    ]
    one, other = an_adversary(sees), an_adversary(sees)
    assert_close(one.update(expert, policy), other.update(*seen))
    assert_close(one.reward(expert), other.reward(seen[0]))
    assert one.input_size == {"states": 2 * OBS, "state": OBS}[sees] != OBS + ACT


def test_a_reward_is_that_of_the_logit_and_wants_no_gradient(generator):
    rows, f = transitions(generator, TASKS, ROWS), an_adversary()
    logit = f.net(torch.cat([rows["obs"], rows["act"]], -1)).detach()
    assert_close(f.reward(rows), logit)
    paid = an_adversary(reward="minus_log_policy").reward(rows)
    assert_close(paid, -(1 - torch.sigmoid(logit)).log())
    assert not paid.requires_grad and paid.shape == (TASKS, ROWS)


CENTRES = torch.tensor([0.8, -0.5])


@pytest.mark.parametrize("loss", ["cross_entropy", "least_squares"])
def test_of_two_gaussians_it_finds_the_log_ratio(loss, generator):
    """log N(x; c, 1) - log N(x; -c, 1) = 2 c x, of which it misses a small part of the variance."""
    ours = an_adversary("state", hidden=[32], penalty=0.0, loss=loss, rate=1e-2, momentum=0.9)
    ours.net.float()

    def rows(sign, count):
        x = sign * CENTRES + torch.randn(count, 2, generator=generator)
        return {"obs": torch.cat([x, torch.zeros(count, 1)], -1)}

    for _ in range(500):
        ours.update(rows(1, 256), rows(-1, 256))
    test = torch.cat([rows(1, 4000)["obs"], rows(-1, 4000)["obs"]])
    truth = 2 * test[:, :2] @ CENTRES
    missed = ours.reward({"obs": test}) - truth
    assert missed.square().mean() < 0.03 * truth.square().mean()


def test_told_apart_at_random_half_of_all_are_right(generator):
    """What both do alike cannot be told apart: nobody does better than log 2 on fresh rows."""
    ours = an_adversary(penalty=0.0)
    for _ in range(30):
        ours.update(transitions(generator, 300), transitions(generator, 300))
    metrics = ours.update(transitions(generator, 20_000), transitions(generator, 20_000))
    assert abs(metrics["accuracy"] - 0.5) < 5 * 0.5 / 200
    assert metrics["discriminator"] > 0.99 * torch.log(torch.tensor(2.0))


def test_the_penalty_bends_slopes_towards_one(generator):
    def slope(penalty):
        ours = an_adversary("state", penalty=penalty, loss="cross_entropy")
        far = torch.tensor([4.0, 0, 0]).double()
        rows = [0.1 * drawn(generator, 64, OBS) + sign * far for sign in (1, -1)]
        for _ in range(150):
            ours.update({"obs": rows[0]}, {"obs": rows[1]})
        share = torch.rand(64, 1, generator=generator, dtype=torch.float64)
        between = share * rows[0] + (1 - share) * rows[1]
        return (ours.net.input_gradient(between).norm(dim=-1) - 1).abs().mean()

    assert slope(10.0) < slope(0.0) / 3


def test_it_goes_on_where_it_was_to_the_byte(generator):
    ours, fresh = an_adversary(), an_adversary(seed=9)
    pairs = [[transitions(generator, ROWS) for _ in "ab"] for _ in range(5)]
    for pair in pairs[:3]:
        ours.update(*pair)
    fresh.restore(copy.deepcopy(ours.state()))
    metrics = [[one.update(*pair) for pair in pairs[3:]] for one in (ours, fresh)]
    assert_close(*metrics, rtol=0, atol=0)
    assert_close(weights_of(ours), weights_of(fresh), rtol=0, atol=0)
