"""A policy that sees: where pixels are bright, whose weights are whose, and what is not seen."""

from dataclasses import replace

import pytest
import torch
from torch.testing import assert_close

from remeta.core.episodes import Sight
from remeta.core.weights import stacked
from remeta.nets.vision import SeeingShape, VisionPolicy, soft_argmax

SHAPE = SeeingShape(3, 2, (8, 7), -9.0, "relu")


@pytest.fixture
def policy(generator) -> VisionPolicy:
    return VisionPolicy(SHAPE, 2, generator)


def sights(generator, *shape: int) -> Sight:
    image = torch.randint(0, 256, (*shape, 48, 64, 3), dtype=torch.uint8, generator=generator)
    return Sight(torch.randn(*shape, 6, generator=generator), image)


def test_one_bright_pixel_is_found_where_it_is():
    rows, columns = 6, 8
    for row in range(rows):
        for column in range(columns):
            maps = torch.zeros(1, rows, columns, dtype=torch.float64)
            maps[0, row, column] = 50.0
            place = [2 * column / (columns - 1) - 1, 2 * row / (rows - 1) - 1]
            assert_close(soft_argmax(maps).tolist(), place, rtol=0, atol=1e-12)


def test_a_pixel_among_others_pulls_as_much_as_softmax_says():
    """Of n pixels one in a corner is h higher: (e^h - 1) / (e^h + n - 1) of the way there."""
    height, rows, columns = 2.0, 3, 5
    maps = torch.zeros(2, rows, columns, dtype=torch.float64)
    maps[1, 0, columns - 1] = height
    bright = torch.tensor(height, dtype=torch.float64).exp()
    pull = (bright - 1) / (bright + rows * columns - 1)
    expected = torch.stack([0 * pull, pull, 0 * pull, -pull])  # columns of both maps, then rows
    assert_close(soft_argmax(maps), expected)


def test_an_empty_map_points_at_the_middle():
    assert_close(soft_argmax(torch.ones(16, 6, 8)), torch.zeros(32), rtol=0, atol=1e-6)


def test_a_picture_becomes_sixteen_maps_of_six_by_eight(policy, generator):
    maps = sights(generator, 4).image.movedim(-1, -3).float()
    for layer in policy.eye.layers:
        maps = layer(maps)
    assert maps.shape == (4, 16, 6, 8)
    assert policy.eye(sights(generator, 4, 5).image).shape == (4, 5, 32)


def test_stacked_weights_act_as_each_task_by_itself(policy, generator):
    sight, weights = sights(generator, 3, 4), policy.initial_weights()
    weights = {name: value + 0.1 for name, value in stacked(weights, 3).items()}
    weights = {
        name: value * torch.arange(1.0, 4).reshape(3, *[1] * (value.ndim - 1))
        for name, value in weights.items()
    }
    mean, log_std = policy.distribution(weights, sight)
    for task in range(3):
        own = {name: value[task] for name, value in weights.items()}
        one = policy.distribution(own, Sight(sight.obs[task], sight.image[task]))
        assert_close(mean[task], one[0], rtol=1e-4, atol=1e-5)
        assert_close(log_std[task, 0], one[1])
    assert not torch.allclose(mean[0], mean[1])


def test_what_is_found_once_is_what_is_seen_each_time(policy, generator):
    sight, weights = sights(generator, 3, 4), policy.initial_weights()
    found = policy.look(weights, sight)
    assert found.shape == (3, 4, 35)
    assert_close(policy.distribution(weights, found)[0], policy.distribution(weights, sight)[0])


def test_beside_a_picture_the_hand_is_seen_and_the_block_is_not(policy, generator):
    sight, weights = sights(generator, 5), policy.initial_weights()
    moved = sight.obs + torch.tensor([0, 0, 0, 1.0, 1.0, 1.0])
    before = policy.distribution(weights, sight)[0]
    assert torch.equal(policy.distribution(weights, replace(sight, obs=moved))[0], before)
    led = policy.distribution(weights, replace(sight, obs=sight.obs + 1))[0]
    assert not torch.equal(led, before)


def test_it_sees_pictures(policy, generator):
    sight, weights = sights(generator, 5), policy.initial_weights()
    other = replace(sight, image=255 - sight.image)
    before, after = (policy.distribution(weights, one)[0] for one in (sight, other))
    assert not torch.equal(before, after)


def test_the_head_and_z_are_tuned_and_the_eye_and_the_spread_are_not(policy):
    still = {*policy.initial_weights()} - {*policy.tuned}
    assert still == {n for n in policy.initial_weights() if n.startswith("eye.")} | {"log_std"}


def test_a_shape_that_sees_makes_it_without_z(generator):
    policy = SHAPE.gaussian(generator)
    assert isinstance(policy, VisionPolicy) and policy.bias.numel() == 0
    assert policy.distribution(policy.initial_weights(), sights(generator, 2))[0].shape == (2, 2)
