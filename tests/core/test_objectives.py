import numpy as np
import pytest
import torch
from torch.distributions import Normal
from torch.func import grad
from torch.testing import assert_close

from remeta.core.objectives import (
    clipped_surrogate,
    expected_square_error,
    imitation_loss,
    negative_log_likelihood,
    ratio_surrogate,
    reinforce,
    trajectory_surrogate,
)
from tests.core.differences import assert_gradient

SHAPE = (4, 5)  # episode, time


def drawn(generator, *shape):
    return torch.randn(shape, generator=generator, dtype=torch.float64)


def lasting(generator):
    """Episodes of different lengths."""
    last = torch.randint(SHAPE[1], (SHAPE[0], 1), generator=generator)
    return (torch.arange(SHAPE[1]) <= last).double()


def step_data(generator):
    log_prob, old, advantage = (drawn(generator, *SHAPE) for _ in range(3))
    return log_prob, old, advantage, lasting(generator)


def test_reinforce_climbs_the_advantage_of_the_steps_that_were_taken(generator):
    log_prob, _, advantage, mask = step_data(generator)
    gradient = grad(reinforce)(log_prob, advantage, mask)
    assert_close(gradient, torch.where(mask == 1, -advantage / (mask == 1).sum(), 0.0))


def test_the_surrogate_weighs_the_policy_gradient_by_importance(generator):
    log_prob, old, advantage, mask = step_data(generator)
    weighted = grad(reinforce)(log_prob, (log_prob - old).exp() * advantage, mask)
    assert_close(grad(ratio_surrogate)(log_prob, old, advantage, mask), weighted)


def test_the_surrogate_is_a_plain_function_of_the_log_probabilities(generator):
    log_prob, old, advantage, mask = step_data(generator)

    def loss(weights):
        return ratio_surrogate(weights["log_prob"], old, advantage, mask)

    assert_gradient(loss, {"log_prob": log_prob}, grad(loss)({"log_prob": log_prob}), generator)


def test_the_trajectory_form_has_the_gradient_of_the_step_form(generator):
    """Their values and second derivatives differ, the update does not."""
    log_prob, old, advantage, mask = step_data(generator)
    update = grad(trajectory_surrogate)(log_prob, log_prob, old, advantage, mask)
    assert_close(update, grad(ratio_surrogate)(log_prob, old, advantage, mask))


def test_the_density_that_drew_spreads_an_episodes_gain_over_all_its_steps(generator):
    """d/d log pi(a_t'|s_t') p(tau) X(tau) = X(tau), for every step t' of the episode."""
    log_prob, old, advantage, mask = step_data(generator)
    sampler = drawn(generator, *SHAPE)
    gradient = grad(trajectory_surrogate, 1)(log_prob, sampler, old, advantage, mask)
    gain = ((log_prob - old).exp() * log_prob * advantage * mask).sum(-1, keepdim=True)
    assert_close(gradient, -gain * mask / mask.sum())


def test_what_was_masked_has_no_say_in_any_loss(generator):
    log_prob, old, advantage, mask = step_data(generator)
    assert (mask == 0).any()

    def spoilt(value):
        return torch.where(mask == 0, drawn(generator, *SHAPE) * 30, value)

    data = log_prob, log_prob, old, advantage
    for loss, inputs in (
        (reinforce, (log_prob, advantage)),
        (ratio_surrogate, (log_prob, old, advantage)),
        (trajectory_surrogate, data),
    ):
        plain = loss(*inputs, mask)
        assert_close(loss(*map(spoilt, inputs), mask), plain, rtol=0, atol=0)


def test_likelihood_is_that_of_the_average_demonstrated_action(generator):
    mean, act, log_std = drawn(generator, 6, 2), drawn(generator, 6, 2), drawn(generator, 2)
    each = [Normal(m, log_std.exp()).log_prob(a).sum() for m, a in zip(mean, act, strict=True)]
    assert_close(negative_log_likelihood(mean, log_std, act), -sum(each) / 6)


def test_expected_square_error_is_that_of_sampled_actions(generator):
    """Gauss-Hermite quadrature of (a - a*)^2 is exact for a Gaussian a."""
    mean, act, log_std = drawn(generator, 6, 2), drawn(generator, 6, 2), drawn(generator, 2)
    nodes, weights = map(torch.from_numpy, np.polynomial.hermite_e.hermegauss(3))
    sampled = mean + log_std.exp() * nodes[:, None, None]
    errors = (sampled - act).square().mean((-2, -1))
    assert_close(expected_square_error(mean, log_std, act), errors @ weights / weights.sum())


@pytest.mark.parametrize("kind", ["nll", "mse_std"])
def test_imitation_has_the_gradient_of_its_differences_in_mean_and_spread(generator, kind):
    mean, act, log_std = drawn(generator, 6, 2), drawn(generator, 6, 2), drawn(generator, 2)

    def loss(weights):
        return imitation_loss(kind, weights["mean"], weights["log_std"], act)

    weights = {"mean": mean, "log_std": log_std}
    assert_gradient(loss, weights, grad(loss)(weights), generator)


def test_each_kind_of_imitation_is_the_measure_of_its_name(generator):
    data = drawn(generator, 6, 2), drawn(generator, 2), drawn(generator, 6, 2)
    assert_close(imitation_loss("nll", *data), negative_log_likelihood(*data))
    assert_close(imitation_loss("mse_std", *data), expected_square_error(*data))


def test_a_clipped_surrogate_takes_of_two_gains_the_smaller(generator):
    log_prob, old, advantage, mask = step_data(generator)
    gains = []
    for new, was, a, kept in zip(
        *(x.flatten().tolist() for x in (log_prob, old, advantage, mask)), strict=True
    ):
        ratio = np.exp(new - was)
        gains += [min(ratio * a, min(max(ratio, 0.7), 1.3) * a)] if kept else []
    loss = clipped_surrogate(log_prob, old, advantage, mask, 0.3)
    assert_close(float(loss), -float(np.mean(gains)))


def test_a_clipped_surrogate_has_the_gradient_of_its_differences(generator):
    log_prob, old, advantage, mask = step_data(generator)

    def loss(weights):
        return clipped_surrogate(weights["log_prob"], old, advantage, mask, 0.3)

    assert_gradient(loss, {"log_prob": log_prob}, grad(loss)({"log_prob": log_prob}), generator)


def test_where_nothing_moved_yet_nothing_is_clipped(generator):
    log_prob, _, advantage, mask = step_data(generator)
    gradient = grad(clipped_surrogate)(log_prob, log_prob, advantage, mask, 0.3)
    assert_close(gradient, grad(reinforce)(log_prob, advantage, mask))
