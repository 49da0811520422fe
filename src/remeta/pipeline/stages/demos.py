"""Demonstrations: an expert is scored, and recorded if it is good enough."""

import numpy as np
from numpy import ndarray

from remeta.core.episodes import Episodes
from remeta.experience.collect import collect
from remeta.experience.demos import DemoFile
from remeta.experience.world import World
from remeta.frozen import Advice
from remeta.papers.dataset import Dataset
from remeta.pipeline import machine, places
from remeta.pipeline.data import HELD_OUT, family_of, tasks_of, whole_named
from remeta.pipeline.exam import sit_exam
from remeta.pipeline.experts import SEED, expert_actors, expert_env_steps
from remeta.pipeline.seeding import stream
from remeta.pipeline.settings.params import Settings


def record_demos(name: str) -> None:
    """Record and score the expert on training tasks; a bad one stops here and teaches nobody."""
    settings, dataset = Settings.load(), whole_named(name)
    machine.prepare()
    if dataset.exam:
        sit_exam(settings, dataset, dataset.exam)
    tasks, count = tasks_of(settings, dataset).train, settings.data_size(dataset).demos_per_task
    file, _ = recorded(settings, dataset, tasks, count, stream(SEED, "demos", name))
    _refuse_bad(settings, dataset.taught_by, file.scores)
    file.write(places.demos(settings.profile.name, name))
    mean, worst = file.scores.mean(), file.scores.min()
    print(f"demos {name}: expert scores {mean:.1f} on average, {worst:.1f} at worst")


def record_context(name: str) -> None:
    """Record the expert on tasks that are held out, for those who adapt by watching."""
    settings, dataset = Settings.load(), whole_named(name)
    machine.prepare()
    sets, count = tasks_of(settings, dataset), settings.data_size(dataset).demos_per_task
    for split in HELD_OUT:
        rng = stream(SEED, "context", name, split)
        file, _ = recorded(settings, dataset, getattr(sets, split), count, rng)
        file.write(places.context(settings.profile.name, name, split))


def recorded(
    settings: Settings, dataset: Dataset, tasks: ndarray, count: int, rng: np.random.Generator
) -> tuple[DemoFile, Episodes]:
    """So many demonstrations of each task, and how the expert scores on it without noise.

    Beside them what they are of, where the rewards are.
    """
    name = dataset.name
    horizon, actor_for = settings.data_size(dataset).horizon, expert_actors(settings, dataset)
    plain = World(family_of(dataset), horizon)
    noiseless = collect(plain, tasks, actor_for(tasks, 0.0), 1, rng, deterministic=True)
    world = World(family_of(dataset, dataset.recorded), horizon)
    rollouts = collect(world, tasks, actor_for(tasks, settings.hp.data[name].noise), count, rng)
    file = DemoFile(
        family=dataset.family,
        tasks=tasks,
        obs=rollouts.obs.numpy(),
        act=rollouts.act.clamp(-1, 1).numpy(),
        mask=rollouts.mask.numpy(),
        scores=noiseless.mean_return().numpy(),
        seed=SEED,
        expert_env_steps=expert_env_steps(settings, dataset),
    )
    return file, rollouts


def _refuse_bad(settings: Settings, name: str, scores: ndarray) -> None:
    expert = settings.profile.experts.get(name)
    required = expert.quality if expert else None
    if required is not None and scores.mean() < required:
        raise Advice(
            f"the expert of {name} scores {scores.mean():.1f} on its training tasks, below "
            f"profile.experts.{name}.quality = {required}; raise its env_steps."
        )
