import pytest
import torch
from torch.func import grad, jvp
from torch.testing import assert_close

from remeta.core.batching import mean_gradient
from remeta.core.weights import flat
from tests.core.differences import assert_slope
from tests.methods.samples import (
    an_imitation,
    an_mri,
    demonstrations,
    near,
    of_task,
    tiny_policy,
    trials,
)

CORRECTIONS = ["none", "per_step", "trajectory"]
LOSSES = ["nll", "mse_std"]


def sample(generator):
    """A policy that has moved away from the one that collected, and data of one task."""
    net = tiny_policy()
    drew = near(net.start(), generator)
    trial, demos = trials(net, drew, generator), demonstrations(generator)
    return net, near(drew, generator, 0.1), of_task(trial, 1), of_task(demos, 1)


def spelt_out(method, theta0, trial, demos):
    """L_BC(phi(theta)) as a plain function of theta, equal in value at theta0 to the sampled one.

    phi = theta + alpha mean_t[ factor_t A_t grad log pi ]. What of the factor moves with theta is
    what a correction is about: nothing, the step's density, or that of the whole roll-out.
    """
    net = method.policy
    here = net.log_prob(theta0, trial.obs, trial.act)
    weight = (here - trial.log_prob).exp()

    def loss(theta):
        log_prob = net.log_prob(theta, trial.obs, trial.act)
        factor = {
            "none": weight,
            "per_step": (log_prob - trial.log_prob).exp(),
            "trajectory": weight * ((log_prob - here) * trial.mask).sum(-1, keepdim=True).exp(),
        }[method.params.correction]
        fixed = factor * trial.advantage * trial.mask / trial.mask.sum()
        climb = grad(lambda w: (fixed * net.log_prob(w, trial.obs, trial.act)).sum())(theta)
        phi = {name: theta[name] + method.params.inner_rate * climb[name] for name in theta}
        return method.imitate(phi, demos)

    return loss


@pytest.mark.parametrize("loss", LOSSES)
@pytest.mark.parametrize("correction", CORRECTIONS)
def test_the_meta_gradient_is_that_of_the_loss_spelt_out(generator, correction, loss):
    net, theta, trial, demos = sample(generator)
    method = an_mri(net, correction=correction, loss=loss)
    plain = spelt_out(method, theta, trial, demos)
    assert_close(method.imitate_after_trial(theta, trial, demos), plain(theta))
    slope = grad(method.imitate_after_trial)(theta, trial, demos)
    assert_slope(plain, theta, slope, generator)


@pytest.mark.parametrize("loss", LOSSES)
def test_with_the_step_correction_the_sampled_loss_is_its_own_antiderivative(generator, loss):
    """Nothing is detached, so differences of the very function that is trained agree, too."""
    net, theta, trial, demos = sample(generator)
    method = an_mri(net, correction="per_step", loss=loss)

    def sampled(theta):
        return method.imitate_after_trial(theta, trial, demos)

    assert_slope(sampled, theta, grad(sampled)(theta), generator)


def test_corrections_change_the_meta_gradient_and_not_the_update(generator):
    net, theta, trial, demos = sample(generator)
    losses, slopes = [], []
    for correction in CORRECTIONS:
        method = an_mri(net, correction=correction)
        losses.append(method.imitate_after_trial(theta, trial, demos))
        slopes.append(flat(grad(method.imitate_after_trial)(theta, trial, demos)))
    assert_close(torch.stack(losses), losses[0].expand(3))
    for first, second in ((0, 1), (0, 2), (1, 2)):
        assert (slopes[first] - slopes[second]).norm() > 1e-3 * slopes[first].norm()


@pytest.mark.parametrize("loss", LOSSES)
@pytest.mark.parametrize("correction", ["per_step", "trajectory"])
def test_a_correction_is_the_papers_explicit_term(generator, correction, loss):
    """c = alpha grad mean[ w A h log pi ], h the derivative of log pi along the outer gradient.

    Per step, each h goes with its own log pi; per trajectory, their sum with the sum of log pi.
    """
    net, theta, trial, demos = sample(generator)
    plain = an_mri(net, correction="none", loss=loss)
    alpha = plain.params.inner_rate
    adapted = {}

    def remembered(weights, demos):
        adapted.update(weights)
        return type(plain).imitate(plain, weights, demos)

    plain.imitate = remembered
    plain.imitate_after_trial(theta, trial, demos)
    del plain.imitate
    outer = grad(plain.imitate)(adapted, demos)

    def log_prob(weights):
        return net.log_prob(weights, trial.obs, trial.act)

    here, along = jvp(log_prob, (theta,), (outer,))
    gain = ((here - trial.log_prob).exp() * trial.advantage * along * trial.mask).detach()

    def explicit(weights):
        if correction == "per_step":
            return (gain * log_prob(weights)).sum() / trial.mask.sum()
        whole = (log_prob(weights) * trial.mask).sum(-1)
        return (gain.sum(-1) * whole).sum() / trial.mask.sum()

    extra = grad(explicit)(theta)
    uncorrected = grad(plain.imitate_after_trial)(theta, trial, demos)
    method = an_mri(net, correction=correction, loss=loss)
    corrected = grad(method.imitate_after_trial)(theta, trial, demos)
    expected = {name: uncorrected[name] + alpha * extra[name] for name in theta}
    assert_close(corrected, expected, rtol=1e-9, atol=1e-12)


@pytest.mark.parametrize("loss", LOSSES)
@pytest.mark.parametrize("correction", CORRECTIONS)
def test_without_inner_step_mri_is_imitation(generator, correction, loss):
    net = tiny_policy()
    theta = near(net.start(), generator)
    data, demos = trials(net, near(theta, generator, 0.1), generator), demonstrations(generator)
    mri = an_mri(net, inner_rate=0.0, correction=correction, loss=loss)
    imitation = an_imitation(net, loss=loss)
    slope, value = mean_gradient(mri.imitate_after_trial, theta, (data, demos), 2)
    expected, expected_value = mean_gradient(imitation.imitate, theta, (demos,), 3)
    assert_close(value, expected_value)
    gap = flat(slope) - flat(expected)
    assert gap.norm() < 1e-5 * flat(expected).norm()


def test_imitation_is_the_limit_of_ever_smaller_inner_steps(generator):
    """The gap closes in proportion to alpha, so it is alpha that closes it."""
    net, theta, trial, demos = sample(generator)
    imitated = flat(grad(an_imitation(net).imitate)(theta, demos))

    def gap(alpha):
        method = an_mri(net, inner_rate=alpha)
        slope = flat(grad(method.imitate_after_trial)(theta, trial, demos))
        return (slope - imitated).norm()

    assert_close(gap(1e-4) / gap(1e-5), torch.tensor(10.0, dtype=torch.float64), rtol=0.01, atol=0)
