import pytest
import torch
from torch.func import grad, jvp
from torch.testing import assert_close

from remeta.core.batching import mean_gradient
from remeta.core.weights import flat
from tests.core.differences import assert_gradient
from tests.methods.samples import (
    an_imitation,
    an_mri,
    demonstrations,
    drawn_batch,
    near,
    of_task,
    tiny_policy,
)

CORRECTIONS = ["none", "per_step", "trajectory"]
LOSSES = ["nll", "mse_std"]


def sample(generator):
    """A policy that has moved away from the one that collected, and data of one task."""
    net = tiny_policy()
    sampler = near(net.initial_weights(), generator)
    support, demos = drawn_batch(net, sampler, generator), demonstrations(generator)
    return net, near(sampler, generator, 0.1), of_task(support, 1), of_task(demos, 1)


def spelt_out(method, theta0, support, demos):
    """L_BC(phi(theta)) as a plain function of theta, equal in value at theta0 to the sampled one.

    phi = theta + alpha mean_t[ factor_t A_t grad log pi ]. What of the factor moves with theta is
    what a correction is about: nothing, the step's density, or that of the whole rollout.
    """
    net = method.policy
    here = net.log_prob(theta0, support.obs, support.act)
    weight = (here - support.log_prob).exp()

    def loss(theta):
        log_prob = net.log_prob(theta, support.obs, support.act)
        factor = {
            "none": weight,
            "per_step": (log_prob - support.log_prob).exp(),
            "trajectory": weight * ((log_prob - here) * support.mask).sum(-1, keepdim=True).exp(),
        }[method.params.correction]
        fixed = factor * support.advantage * support.mask / support.mask.sum()
        climb = grad(lambda w: (fixed * net.log_prob(w, support.obs, support.act)).sum())(theta)
        phi = {name: theta[name] + method.params.inner_rate * climb[name] for name in theta}
        return method.imitation_loss(phi, demos)

    return loss


@pytest.mark.parametrize("loss", LOSSES)
@pytest.mark.parametrize("correction", CORRECTIONS)
def test_the_meta_gradient_is_that_of_the_loss_spelt_out(generator, correction, loss):
    net, theta, support, demos = sample(generator)
    method = an_mri(net, correction=correction, loss=loss)
    plain = spelt_out(method, theta, support, demos)
    assert_close(method.outer_loss(theta, support, demos), plain(theta))
    gradient = grad(method.outer_loss)(theta, support, demos)
    assert_gradient(plain, theta, gradient, generator)


@pytest.mark.parametrize("loss", LOSSES)
def test_with_the_step_correction_the_sampled_loss_is_its_own_antiderivative(generator, loss):
    """Nothing is detached, so differences of the very function that is trained agree, too."""
    net, theta, support, demos = sample(generator)
    method = an_mri(net, correction="per_step", loss=loss)

    def sampled(theta):
        return method.outer_loss(theta, support, demos)

    assert_gradient(sampled, theta, grad(sampled)(theta), generator)


def test_corrections_change_the_meta_gradient_and_not_the_update(generator):
    net, theta, support, demos = sample(generator)
    losses, gradients = [], []
    for correction in CORRECTIONS:
        method = an_mri(net, correction=correction)
        losses.append(method.outer_loss(theta, support, demos))
        gradients.append(flat(grad(method.outer_loss)(theta, support, demos)))
    assert_close(torch.stack(losses), losses[0].expand(3))
    for first, second in ((0, 1), (0, 2), (1, 2)):
        assert (gradients[first] - gradients[second]).norm() > 1e-3 * gradients[first].norm()


@pytest.mark.parametrize("loss", LOSSES)
@pytest.mark.parametrize("correction", ["per_step", "trajectory"])
def test_a_correction_is_the_papers_explicit_term(generator, correction, loss):
    """c = alpha grad mean[ w A h log pi ], h the derivative of log pi along the outer gradient.

    Per step, each h goes with its own log pi; per trajectory, their sum with the sum of log pi.
    """
    net, theta, support, demos = sample(generator)
    plain = an_mri(net, correction="none", loss=loss)
    alpha = plain.params.inner_rate
    adapted = {}

    def remembered(weights, demos):
        adapted.update(weights)
        return type(plain).imitation_loss(plain, weights, demos)

    plain.imitation_loss = remembered
    plain.outer_loss(theta, support, demos)
    del plain.imitation_loss
    outer = grad(plain.imitation_loss)(adapted, demos)

    def log_prob(weights):
        return net.log_prob(weights, support.obs, support.act)

    here, along = jvp(log_prob, (theta,), (outer,))
    gain = ((here - support.log_prob).exp() * support.advantage * along * support.mask).detach()

    def explicit(weights):
        if correction == "per_step":
            return (gain * log_prob(weights)).sum() / support.mask.sum()
        whole = (log_prob(weights) * support.mask).sum(-1)
        return (gain.sum(-1) * whole).sum() / support.mask.sum()

    extra = grad(explicit)(theta)
    uncorrected = grad(plain.outer_loss)(theta, support, demos)
    method = an_mri(net, correction=correction, loss=loss)
    corrected = grad(method.outer_loss)(theta, support, demos)
    expected = {name: uncorrected[name] + alpha * extra[name] for name in theta}
    assert_close(corrected, expected, rtol=1e-9, atol=1e-12)


@pytest.mark.parametrize("loss", LOSSES)
@pytest.mark.parametrize("correction", CORRECTIONS)
def test_without_inner_step_mri_is_imitation(generator, correction, loss):
    net = tiny_policy()
    theta = near(net.initial_weights(), generator)
    data, demos = (
        drawn_batch(net, near(theta, generator, 0.1), generator),
        demonstrations(generator),
    )
    mri = an_mri(net, inner_rate=0.0, correction=correction, loss=loss)
    imitation = an_imitation(net, loss=loss)
    gradient, value = mean_gradient(mri.outer_loss, theta, (data, demos), 2)
    expected, expected_value = mean_gradient(imitation.imitation_loss, theta, (demos,), 3)
    assert_close(value, expected_value)
    gap = flat(gradient) - flat(expected)
    assert gap.norm() < 1e-5 * flat(expected).norm()


def test_imitation_is_the_limit_of_ever_smaller_inner_steps(generator):
    """The gap closes in proportion to alpha, so it is alpha that closes it."""
    net, theta, support, demos = sample(generator)
    imitated = flat(grad(an_imitation(net).imitation_loss)(theta, demos))

    def gap(alpha):
        method = an_mri(net, inner_rate=alpha)
        gradient = flat(grad(method.outer_loss)(theta, support, demos))
        return (gradient - imitated).norm()

    assert_close(gap(1e-4) / gap(1e-5), torch.tensor(10.0, dtype=torch.float64), rtol=0.01, atol=0)
