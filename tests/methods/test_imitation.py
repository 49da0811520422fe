import pytest
import torch
from torch.func import grad
from torch.testing import assert_close

from tests.core.differences import assert_gradient
from tests.methods.samples import an_imitation, demonstrations, near, of_task, tiny_policy


@pytest.mark.parametrize("loss", ["nll", "mse_std"])
def test_imitation_has_the_gradient_of_its_differences(generator, loss):
    net, demos = tiny_policy(), of_task(demonstrations(generator), 0)
    method, theta = an_imitation(net, loss=loss), near(net.initial_weights(), generator)

    def imitation_loss(theta):
        return method.imitation_loss(theta, demos)

    assert_gradient(imitation_loss, theta, grad(imitation_loss)(theta), generator)


@pytest.mark.parametrize("loss", ["nll", "mse_std"])
def test_no_policy_imitates_better_than_one_that_does_the_same(generator, loss):
    """A policy imitating its own means only wants less spread; any other start wants its means."""
    net, demos = tiny_policy(), of_task(demonstrations(generator), 0)
    method, theta = an_imitation(net, loss=loss), near(net.initial_weights(), generator)
    own = type(demos)(demos.obs, net.distribution(theta, demos.obs)[0])
    gradient = grad(method.imitation_loss)(theta, own)
    assert (gradient.pop("log_std") > 0).all()
    assert all((value.abs() < 1e-12).all() for value in gradient.values())
    assert method.imitation_loss(theta, own) < method.imitation_loss(near(theta, generator), own)


def test_likelihood_is_best_at_the_spread_of_the_demonstrations(generator):
    net, demos = tiny_policy(), of_task(demonstrations(generator), 0)
    method, theta = an_imitation(net, loss="nll"), near(net.initial_weights(), generator)
    errors = demos.act - net.distribution(theta, demos.obs)[0]
    best = theta | {"log_std": errors.square().mean(0).sqrt().log()}
    gradient = grad(method.imitation_loss)(best, demos)["log_std"]
    assert_close(gradient, torch.zeros_like(gradient))
