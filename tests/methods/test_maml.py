from dataclasses import replace

import pytest
import torch
from torch.func import grad, hessian, jacrev
from torch.testing import assert_close

from remeta.core.batching import chunks, mean_gradient
from remeta.core.episodes import Trial
from remeta.core.gaussian import divergence
from remeta.core.weights import flat, unflattener
from tests.core.differences import assert_slope
from tests.methods.samples import TASKS, a_maml, near, of_task, tiny_policy, trials


def sample(generator, **changes):
    """A method at some weights, roll-outs of those, and roll-outs of what they adapt to."""
    net = tiny_policy()
    method = a_maml(net, **changes)
    method.weights = near(net.start(), generator)
    before = trials(net, method.weights, generator)
    tests = trials(net, method.weights, generator)
    adapted = method.adapted(method.weights, before)
    own = [
        net.log_prob({n: v[task] for n, v in adapted.items()}, tests.obs[task], tests.act[task])
        for task in range(TASKS)
    ]
    after = Trial(tests.obs, tests.act, tests.advantage, tests.mask, torch.stack(own))
    return method, before, after


def adapted_by_hand(method, theta, trial):
    """phi = theta + alpha mean_t[ A_t grad log pi ]."""
    net = method.policy
    taken = trial.mask * trial.advantage / trial.mask.sum()
    climb = grad(lambda w: (taken * net.log_prob(w, trial.obs, trial.act)).sum())(theta)
    return {name: theta[name] + method.params.inner_rate * climb[name] for name in theta}


def test_all_tasks_adapt_at_once_as_one_after_the_other(generator):
    method, before, _ = sample(generator)
    adapted = method.adapted(method.weights, before)
    for task in range(TASKS):
        alone = adapted_by_hand(method, method.weights, of_task(before, task))
        assert_close({n: v[task] for n, v in adapted.items()}, alone)


def test_the_surrogate_has_the_slope_of_its_differences_through_the_inner_step(generator):
    method, before, after = sample(generator)
    theta = near(method.weights, generator, 0.05)  # off the old policy, where ratios are not one

    def surrogate(theta):
        return method.surrogate(theta, of_task(before, 1), of_task(after, 1))

    assert_slope(surrogate, theta, grad(surrogate)(theta), generator)


def test_the_surrogate_is_the_weighted_gain_of_the_adapted_policies(generator):
    method, before, after = sample(generator)
    theta = near(method.weights, generator, 0.05)
    for task in range(TASKS):
        trial, test = of_task(before, task), of_task(after, task)
        phi = adapted_by_hand(method, theta, trial)
        ratio = (method.policy.log_prob(phi, test.obs, test.act) - test.log_prob).exp()
        gains = [
            g
            for g, m in zip((ratio * test.advantage).flatten(), test.mask.flatten(), strict=True)
            if m
        ]
        assert_close(method.surrogate(theta, trial, test), -sum(gains) / len(gains))


def test_at_the_old_start_its_slope_is_the_policy_gradient_of_the_adapted(generator):
    method, before, after = sample(generator)

    def expected(theta):
        total = 0.0
        for task in range(TASKS):
            trial, test = of_task(before, task), of_task(after, task)
            phi = adapted_by_hand(method, theta, trial)
            log_prob = method.policy.log_prob(phi, test.obs, test.act)
            total = total - (log_prob * test.advantage * test.mask).sum() / test.mask.sum()
        return total / TASKS

    slope, _ = mean_gradient(method.surrogate, method.weights, (before, after), 2)
    assert_close(slope, grad(expected)(method.weights))


def mean_divergence(method, before, after):
    """mean_i KL(pi_phi_i(old start) || pi_phi_i(start)), task by task, from where it is now."""
    here = method.weights

    def far(start):
        total = 0.0
        for task in range(TASKS):
            trial, test = of_task(before, task), of_task(after, task)
            old = method.policy.at(adapted_by_hand(method, here, trial), test.obs)
            new = method.policy.at(adapted_by_hand(method, start, trial), test.obs)
            total = total + (divergence(*old, *new) * test.mask).sum() / test.mask.sum()
        return total / TASKS

    return far


def parts_of(method, before, after):
    return list(chunks((before, after), method.params.task_chunk))


def matrix_of(method, parts):
    product = method.curvature(parts)
    size = len(flat(method.weights))
    return torch.stack([product(axis) for axis in torch.eye(size, dtype=torch.float64)], -1)


def test_curvature_is_that_of_the_mean_divergence_of_the_adapted(generator):
    method, before, after = sample(generator)
    unflat, far = unflattener(method.weights), mean_divergence(method, before, after)
    expected = hessian(lambda vector: far(unflat(vector)))(flat(method.weights))
    assert_close(matrix_of(method, parts_of(method, before, after)), expected)


