import torch
from torch.testing import assert_close

from remeta.core.weights import (
    all_finite,
    by_module,
    clip_norm,
    detached,
    flat,
    gradient_norms,
    module_weights,
    prefixed,
    shifted,
    stacked,
    unflattener,
)
from tests.core.differences import noise_like

LIKE = {"layer": torch.zeros(2, 3), "scalar": torch.zeros(()), "bias": torch.zeros(4)}


def test_a_vector_and_its_weights_hold_the_same_numbers_in_the_same_places(generator):
    weights = noise_like(LIKE, generator)
    again = unflattener(LIKE)(flat(weights))
    assert list(again) == list(weights)
    assert_close(again, weights, rtol=0, atol=0)


def test_one_entry_of_the_vector_moves_one_weight():
    vector = torch.zeros(11)
    vector[6] = 1.0  # after the six of `layer`
    assert unflattener(LIKE)(vector)["scalar"] == 1
    vector = torch.zeros(11)
    vector[5] = 1.0
    assert unflattener(LIKE)(vector)["layer"][1, 2] == 1


def test_a_shift_is_linear_and_leaves_the_weights_alone(generator):
    weights, direction = noise_like(LIKE, generator), noise_like(LIKE, generator)
    before = flat(weights).clone()
    assert_close(flat(shifted(weights, direction, -0.3)), flat(weights) - 0.3 * flat(direction))
    assert_close(flat(weights), before, rtol=0, atol=0)


def test_stacked_weights_repeat_one_memory(generator):
    weights = noise_like(LIKE, generator)
    copies = stacked(weights, 5)
    assert all((copies[name][3] == weights[name]).all() for name in weights)
    assert copies["layer"].data_ptr() == weights["layer"].data_ptr()


def test_detached_weights_share_neither_graph_nor_memory(generator):
    weights = {"w": torch.randn(3, generator=generator, requires_grad=True)}
    copy = detached(weights)
    assert not copy["w"].requires_grad
    copy["w"] += 1
    assert_close(copy["w"], weights["w"].detach() + 1, rtol=0, atol=0)


def test_one_number_that_is_not_finite_is_noticed(generator):
    weights = noise_like(LIKE, generator)
    assert all_finite(weights)
    for broken in (float("nan"), float("inf")):
        spoilt = weights | {"bias": weights["bias"].clone()}
        spoilt["bias"][2] = broken
        assert not all_finite(spoilt)


def test_a_modules_weights_are_found_and_put_back(generator):
    weights = {
        "a.x.w": torch.ones(2),
        "ab.w": torch.ones(3),
        "z": torch.ones(1),
        "a.b": torch.ones(4),
    }
    assert list(module_weights(weights, "a")) == ["x.w", "b"]
    assert list(prefixed("a", module_weights(weights, "a"))) == ["a.x.w", "a.b"]
    assert {n: list(part) for n, part in by_module(weights).items()} == {
        "a": ["a.x.w", "a.b"],
        "ab": ["ab.w"],
        "z": ["z"],
    }


def test_norms_are_those_of_modules_and_gradients_are_shortened_as_torch_does(generator):
    gradient = noise_like(
        {"a.w": torch.zeros(3, 2), "a.b": torch.zeros(2), "z": torch.zeros(4)}, generator
    )
    whole = torch.cat([gradient["a.w"].flatten(), gradient["a.b"]]).norm()
    assert_close(
        gradient_norms(gradient), {"slope_a": float(whole), "slope_z": float(gradient["z"].norm())}
    )
    for limit in (0.1, 100.0):
        theirs = [torch.zeros_like(value) for value in gradient.values()]
        for mine, value in zip(theirs, gradient.values(), strict=True):
            mine.grad = value.clone()
        torch.nn.utils.clip_grad_norm_(theirs, limit)
        expected = {n: mine.grad for n, mine in zip(gradient, theirs, strict=True)}
        assert_close(clip_norm(gradient, limit), expected, rtol=1e-4, atol=1e-6)
