import numpy as np
import torch
from torch.testing import assert_close

from remeta.experience.world import World
from tests.experience.countdown import Countdown

WORLD = World(Countdown(), horizon=7, modes=5)


def test_modes_are_dealt_in_turn():
    np.testing.assert_array_equal(WORLD.mode_inputs(12, explore=True).argmax(-1), np.arange(12) % 5)
    np.testing.assert_array_equal(WORLD.mode_inputs(12, explore=True).sum(-1), 1)


def test_demonstrations_are_seen_as_by_someone_who_does_not_explore(generator):
    obs = torch.randn(4, 6, 3, generator=generator)
    padded = WORLD.padded(obs)
    assert padded.shape == (4, 6, WORLD.obs_size)
    assert_close(padded[..., :3], obs)
    assert_close(padded[0, :, 3:], torch.from_numpy(WORLD.mode_inputs(6, explore=False)))


def test_a_world_without_modes_adds_nothing(generator):
    plain, obs = World(Countdown(), horizon=7), torch.randn(4, 3, generator=generator)
    assert plain.obs_size == 3
    assert_close(plain.padded(obs), obs)
