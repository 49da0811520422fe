"""MRI's meta-gradient in expectation, on bandits whose every action is listed."""

import numpy as np
import pytest
import torch
from torch.func import grad
from torch.testing import assert_close

from remeta.core.episodes import Batch, Demos
from remeta.core.weights import flat
from remeta.nets.policy import GaussianPolicy
from tests.methods.samples import an_mri, drawn, near

CORRECTIONS = ["none", "per_step", "trajectory"]
LOSSES = ["nll", "mse_std"]
CONTEXTS = 3


def bandit(generator, nodes):
    """A Gaussian bandit in which every action is listed: Gauss-Hermite nodes as rollouts.

    The expected gain of c a + d a^2 is c mu + d (mu^2 + sigma^2), in closed form.
    """
    net = GaussianPolicy(2, 1, (4,), -9.0, torch.Generator().manual_seed(0)).double()
    sampler = near(net.initial_weights(), generator)
    obs, c, d = (
        drawn(generator, CONTEXTS, 2),
        drawn(generator, CONTEXTS),
        drawn(generator, CONTEXTS),
    )
    z, chance = map(torch.from_numpy, np.polynomial.hermite_e.hermegauss(nodes))
    chance = chance / chance.sum()
    mean, log_std = net.distribution(sampler, obs)
    act = mean + log_std.exp() * z  # [context, node]
    gain = c[:, None] * act + d[:, None] * act**2

    def expected_gain(weights):
        mean, log_std = net.distribution(weights, obs)
        mu, variance = mean.squeeze(-1), (2 * log_std).exp()
        return (c * mu + d * (mu**2 + variance)).mean()

    def as_episodes(value):  # [context, node, ...] -> [episode, time of one step, ...]
        return value.flatten(0, 1).unsqueeze(1)

    seen, done = obs[:, None].expand(-1, nodes, -1), act[..., None]
    support = Batch(
        obs=as_episodes(seen),
        act=as_episodes(done),
        advantage=as_episodes(gain * chance * nodes),
        mask=torch.ones(CONTEXTS * nodes, 1, dtype=torch.float64),
        log_prob=as_episodes(net.log_prob(sampler, seen, done)),
    )
    demos = Demos(obs=obs, act=drawn(generator, CONTEXTS, 1))
    return net, sampler, support, demos, expected_gain


def true_gradient(method, theta, demos, expected_gain):
    def loss(theta):
        climb = grad(expected_gain)(theta)
        alpha = method.params.inner_rate
        return method.imitation_loss({n: theta[n] + alpha * climb[n] for n in theta}, demos)

    return flat(grad(loss)(theta))


@pytest.mark.parametrize("loss", LOSSES)
def test_in_expectation_only_corrected_gradients_are_right(generator, loss):
    net, theta, support, demos, expected_gain = bandit(generator, nodes=5)
    for correction in CORRECTIONS:
        method = an_mri(net, correction=correction, loss=loss)
        truth = true_gradient(method, theta, demos, expected_gain)
        gradient = flat(grad(method.outer_loss)(theta, support, demos))
        if correction == "none":
            assert (gradient - truth).norm() > 0.01 * truth.norm()
        else:
            assert_close(gradient, truth, rtol=1e-9, atol=1e-12)


@pytest.mark.parametrize("correction", ["per_step", "trajectory"])
def test_importance_weights_keep_them_right_after_theta_has_moved(generator, correction):
    net, sampler, support, demos, expected_gain = bandit(generator, nodes=60)
    theta = near(sampler, generator, 0.1)
    method = an_mri(net, correction=correction)
    truth = true_gradient(method, theta, demos, expected_gain)
    gradient = flat(grad(method.outer_loss)(theta, support, demos))
    assert_close(gradient, truth, rtol=1e-6, atol=1e-9)
    assert (flat(theta) - flat(sampler)).norm() > 0.1
