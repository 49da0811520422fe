"""What a run of a panel meets: its world, its tasks, its policy, its demonstrations."""

import torch

from remeta.core.episodes import Demos
from remeta.experience.demos import DemoFile
from remeta.experience.practice import Practice
from remeta.experience.world import World
from remeta.frozen import Advice
from remeta.nets.policy import GaussianPolicy
from remeta.papers.panel import Panel
from remeta.pipeline import places
from remeta.pipeline.seeding import stream, torch_stream
from remeta.pipeline.settings import Settings
from remeta.pipeline.validate import Validation
from remeta.tasks import families
from remeta.tasks.tasksets import TaskSets


def world_of(settings: Settings, panel: Panel) -> World:
    options = {} if panel.family == "point" else {"reward": panel.reward}
    return World(
        families.build(panel.family, **options),
        settings.world_size(panel.family).horizon,
        settings.panel_params(panel).modes,
    )


def tasks_of(settings: Settings, panel: Panel) -> TaskSets:
    return TaskSets.read(places.tasks(settings.profile.name, panel.family), panel.family)


def policy_of(settings: Settings, world: World, seed: int) -> GaussianPolicy:
    """The untrained policy of a seed, the same for every method."""
    shape = settings.hp.policy
    return GaussianPolicy(
        world.obs_size,
        world.act_size,
        shape.hidden,
        shape.min_log_std,
        torch_stream(seed, "policy"),
    )


def practice_of(settings: Settings, panel: Panel, world: World, run: str, seed: int, demos: bool):
    """Training tasks and, if asked for, their demonstrations; never a validation or test task."""
    size, sets = settings.panel_size(panel), tasks_of(settings, panel)
    file = None
    if demos:
        path = places.demos(settings.profile.name, panel.family)
        file = DemoFile.read(path, panel.family, sets.train)
        if (file.obs.shape[-1], file.act.shape[-1]) != (world.family.obs_size, world.act_size):
            remedy = f"run `dvc repro --force demos_{panel.family}`"
            raise Advice(f"{path} shows another robot than {panel.family}; {remedy}.")
    practice = Practice(
        world,
        sets.train,
        _as_seen(world, file) if file else None,
        size.batch,
        size.episodes,
        stream(seed, panel.id, run, "practice"),
    )
    return practice, file


def validation_of(
    settings: Settings, panel: Panel, world: World, policy: GaussianPolicy, run: str, seed: int
) -> Validation:
    return Validation(
        world,
        policy,
        tasks_of(settings, panel).validation,
        settings.world_size(panel.family).roll_outs,
        settings.first_rate(panel, run),
        settings.panel_params(panel).test.discount,
        stream(seed, panel.id, "validation").integers(2**32, size=4).tolist(),
    )


def _as_seen(world: World, file: DemoFile) -> Demos:
    obs, act = file.pairs()
    return Demos(obs=world.padded(torch.from_numpy(obs)), act=torch.from_numpy(act))
