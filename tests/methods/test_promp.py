import pytest
import torch
from torch.func import grad
from torch.testing import assert_close

from remeta.core.gaussian import kl_divergence
from remeta.core.weights import flat
from remeta.methods.promp import next_penalty
from tests.core.differences import assert_gradient
from tests.methods.halves import sample as maml_sample
from tests.methods.points import policy, practice
from tests.methods.samples import TASKS, a_maml, a_promp, near, of_task


def sample(generator, **changes):
    """ProMP at some weights, rollouts of those, and rollouts of what they adapt to."""
    maml, before, after = maml_sample(generator)
    method = a_promp(maml.policy, **changes)
    method.weights = maml.weights
    mean, log_std = maml.policy.distribution(method.weights, before.obs)
    return method, (before, (mean, log_std.expand(TASKS, -1)), after)


def adapted_by_hand(method, theta, support):
    """phi = theta + alpha grad E[ pi / pi_old A ]."""

    def gain(weights):
        ratio = (method.policy.log_prob(weights, support.obs, support.act) - support.log_prob).exp()
        return (ratio * support.advantage * support.mask).sum() / support.mask.sum()

    climb = grad(gain)(theta)
    return {name: theta[name] + method.params.inner_rate * climb[name] for name in theta}


def spelt_out(method, data, theta):
    """-mean_i of the clipped gain less eta KL, step by step."""
    support, old, query = data
    total = 0.0
    for task in range(TASKS):
        one, other = of_task(support, task), of_task(query, task)
        phi = adapted_by_hand(method, theta, one)
        ratio = (method.policy.log_prob(phi, other.obs, other.act) - other.log_prob).exp()
        gains = [
            min(r * a, max(min(r, 1 + method.params.clip), 1 - method.params.clip) * a)
            for r, a, m in zip(
                *(x.flatten() for x in (ratio, other.advantage, other.mask)), strict=True
            )
            if m
        ]
        apart = kl_divergence(*of_task(old, task), *method.policy.distribution(theta, one.obs))
        far = (apart * one.mask).sum() / one.mask.sum()
        total = total - sum(gains) / len(gains) + method.penalty * far
    return total / TASKS


@pytest.mark.parametrize("away", [0.0, 0.1])
def test_the_loss_is_the_clipped_gain_of_the_adapted_less_the_penalty(generator, away):
    method, data = sample(generator, penalty=0.3, clip=0.1)
    method.weights = near(method.weights, generator, away)
    gradient, loss = method.outer_gradient(data)
    assert_close(loss, spelt_out(method, data, method.weights))
    assert_close(gradient, grad(lambda theta: spelt_out(method, data, theta))(method.weights))


def test_the_loss_has_the_gradient_of_its_differences_through_the_inner_step(generator):
    method, data = sample(generator, penalty=0.3, clip=0.1)
    theta = near(method.weights, generator, 0.1)

    def loss(theta):
        return method.outer_loss(theta, *of_task(data, 1))

    assert_gradient(loss, theta, grad(loss)(theta), generator)


@pytest.mark.parametrize("penalty", [0.0, 0.7])
def test_the_first_step_follows_the_likelihood_ratio_gradient(generator, penalty):
    """Nothing is clipped yet, and the divergence is at its minimum."""
    method, data = sample(generator, penalty=penalty)
    support, _, query = data

    def plain(theta):
        total = 0.0
        for task in range(TASKS):
            other = of_task(query, task)
            phi = adapted_by_hand(method, theta, of_task(support, task))
            ratio = (method.policy.log_prob(phi, other.obs, other.act) - other.log_prob).exp()
            total = total - (ratio * other.advantage * other.mask).sum() / other.mask.sum()
        return total / TASKS

    # The adapted policies drew the query: those of ProMP's inner step, which here is MAML's.
    assert_close(method.outer_gradient(data)[0], grad(plain)(method.weights))


def test_its_inner_update_is_mamls_and_its_curvature_is_not(generator):
    method, data = sample(generator)
    maml = a_maml(method.policy)
    adapted, _ = method.adapt_one(method.weights, of_task(data[0], 0))
    theirs = maml.adapt_one(method.weights, of_task(data[0], 0))
    assert_close(adapted, theirs)
    maml.weights = method.weights
    plain = flat(maml.ascent.gradient(maml.weights, data[0], data[2])[0])
    assert (flat(method.outer_gradient(data)[0]) - plain).norm() > 1e-3 * plain.norm()


def test_an_iteration_takes_its_steps_of_adam_on_the_same_rollouts():
    method, experience = a_promp(policy(), outer_steps=3, outer_rate=0.01), practice()
    kept, original = [], method.sample

    def sample(practice):
        kept.append(original(practice))
        return kept[-1]

    method.sample = sample
    report = method.meta_step(experience)
    ((data, _),) = kept
    again = a_promp(policy())
    theirs = {name: value.clone().requires_grad_() for name, value in again.weights.items()}
    adam = torch.optim.Adam(theirs.values(), lr=0.01)
    for _ in range(3):
        again.weights = {name: value.detach().clone() for name, value in theirs.items()}
        gradient, loss = again.outer_gradient(data)
        for name, value in theirs.items():
            value.grad = gradient[name]
        adam.step()
    walked = flat(method.weights) - flat(policy().initial_weights())
    assert walked.norm() > 0.1
    assert (flat(method.weights) - flat(theirs)).norm() < 1e-3 * walked.norm()
    assert_close(report["loss"], float(loss), rtol=1e-2, atol=1e-5)
    assert report["loss"] < report["loss_first"]
    support, (mean, log_std), _ = data
    far = [
        kl_divergence(
            mean[i], log_std[i], *method.policy.distribution(method.weights, support.obs[i])
        ).mean()
        for i in range(len(mean))
    ]
    assert_close(report["divergence"], float(sum(far) / len(far)), rtol=1e-4, atol=1e-6)
    assert report["divergence"] > 0
    assert experience.counts.updates == 3


def test_the_penalty_follows_its_target_only_where_there_is_one():
    assert next_penalty(1.0, 5.0, 0.0) == 1.0
    moves = [next_penalty(1.0, far, 0.3) for far in (0.1, 0.25, 0.3, 0.44, 0.46)]
    assert moves == [0.5, 1.0, 1.0, 1.0, 2.0]
    method = a_promp(policy(), target=1e-6, penalty=0.01, outer_rate=0.01)
    method.meta_step(practice())
    assert method.penalty == 0.02
