import pytest
import torch
from torch.func import grad
from torch.testing import assert_close

from tests.core.differences import assert_slope
from tests.methods.samples import an_imitation, demonstrations, near, of_task, tiny_policy


@pytest.mark.parametrize("loss", ["nll", "mse_std"])
def test_imitation_has_the_slope_of_its_differences(generator, loss):
    net, demos = tiny_policy(), of_task(demonstrations(generator), 0)
    method, theta = an_imitation(net, loss=loss), near(net.start(), generator)

    def imitate(theta):
        return method.imitate(theta, demos)

    assert_slope(imitate, theta, grad(imitate)(theta), generator)


@pytest.mark.parametrize("loss", ["nll", "mse_std"])
def test_no_policy_imitates_better_than_one_that_does_the_same(generator, loss):
    """A policy imitating its own means only wants less spread; any other start wants its means."""
    net, demos = tiny_policy(), of_task(demonstrations(generator), 0)
    method, theta = an_imitation(net, loss=loss), near(net.start(), generator)
    own = type(demos)(demos.obs, net.at(theta, demos.obs)[0])
    slope = grad(method.imitate)(theta, own)
    assert (slope.pop("log_std") > 0).all()
    assert all((value.abs() < 1e-12).all() for value in slope.values())
    assert method.imitate(theta, own) < method.imitate(near(theta, generator), own)


def test_likelihood_is_best_at_the_spread_of_the_demonstrations(generator):
    net, demos = tiny_policy(), of_task(demonstrations(generator), 0)
    method, theta = an_imitation(net, loss="nll"), near(net.start(), generator)
    errors = demos.act - net.at(theta, demos.obs)[0]
    best = theta | {"log_std": errors.square().mean(0).sqrt().log()}
    slope = grad(method.imitate)(best, demos)["log_std"]
    assert_close(slope, torch.zeros_like(slope))
