from itertools import pairwise

import torch
from torch.func import hessian, jacrev
from torch.testing import assert_close

from remeta.core.gaussian import kl_divergence
from remeta.core.trust_region import conjugate_gradient, fisher_product, trust_region_step
from remeta.core.weights import flat, unflattener
from tests.core.differences import noise_like

SIZE = 6
SETTINGS = {"radius": 0.01, "iterations": 2 * SIZE, "damping": 0.0, "shrink": 0.8, "tries": 10}


def drawn(generator, *shape):
    return torch.randn(shape, generator=generator, dtype=torch.float64)


def definite(generator):
    root = drawn(generator, SIZE, SIZE)
    return root @ root.mT + 0.1 * torch.eye(SIZE, dtype=torch.float64)


def test_conjugate_gradients_solve_a_definite_system(generator):
    matrix, b = definite(generator), drawn(generator, SIZE)
    x = conjugate_gradient(lambda v: matrix @ v, b, 4 * SIZE, tolerance=1e-24)
    assert_close(x, torch.linalg.solve(matrix, b))


def test_every_conjugate_step_comes_closer_in_the_norm_of_the_matrix(generator):
    matrix, b = definite(generator), drawn(generator, SIZE)
    exact = torch.linalg.solve(matrix, b)
    gaps = []
    for iterations in range(SIZE):
        gap = conjugate_gradient(lambda v: matrix @ v, b, iterations) - exact
        gaps.append(float(gap @ matrix @ gap))
    assert all(later < earlier for earlier, later in pairwise(gaps))


def small_net(generator):
    """Two parts of one model, [step, dim]; its spread depends on state and weights."""
    like = {"first": torch.zeros(3, 4), "second": torch.zeros(4, 2), "spread": torch.zeros(2)}
    weights = noise_like({n: v.double() for n, v in like.items()}, generator)

    def outputs_on(obs):
        def outputs(weights):
            mean = torch.tanh(obs @ weights["first"]) @ weights["second"]
            return mean, (weights["spread"] * (1 + 0.1 * obs[:, :2].sin())).expand_as(mean)

        return outputs

    parts = []
    for steps in (3, 5):
        share = torch.rand(steps, generator=generator, dtype=torch.float64)
        parts.append((outputs_on(drawn(generator, steps, 3)), share))
    total = sum(share.sum() for _, share in parts)
    return weights, [(outputs, share / total) for outputs, share in parts]


def columns(product, size):
    return torch.stack([product(e) for e in torch.eye(size, dtype=torch.float64)], -1)


def test_fisher_products_are_those_of_the_matrix_written_out(generator):
    weights, parts = small_net(generator)
    unflat, vector = unflattener(weights), flat(weights)
    matrix = torch.zeros(len(vector), len(vector), dtype=torch.float64)
    for outputs, share in parts:
        mean, spread = jacrev(lambda v, f=outputs: f(unflat(v)))(vector)
        _, log_std = outputs(weights)
        for step, dim in torch.cartesian_prod(torch.arange(len(share)), torch.arange(2)):
            j_mean, j_spread = mean[step, dim], spread[step, dim]
            in_mean = torch.outer(j_mean, j_mean) / log_std[step, dim].exp() ** 2
            matrix += share[step] * (in_mean + 2 * torch.outer(j_spread, j_spread))
    assert_close(columns(fisher_product(parts, weights), len(vector)), matrix)


def test_fisher_products_are_the_curvature_of_the_divergence(generator):
    weights, parts = small_net(generator)
    unflat, vector = unflattener(weights), flat(weights)

    def mean_divergence(moved):
        far = torch.zeros((), dtype=torch.float64)
        for outputs, share in parts:
            far = far + share @ kl_divergence(*outputs(weights), *outputs(unflat(moved)))
        return far

    curvature = hessian(mean_divergence)(vector)
    assert_close(columns(fisher_product(parts, weights), len(vector)), curvature)


def quadratic(generator):
    """A loss that falls along its gradient and a divergence that is exactly quadratic."""
    fisher, gradient, start = definite(generator), drawn(generator, SIZE), drawn(generator, SIZE)

    def evaluate(vector):
        step = vector - start
        return gradient @ step, 0.5 * step @ fisher @ step

    return evaluate, fisher, gradient, start


