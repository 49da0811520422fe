import torch
from torch.func import grad
from torch.testing import assert_close

from remeta.core.batching import mean_gradient
from tests.core.differences import assert_gradient
from tests.methods.halves import adapted_by_hand, sample
from tests.methods.samples import TASKS, near, of_task


def test_all_tasks_adapt_at_once_as_one_after_the_other(generator):
    method, before, _ = sample(generator)
    adapted = method.adapted(method.weights, before)
    for task in range(TASKS):
        alone = adapted_by_hand(method, method.weights, of_task(before, task))
        assert_close({n: v[task] for n, v in adapted.items()}, alone)


def test_the_surrogate_has_the_gradient_of_its_differences_through_the_inner_step(generator):
    method, before, after = sample(generator)
    theta = near(method.weights, generator, 0.05)  # off the old policy, where ratios are not one

    def outer_loss(theta):
        return method.ascent.loss(theta, of_task(before, 1), of_task(after, 1))

    assert_gradient(outer_loss, theta, grad(outer_loss)(theta), generator)


def test_the_surrogate_is_the_weighted_gain_of_the_adapted_policies(generator):
    method, before, after = sample(generator)
    theta = near(method.weights, generator, 0.05)
    for task in range(TASKS):
        support, query = of_task(before, task), of_task(after, task)
        phi = adapted_by_hand(method, theta, support)
        ratio = (method.policy.log_prob(phi, query.obs, query.act) - query.log_prob).exp()
        gains = [
            g
            for g, m in zip((ratio * query.advantage).flatten(), query.mask.flatten(), strict=True)
            if m
        ]
        assert_close(method.ascent.loss(theta, support, query), -sum(gains) / len(gains))


def test_at_the_old_start_its_gradient_is_the_policy_gradient_of_the_adapted(generator):
    method, before, after = sample(generator)

    def expected(theta):
        total = 0.0
        for task in range(TASKS):
            support, query = of_task(before, task), of_task(after, task)
            phi = adapted_by_hand(method, theta, support)
            log_prob = method.policy.log_prob(phi, query.obs, query.act)
            total = total - (log_prob * query.advantage * query.mask).sum() / query.mask.sum()
        return total / TASKS

    gradient, _ = mean_gradient(method.ascent.loss, method.weights, (before, after), 2)
    assert_close(gradient, grad(expected)(method.weights))


def test_the_gradient_step_is_adams_on_the_surrogate(generator):
    method, before, after = sample(generator, outer="gradient", outer_rate=0.02)
    theirs = {n: v.clone().requires_grad_() for n, v in method.weights.items()}
    adam = torch.optim.Adam(theirs.values(), lr=0.02)
    for _ in range(3):
        tasks = [(of_task(before, task), of_task(after, task)) for task in range(TASKS)]
        adam.zero_grad()
        (sum(method.ascent.loss(theirs, *pair) for pair in tasks) / TASKS).backward()
        adam.step()
        method.adam_update(before, after)
    assert_close(method.weights, {n: v.detach() for n, v in theirs.items()}, rtol=1e-7, atol=1e-9)
