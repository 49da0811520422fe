from dataclasses import replace

import pytest
import torch
from torch.func import hessian, jacrev
from torch.testing import assert_close

from remeta.core.batching import mean_gradient
from remeta.core.episodes import Batch
from remeta.core.weights import flat, unflattener
from tests.methods.halves import adapted_by_hand, mean_divergence, parts_of, sample
from tests.methods.samples import TASKS, a_maml, near, of_task


def matrix_of(method, parts):
    product = method.ascent.curvature(method.weights, parts)
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
        support, query = of_task(before, task), of_task(after, task)

        def outputs(vector, support=support, obs=query.obs):
            mean, log_std = method.policy.distribution(
                adapted_by_hand(method, unflat(vector), support), obs
            )
            return mean, log_std

        j_mean, j_log_std = jacrev(outputs)(flat(theta))
        precision = (-2 * outputs(flat(theta))[1]).exp()
        share = query.mask / query.mask.sum() / TASKS
        expected = expected + torch.einsum("et,d,etdi,etdj->ij", share, precision, j_mean, j_mean)
        expected = expected + 2 * share.sum() * j_log_std.mT @ j_log_std
    assert_close(matrix_of(method, parts_of(method, before, after)), expected)


def test_thinned_curvature_is_the_curvature_of_every_other_step(generator):
    method, before, after = sample(generator, curvature_subsample=2)
    thin = [
        Batch(
            d.obs[:, :, ::2],
            d.act[:, :, ::2],
            *(x[:, :, ::2] for x in (d.advantage, d.mask, d.log_prob)),
        )
        for d in (before, after)
    ]
    full = a_maml(method.policy)
    full.weights = method.weights
    subsampled = matrix_of(method, parts_of(method, before, after))
    assert_close(subsampled, matrix_of(full, parts_of(full, *thin)))
    assert (
        subsampled - matrix_of(full, parts_of(full, before, after))
    ).norm() > 0.01 * subsampled.norm()


def test_the_line_search_sees_the_surrogate_and_the_divergence(generator):
    method, before, after = sample(generator)
    parts = parts_of(method, before, after)
    old = [method.ascent.distributions(method.weights, *part) for part in parts]
    for size in (0.0, 0.05):
        theta = near(method.weights, generator, size)
        loss, far = method.ascent.loss_and_divergence(theta, parts, old)
        pairs = [(of_task(before, task), of_task(after, task)) for task in range(TASKS)]
        assert_close(loss, sum(method.ascent.loss(theta, *pair) for pair in pairs) / TASKS)
        assert_close(far, mean_divergence(method, before, after)(theta))
        assert (far > 1e-6) == (size > 0)


@pytest.mark.parametrize("chunk", [1, 3])
def test_a_trust_region_step_falls_within_its_radius_whatever_the_chunks(generator, chunk):
    method, before, after = sample(generator, task_chunk=chunk)
    far, old = mean_divergence(method, before, after), method.weights
    report = method.trust_region_update(before, after)
    loss, was = (
        mean_gradient(method.ascent.loss, start, (before, after), TASKS)[1].item()
        for start in (method.weights, old)
    )
    assert report["accepted"] == 1
    assert 0 < far(method.weights) <= 0.01
    assert loss < was
    assert_close((report["loss"], report["divergence"]), (loss, far(method.weights).item()))


def test_a_small_step_uses_up_its_radius(generator):
    """Curvature, direction and length agree, as far as the divergence is quadratic."""
    method, before, after = sample(generator, radius=1e-8)
    report = method.trust_region_update(before, after)
    assert report["tries"] <= 2  # rounding may leave the first just outside
    used = report["divergence"] * 0.8 ** (2 - 2 * report["tries"])
    assert_close(used, 1e-8, rtol=1e-2, atol=0)


def test_a_start_that_gains_from_no_try_stays(generator):
    """Where every action was good, a policy that jumps away from all of them loses."""
    method, before, after = sample(generator, radius=1e3)
    after = replace(after, advantage=after.advantage.abs())
    old = method.weights
    loss = mean_gradient(method.ascent.loss, old, (before, after), TASKS)[1].item()
    report = method.trust_region_update(before, after)
    assert report["accepted"] == 0 and report["tries"] == 15
    assert_close(report["loss"], loss)
    assert_close(method.weights, old, rtol=0, atol=0)
