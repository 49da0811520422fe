"""Experts that have nothing to learn, in their worlds."""

import numpy as np
import pytest
import torch

from remeta.experience.collect import collect
from remeta.experience.world import World
from remeta.learners.analytic import door_expert, opened, point_expert
from remeta.tasks.official_tasks import DOOR_TEST
from remeta.tasks.point import REACH
from remeta.tasks.sawyer_door import SawyerDoor
from tests.tasks.scripts import episode, pull

DOORS = np.array(DOOR_TEST).reshape(-1, 1)[::4]


@pytest.fixture(scope="module")
def door() -> SawyerDoor:
    return SawyerDoor()


def test_the_points_expert_takes_full_steps_and_then_what_is_left():
    act = point_expert(np.array([[0.5, -0.25 * REACH]]))
    np.testing.assert_allclose(act(torch.zeros(1, 1, 2))[0, 0], [1, -0.25], atol=1e-6)


def test_how_far_a_door_is_open_is_seen_by_its_handle(door):
    state, _ = episode(door, DOORS, pull, steps=80)
    seen = opened(torch.from_numpy(door.observe(state)[:, 3:5]).float())
    assert (door.angle(state) > 0.02).all()
    np.testing.assert_allclose(seen, door.angle(state), atol=2e-3)


@pytest.mark.parametrize("noise", [0.0, 0.1])
def test_doors_are_opened_as_far_as_told_whatever_the_hands_noise(noise, door):
    act = door_expert(DOORS)
    rng, spread = np.random.default_rng(0), torch.tensor(noise).log()
    shown = collect(World(door, 100), DOORS, lambda obs: (act(obs), spread), 2, rng)
    at_the_end = opened(shown.obs[:, :, -1, 3:5]).numpy()
    np.testing.assert_allclose(at_the_end, np.broadcast_to(DOORS, (len(DOORS), 2)), atol=0.02)
    last = shown.reward[:, :, -10:].mean((1, 2)).numpy()
    np.testing.assert_allclose(last, 10 * DOORS[:, 0], rtol=0.05, atol=0.2)