def test_curvature_is_the_jacobian_around_the_metric_of_the_outputs(generator):
    method, before, after = sample(generator)
    unflat, theta = unflattener(method.weights), method.weights
    expected = 0.0
    for task in range(TASKS):
        trial, test = of_task(before, task), of_task(after, task)

        def outputs(vector, trial=trial, obs=test.obs):
            mean, log_std = method.policy.at(adapted_by_hand(method, unflat(vector), trial), obs)
            return mean, log_std

        j_mean, j_log_std = jacrev(outputs)(flat(theta))
        precision = (-2 * outputs(flat(theta))[1]).exp()
        share = test.mask / test.mask.sum() / TASKS
        expected = expected + torch.einsum("et,d,etdi,etdj->ij", share, precision, j_mean, j_mean)
        expected = expected + 2 * share.sum() * j_log_std.mT @ j_log_std
    assert_close(matrix_of(method, parts_of(method, before, after)), expected)


def test_thinned_curvature_is_the_curvature_of_every_other_step(generator):
    method, before, after = sample(generator, curvature_subsample=2)
    thin = [
        Trial(
            d.obs[:, :, ::2],
            d.act[:, :, ::2],
            *(x[:, :, ::2] for x in (d.advantage, d.mask, d.log_prob)),
        )
        for d in (before, after)
    ]
    full = a_maml(method.policy)
    full.weights = method.weights
    thinned = matrix_of(method, parts_of(method, before, after))
    assert_close(thinned, matrix_of(full, parts_of(full, *thin)))
    assert (thinned - matrix_of(full, parts_of(full, before, after))).norm() > 0.01 * thinned.norm()


def test_the_line_search_sees_the_surrogate_and_the_divergence(generator):
    method, before, after = sample(generator)
    parts = parts_of(method, before, after)
    old = [method.outcomes(method.weights, *part) for part in parts]
    for size in (0.0, 0.05):
        theta = near(method.weights, generator, size)
        loss, far = method.loss_and_divergence(theta, parts, old)
        pairs = [(of_task(before, task), of_task(after, task)) for task in range(TASKS)]
        assert_close(loss, sum(method.surrogate(theta, *pair) for pair in pairs) / TASKS)
        assert_close(far, mean_divergence(method, before, after)(theta))
        assert (far > 1e-6) == (size > 0)


@pytest.mark.parametrize("chunk", [1, 3])
def test_a_trust_region_step_falls_within_its_radius_whatever_the_chunks(generator, chunk):
    method, before, after = sample(generator, task_chunk=chunk)
    far, old = mean_divergence(method, before, after), method.weights
    report = method.trust_region(before, after)
    loss, was = (
        mean_gradient(method.surrogate, start, (before, after), TASKS)[1].item()
        for start in (method.weights, old)
    )
    assert report["accepted"] == 1
    assert 0 < far(method.weights) <= 0.01
    assert loss < was
    assert_close((report["loss"], report["divergence"]), (loss, far(method.weights).item()))


def test_a_small_step_uses_up_its_radius(generator):
    """Curvature, direction and length agree, as far as the divergence is quadratic."""
    method, before, after = sample(generator, radius=1e-8)
    report = method.trust_region(before, after)
    assert report["tries"] <= 2  # rounding may leave the first just outside
    used = report["divergence"] * 0.8 ** (2 - 2 * report["tries"])
    assert_close(used, 1e-8, rtol=1e-2, atol=0)


def test_a_start_that_gains_from_no_try_stays(generator):
    """Where every action was good, a policy that jumps away from all of them loses."""
    method, before, after = sample(generator, radius=1e3)
    after = replace(after, advantage=after.advantage.abs())
    old = method.weights
    loss = mean_gradient(method.surrogate, old, (before, after), TASKS)[1].item()
    report = method.trust_region(before, after)
    assert report["accepted"] == 0 and report["tries"] == 15
    assert_close(report["loss"], loss)
    assert_close(method.weights, old, rtol=0, atol=0)


def test_the_gradient_step_is_adams_on_the_surrogate(generator):
    method, before, after = sample(generator, outer="gradient", outer_rate=0.02)
    theirs = {n: v.clone().requires_grad_() for n, v in method.weights.items()}
    adam = torch.optim.Adam(theirs.values(), lr=0.02)
    for _ in range(3):
        tasks = [(of_task(before, task), of_task(after, task)) for task in range(TASKS)]
        adam.zero_grad()
        (sum(method.surrogate(theirs, *pair) for pair in tasks) / TASKS).backward()
        adam.step()
        method.gradient(before, after)
    assert_close(method.weights, {n: v.detach() for n, v in theirs.items()}, rtol=1e-7, atol=1e-9)