def test_the_step_is_the_natural_gradient_as_long_as_the_radius(generator):
    evaluate, fisher, gradient, start = quadratic(generator)
    settings = SETTINGS | {"radius": 0.3}
    natural = -torch.linalg.solve(fisher, gradient)
    full = natural * torch.sqrt(2 * 0.3 / (natural @ fisher @ natural))
    tried = []

    def recorded(vector):
        tried.append(vector)
        return evaluate(vector)

    step = trust_region_step(recorded, lambda v: fisher @ v, start, 0.0, gradient, **settings)
    assert_close(tried[0], start + full, rtol=1e-4, atol=1e-6)
    assert_close(evaluate(tried[0])[1].item(), 0.3)
    assert step.accepted and step.tries <= 2  # rounding may leave the first just outside
    assert_close(step.vector, start + 0.8 ** (step.tries - 1) * full, rtol=1e-4, atol=1e-6)


def test_damping_counts_as_curvature(generator):
    evaluate, fisher, gradient, start = quadratic(generator)
    damped = fisher + 0.5 * torch.eye(SIZE, dtype=torch.float64)
    natural = -torch.linalg.solve(damped, gradient)
    full = natural * torch.sqrt(2 * 0.01 / (natural @ damped @ natural))
    settings = SETTINGS | {"damping": 0.5}
    step = trust_region_step(evaluate, lambda v: fisher @ v, start, 0.0, gradient, **settings)
    assert step.accepted and step.tries == 1
    assert_close(step.vector, start + full, rtol=1e-4, atol=1e-6)


def test_a_step_reports_what_it_did(generator):
    evaluate, fisher, gradient, start = quadratic(generator)
    step = trust_region_step(evaluate, lambda v: fisher @ v, start, 0.0, gradient, **SETTINGS)
    loss, far = evaluate(step.vector)
    assert (step.loss, step.divergence) == (loss.item(), far.item())
    assert step.loss < 0 and 0 < step.divergence <= SETTINGS["radius"]


def test_a_step_shrinks_until_the_divergence_holds(generator):
    """The curvature claims a tenth of the truth, so the full step goes ten times too far."""
    evaluate, fisher, gradient, start = quadratic(generator)
    step = trust_region_step(evaluate, lambda v: 0.1 * fisher @ v, start, 0.0, gradient, **SETTINGS)
    assert step.accepted and step.divergence <= SETTINGS["radius"]
    assert step.divergence / 0.8**2 > SETTINGS["radius"]
    assert step.tries == 1 + next(k for k in range(99) if 10 * 0.8 ** (2 * k) <= 1)


def test_nothing_moves_where_the_loss_does_not_fall(generator):
    evaluate, fisher, gradient, start = quadratic(generator)

    def stays(vector, value):
        step = trust_region_step(
            lambda v: (value(v), evaluate(v)[1]),
            lambda v: fisher @ v,
            start,
            0.0,
            gradient,
            **SETTINGS,
        )
        return not step.accepted and torch.equal(step.vector, start)

    assert stays(start, lambda v: -evaluate(v)[0])
    assert stays(start, lambda v: torch.zeros(()))
    assert stays(start, lambda v: torch.tensor(float("nan")))


def test_nothing_moves_where_no_try_is_close_enough(generator):
    evaluate, fisher, gradient, start = quadratic(generator)
    settings = SETTINGS | {"tries": 3}
    step = trust_region_step(
        evaluate, lambda v: 0.01 * fisher @ v, start, 0.0, gradient, **settings
    )
    assert not step.accepted and step.tries == 3
    assert torch.equal(step.vector, start)


def test_nothing_moves_without_a_gradient(generator):
    evaluate, fisher, gradient, start = quadratic(generator)
    flat_out = torch.zeros_like(gradient)
    step = trust_region_step(evaluate, lambda v: fisher @ v, start, 0.0, flat_out, **SETTINGS)
    assert not step.accepted and torch.equal(step.vector, start)
