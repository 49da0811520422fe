"""What a run learns from beside rollouts: demonstrations, an expert to ask, validation tasks."""

from collections.abc import Collection
from dataclasses import replace
from functools import partial
from typing import Any, NamedTuple

from remeta import methods
from remeta.core.episodes import Demonstrations
from remeta.experience.demos import (
    DemoFile,
    demonstrations_of,
    pairs_of,
    refilled,
    subsampled,
)
from remeta.experience.pictures import pictured_pairs
from remeta.experience.practice import Practice
from remeta.experience.world import World
from remeta.papers.dataset import Dataset
from remeta.papers.panel import Panel
from remeta.pipeline.data import context_of, demos_of, tasks_of
from remeta.pipeline.experts import SEED, expert_actors
from remeta.pipeline.panels import method_of, practice_of, schedule_of, world_of
from remeta.pipeline.seeding import stream
from remeta.pipeline.settings.blocks import Shown
from remeta.pipeline.settings.params import Settings
from remeta.pipeline.validate import Validation


class Pupil(NamedTuple):
    """A run about to learn."""

    method: methods.Method
    practice: Practice
    demos: DemoFile | None  # which it is shown


def pupil_of(settings: Settings, panel: Panel, run: str, seed: int, **instead: Any) -> Pupil:
    """`instead` are values of its method other than those in params.yaml."""
    world = world_of(settings, panel, run)
    method = method_of(settings, panel, world, run, seed, **instead)
    practice = practice_of(settings, panel, world, run, seed)
    shown = settings.shown(panel, run)
    return Pupil(method, *taught(settings, panel.data, practice, method.needs, shown))


def taught(
    settings: Settings,
    dataset: Dataset,
    practice: Practice,
    needs: Collection[methods.Need],
    shown: Shown,
) -> tuple[Practice, DemoFile | None]:
    """The same practice with what a method needs, and the file it was shown."""
    world = practice.world
    if "expert" in needs:
        actor_for = expert_actors(settings, dataset)
        practice = replace(practice, teacher=lambda tasks: actor_for(tasks, 0.0))
    if "demos" not in needs:
        return practice, None
    file = demos_of(settings, dataset, world.family)
    file = file.first(len(file.tasks), shown.demos) if shown.demos else file
    seen = _sparser(demonstrations_of(world, file), shown.every, "every", dataset.name)
    pairs = pictured_pairs(world, file) if world.camera else pairs_of(world, file)
    return replace(practice, demos=pairs, shown=seen), file


def validation_of(
    settings: Settings, panel: Panel, world: World, method: methods.Method, run: str, seed: int
) -> Validation | None:
    """None where nobody validates."""
    if not settings.panel_size(panel).validate_every:
        return None
    rates, tasks = [settings.first_rate(panel, run)], tasks_of(settings, panel.data).validation
    known = panel.data, "validation", len(tasks), method.needs, settings.shown(panel, run)
    demos = context_demos_of(settings, world, *known)
    return Validation(
        world,
        partial(methods.adaptation_of, method),
        tasks,
        schedule_of(settings, panel, panel.data, rates, demos),
        stream(seed, panel.id, "validation").integers(2**32, size=4).tolist(),
    )


def context_demos_of(
    settings: Settings,
    world: World,
    dataset: Dataset,
    split: str,
    tasks: int,
    needs: Collection[methods.Need],
    shown: Shown,
) -> Demonstrations | None:
    """Demonstrations of the first tasks of a split, for those who adapt by watching.

    However many a run has learned from, of these tasks there are all.
    """
    if "context" not in needs:
        return None
    held_out = partial(context_of, split=split)
    file = (demos_of if split == "train" else held_out)(settings, dataset, world.family)
    seen = demonstrations_of(world, file.first(tasks, file.obs.shape[1]))
    return _sparser(seen, shown.every, "every", dataset.name, split)


def _sparser(demos: Demonstrations, every: int, *purpose: str) -> Demonstrations:
    """One step in so many of each demonstration, or one if it has fewer."""
    every = min(every, demos.mask.shape[-1])
    return refilled(subsampled(demos, every, stream(SEED, *purpose)) if every > 1 else demos)
