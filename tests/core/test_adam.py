import torch
from torch.testing import assert_close

from remeta.core.adam import Moments, adam_step
from tests.core.differences import noise_like

LIKE = {"w": torch.zeros(3, 2, dtype=torch.float64), "b": torch.zeros(4, dtype=torch.float64)}


def test_steps_are_those_of_torch(generator):
    weights = noise_like(LIKE, generator)
    theirs = {name: value.clone().requires_grad_() for name, value in weights.items()}
    optimiser = torch.optim.Adam(theirs.values(), lr=0.03)
    moments = Moments.zeros(weights)
    for step in range(7):
        gradient = noise_like(weights, generator)
        gradient["b"] = (
            gradient["b"] * (step % 2) * 1e-7
        )  # where epsilon and the first moment matter
        for name, value in theirs.items():
            value.grad = gradient[name].clone()
        optimiser.step()
        weights, moments = adam_step(weights, gradient, moments, 0.03)
        assert_close(weights, {n: v.detach() for n, v in theirs.items()}, rtol=1e-12, atol=1e-14)
    assert moments.count == 7


def test_a_step_is_a_value_and_changes_nothing_it_was_given(generator):
    weights, gradient = noise_like(LIKE, generator), noise_like(LIKE, generator)
    moments = Moments.zeros(weights)
    once, after = adam_step(weights, gradient, moments, 0.1)
    adam_step(once, gradient, after, 0.1)
    again, _ = adam_step(weights, gradient, moments, 0.1)
    assert_close(once, again, rtol=0, atol=0)
    assert moments.count == 0


def test_the_first_step_has_the_size_of_the_rate_whatever_the_gradient(generator):
    weights, gradient = noise_like(LIKE, generator), noise_like(LIKE, generator)
    for scale in (1e-2, 1e3):
        scaled = {name: scale * value for name, value in gradient.items()}
        moved, _ = adam_step(weights, scaled, Moments.zeros(weights), 0.1, epsilon=0.0)
        expected = {name: weights[name] - 0.1 * gradient[name].sign() for name in weights}
        assert_close(moved, expected)


def test_every_parameter_may_have_a_rate_of_its_own(generator):
    weights = noise_like(LIKE, generator)
    moments, rates = Moments.zeros(weights), {"w": 0.1, "b": 0.0}
    gradient = noise_like(LIKE, generator)
    moved, _ = adam_step(weights, gradient, moments, rates)
    same, _ = adam_step(weights, gradient, moments, 0.1)
    assert_close(moved["w"], same["w"], rtol=0, atol=0)
    assert_close(moved["b"], weights["b"], rtol=0, atol=0)
