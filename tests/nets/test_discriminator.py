import pytest
import torch
from torch.testing import assert_close

from remeta.core.adversarial import gradient_penalty
from remeta.core.weights import Weights
from remeta.nets.discriminator import Discriminator
from tests.core.differences import assert_gradient

INPUTS, FAR = 4, 1e9


def net(activation="tanh", hidden=(6, 5), bound=FAR) -> Discriminator:
    maker = torch.Generator().manual_seed(0)
    made = Discriminator(INPUTS, hidden, activation, bound, maker).double()
    with torch.no_grad():
        for value in made.parameters():  # biases, too
            value.add_(0.3 * torch.randn(value.shape, generator=maker, dtype=value.dtype))
    return made


def drawn(generator, *shape):
    return torch.randn(shape, generator=generator, dtype=torch.float64)


@pytest.mark.parametrize("activation", ["tanh", "relu"])
def test_a_slope_is_the_gradient_by_the_inputs(activation, generator):
    made, x = net(activation), drawn(generator, 3, 7, INPUTS).requires_grad_()
    (slope,) = torch.autograd.grad(made(x).sum(), x)
    assert_close(made.input_gradient(x), slope)


@pytest.mark.parametrize("activation", ["tanh", "relu"])
def test_a_slope_has_the_gradient_that_differentiating_twice_has(activation, generator):
    made, x = net(activation), drawn(generator, 7, INPUTS).requires_grad_()
    weights = [value for value in made.parameters() if value.ndim == 2]
    (slope,) = torch.autograd.grad(made(x).sum(), x, create_graph=True)
    twice = torch.autograd.grad(gradient_penalty(slope), weights)
    once = torch.autograd.grad(gradient_penalty(made.input_gradient(x)), weights)
    for ours, theirs in zip(once, twice, strict=True):
        assert_close(ours, theirs)


def test_the_penalty_has_the_slope_of_its_differences(generator):
    made, x = net(), drawn(generator, 7, INPUTS)
    start: Weights = {name: value.detach() for name, value in made.named_parameters()}

    def penalty(weights: Weights) -> torch.Tensor:
        return torch.func.functional_call(Penalised(made), within_made(weights), (x,))

    assert_gradient(penalty, start, torch.func.grad(penalty)(start), generator)


class Penalised(torch.nn.Module):
    def __init__(self, made):
        super().__init__()
        self.made = made

    def forward(self, x):
        return gradient_penalty(self.made.input_gradient(x))


def within_made(weights):
    return {f"made.{name}": value for name, value in weights.items()}


def test_a_linear_f_of_unit_gradient_costs_nothing(generator):
    made = net(hidden=())
    with torch.no_grad():
        weight = made.net.layers[0].weight
        weight.div_(weight.norm())
    assert gradient_penalty(made.input_gradient(drawn(generator, 9, INPUTS))) < 1e-25


def test_f_stays_within_its_bound_and_its_slope_is_told_beyond_it(generator):
    x = drawn(generator, 9, INPUTS)
    free, bound = net(), net(bound=0.1)
    assert_close(bound(x), free(x).clamp(-0.1, 0.1))
    assert (free(x).abs() > 0.1).any()
    assert_close(bound.input_gradient(x), free.input_gradient(x))
