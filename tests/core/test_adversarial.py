import pytest
import torch
from torch.testing import assert_close

from remeta.core.adversarial import (
    cross_entropy,
    discriminator_loss,
    gradient_penalty,
    least_squares,
    reward,
)


@pytest.fixture
def logits(generator):
    return 3 * torch.randn(2, 50, generator=generator, dtype=torch.float64)


def test_rewards_are_what_their_names_say_of_the_expert_s_probability(logits):
    logit = logits[0]
    expert = torch.sigmoid(logit)
    assert_close(reward("log_expert", logit), expert.log())
    assert_close(reward("minus_log_policy", logit), -(1 - expert).log())
    assert_close(reward("log_odds", logit), expert.log() - (1 - expert).log())


def test_the_odds_are_the_other_two_together_and_all_rise_with_the_logit(logits):
    high, low = logits.max(0).values, logits.min(0).values
    kinds = ["log_odds", "log_expert", "minus_log_policy"]
    assert all((reward(kind, high) > reward(kind, low)).all() for kind in kinds)
    odds, one, other = (reward(kind, high) for kind in kinds)
    assert_close(odds, one + other)


def test_signs_tell_who_lives_on(logits):
    assert (reward("log_expert", logits) < 0).all()
    assert (reward("minus_log_policy", logits) > 0).all()


def test_losses_are_those_of_probabilities(logits):
    expert, policy = logits
    theirs, ours = torch.sigmoid(expert), torch.sigmoid(policy)
    entropy = -(theirs.log().mean() + (1 - ours).log().mean()) / 2
    squares = ((theirs - 1).square().mean() + ours.square().mean()) / 2
    assert_close(cross_entropy(expert, policy), entropy)
    assert_close(least_squares(expert, policy), squares)
    assert_close(discriminator_loss("cross_entropy", expert, policy), entropy)
    assert_close(discriminator_loss("least_squares", expert, policy), squares)


def test_a_cross_entropy_is_the_mean_over_all_rows_with_their_labels(logits):
    expert, policy = logits
    labels = torch.cat([torch.ones(50), torch.zeros(50)]).double()
    both = torch.cat([expert, policy])
    entropy = torch.nn.functional.binary_cross_entropy_with_logits(both, labels)
    assert_close(cross_entropy(expert, policy), entropy)


def test_the_best_logit_is_the_log_ratio_of_densities_under_either_loss(generator):
    """Of three states with known shares, by their expected loss: no other logit is as good."""
    theirs, ours = (torch.softmax(torch.randn(3, generator=generator).double(), 0) for _ in "ab")
    best = theirs.log() - ours.log()

    def expected(kind, f):
        one = torch.stack([discriminator_loss(kind, f[i], f[i]) for i in range(3)])
        both = torch.stack([discriminator_loss(kind, f[i], -f[i].abs() * 0 - 40) for i in range(3)])
        only = torch.stack([discriminator_loss(kind, f[i] * 0 + 40, f[i]) for i in range(3)])
        assert_close(both + only, one, atol=1e-8, rtol=1e-8)  # a term of each
        return (theirs * both).sum() + (ours * only).sum()

    for kind in ("cross_entropy", "least_squares"):
        slope = torch.func.grad(lambda f, kind=kind: expected(kind, f))(best)
        assert_close(slope, torch.zeros(3).double(), atol=1e-8, rtol=0)


def test_slopes_of_length_one_cost_nothing_and_all_others_the_square_of_what_they_differ_by():
    slope = torch.tensor([[0.6, 0.8], [0.0, 0.0], [3.0, 4.0]])
    assert_close(gradient_penalty(slope[:1]), torch.tensor(0.0))
    assert_close(gradient_penalty(slope), torch.tensor((0 + 1 + 16) / 3))
    flat = torch.zeros(3, 2, requires_grad=True)
    assert torch.func.grad(gradient_penalty)(flat).isfinite().all()
