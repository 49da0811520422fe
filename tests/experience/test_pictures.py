"""Rollouts with pictures: seen by who acts, kept beside the numbers, black once all is over."""

from dataclasses import replace

import numpy as np
import pytest
import torch
from torch.testing import assert_close

from remeta.core.episodes import Episodes, Pictured
from remeta.experience.acting import Agent
from remeta.experience.collect import collect
from remeta.experience.demos import DemoFile
from remeta.experience.pictures import pictured_pairs
from remeta.experience.world import World
from remeta.frozen import Advice
from remeta.tasks.camera import Camera
from remeta.tasks.sawyer_push import VIEW, SawyerPush
from tests.experience.countdown import LASTING, TASKS, Countdown

ROWS, HORIZON, SHAPE = 3, 7, (4, 2, 3)


@pytest.fixture(scope="module")
def arm():
    """The pushing arm in front of its camera."""
    family = SawyerPush()
    try:
        view = Camera(family.sim.model, VIEW)
    except Advice as advice:
        pytest.skip(str(advice))
    return World(family, 4, camera=lambda state: view(family.sim.qpos(state)))


def drawn(state):
    """Pictures whose every pixel is the age of the row, plus one."""
    age = Countdown().observe(state)[:, 1]
    return np.broadcast_to((age + 1)[:, None, None, None], (len(state), *SHAPE)).astype(np.uint8)


def by_sight(sight):
    """An action that can be read off the picture."""
    return sight.image[..., 0, 0, :1].float().expand(*sight.obs.shape[:2], 1) / 100, torch.tensor(
        -9.0
    )


def pictured(actor=by_sight, tasks=TASKS, camera=drawn):
    world = World(Countdown(), HORIZON, camera=camera)
    return collect(world, tasks, actor, ROWS, np.random.default_rng(0), deterministic=True)


def test_a_picture_is_of_the_state_that_is_observed_and_black_after_the_end():
    rollouts = pictured()
    assert isinstance(rollouts, Pictured)
    assert rollouts.images.shape == (len(TASKS), ROWS, HORIZON, *SHAPE)
    shown = (torch.arange(HORIZON) + 1) * rollouts.mask
    expected = shown.byte()[..., None, None, None].expand(rollouts.images.shape)
    assert torch.equal(rollouts.images, expected)
    assert rollouts.images.dtype == torch.uint8


def test_who_acts_sees_it():
    rollouts = pictured()
    assert_close(rollouts.act[..., 0] * rollouts.mask, rollouts.images[..., 0, 0, 0] / 100)


def test_an_agent_that_remembers_sees_it_too():
    def step(sight, last, memory):
        return *by_sight(sight), memory

    assert torch.equal(pictured(Agent(step)).images, pictured().images)


def test_only_rows_that_live_are_drawn():
    counts = []

    def counting(state):
        counts.append(len(state))
        return drawn(state)

    pictured(camera=counting)
    lasting = np.minimum(LASTING, HORIZON)
    assert counts == [ROWS * int((lasting > step).sum()) for step in range(lasting.max())]


def test_without_a_camera_there_are_no_pictures():
    plain = pictured(lambda obs: (obs[..., :1] / 100, torch.tensor(-9.0)), camera=None)
    assert type(plain) is Episodes


def test_demonstrations_are_seen_again_as_they_were_when_they_were_made(arm):
    """Of an arm that is led at random; and not where they were made otherwise."""
    tasks = arm.family.draw(np.random.default_rng(0), 2)

    def wander(sight):
        return torch.zeros(*sight.obs.shape[:2], 3), torch.zeros(3)

    shown = collect(arm, tasks, wander, 2, np.random.default_rng(0))
    parts = (part.numpy() for part in (shown.obs, shown.act.clamp(-1, 1), shown.mask))
    file = DemoFile("sawyer_push", tasks, *parts, np.zeros(2), 0, 0)
    pairs = pictured_pairs(arm, file)
    assert torch.equal(pairs.images, shown.images.flatten(1, 2))
    assert torch.equal(pairs.obs, shown.obs.flatten(1, 2))
    assert (pairs.images[:, 0] != pairs.images[:, 3]).any()
    with pytest.raises(Advice, match="do not come to the same states"):
        pictured_pairs(arm, replace(file, act=-file.act))


def test_pictures_of_many_rows_are_those_of_each_alone(arm):
    tasks = arm.family.draw(np.random.default_rng(0), 3)

    def push(sight):
        dark = sight.image.float().mean((-3, -2, -1))[..., None] / 255
        return torch.cat([dark - 0.2, dark, -dark], -1), torch.tensor(-9.0)

    def seen(tasks):
        return collect(arm, tasks, push, 1, np.random.default_rng(0), deterministic=True)

    together = seen(tasks)
    for place, task in enumerate(tasks):
        alone = seen(task[None])
        assert torch.equal(alone.images[0], together.images[place])
        assert torch.equal(alone.act[0], together.act[place])
    assert (together.images[:, :, 0] != together.images[:, :, -1]).any((-3, -2, -1)).all()
