"""What a run of a panel is made of: world, tasks, method, demonstrations, trained weights."""

from typing import Any

import torch

from remeta import methods
from remeta.core.episodes import Demos
from remeta.core.weights import Weights
from remeta.experience.demos import DemoFile
from remeta.experience.practice import Practice
from remeta.experience.world import World
from remeta.nets.policy import GaussianPolicy, Shape
from remeta.papers.panel import Panel
from remeta.pipeline import places
from remeta.pipeline.data import demos_of, family_of, tasks_of
from remeta.pipeline.models import read_model
from remeta.pipeline.seeding import stream, torch_stream
from remeta.pipeline.settings.params import Settings
from remeta.pipeline.validate import Validation


def world_of(settings: Settings, panel: Panel, run: str) -> World:
    return World(
        family_of(panel.data, panel.options),
        settings.horizon(panel, run),
        settings.panel_params(panel).modes,
    )


def method_of(
    settings: Settings, panel: Panel, world: World, run: str, seed: int, **instead: Any
) -> methods.Method:
    """A run's method with its untrained policy: one seed, one policy for all with the same nets.

    `instead` are values other than those in params.yaml.
    """
    values = settings.run_values(panel, run)[0] | instead
    params = methods.params_of(values, settings.place_of(panel, run))
    generator = torch_stream(seed, "policy")
    policy = methods.policy_of(params, shape_of(settings, panel, world, run), generator)
    return methods.build(params, policy)


def trained(settings: Settings, panel: Panel, run: str, seed: int, like: Weights) -> Weights:
    """What a run came to; `like` has its shape."""
    profile = settings.profile.name
    about = {"profile": profile, "panel": panel.id, "run": run, "seed": seed}
    remedy = f"run `dvc repro --force train_{panel.id}@{profile}-{run}-{seed}`"
    return read_model(places.model(profile, panel, run, seed), about, like, remedy)


def untrained(
    settings: Settings, panel: Panel, world: World, run: str, seed: int
) -> GaussianPolicy:
    """The policy of no method, where training all others begins."""
    return shape_of(settings, panel, world, run).gaussian(torch_stream(seed, "policy"))


def shape_of(settings: Settings, panel: Panel, world: World, run: str) -> Shape:
    least, nets = settings.hp.policy.min_log_std, settings.nets(panel, run)
    return Shape(world.obs_size, world.act_size, nets.hidden, least, nets.activation)


def practice_of(settings: Settings, panel: Panel, world: World, run: str, seed: int, demos: bool):
    """Training tasks and, if asked for, their demonstrations; never a validation or test task."""
    size, tasks = settings.panel_size(panel), tasks_of(settings, panel.data).train
    file = demos_of(settings, panel.data, world.family) if demos else None
    practice = Practice(
        world,
        tasks,
        _as_seen(world, file) if file else None,
        size.batch,
        size.episodes,
        stream(seed, panel.id, run, "practice"),
    )
    return practice, file


def validation_of(
    settings: Settings, panel: Panel, world: World, method: methods.Method, run: str, seed: int
) -> Validation:
    return Validation(
        world,
        methods.adaptation_of(method, settings.protocol(panel).discount),
        tasks_of(settings, panel.data).validation,
        settings.data_size(panel.data).roll_outs,
        settings.first_rate(panel, run),
        stream(seed, panel.id, "validation").integers(2**32, size=4).tolist(),
    )


def _as_seen(world: World, file: DemoFile) -> Demos:
    obs, act = file.pairs()
    return Demos(obs=world.padded(torch.from_numpy(obs)), act=torch.from_numpy(act))
