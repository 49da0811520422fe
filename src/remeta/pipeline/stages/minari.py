"""Demonstrations as Minari data sets, for who imitates with other tools."""

from importlib import import_module
from typing import Any
from warnings import catch_warnings

import gymnasium
import numpy as np

from remeta.core.episodes import Episodes
from remeta.experience.demos import DemoFile
from remeta.frozen import Advice
from remeta.papers.dataset import Dataset
from remeta.pipeline import machine
from remeta.pipeline.data import demos_of, family_of, tasks_of, whole_named
from remeta.pipeline.experts import SEED
from remeta.pipeline.seeding import stream
from remeta.pipeline.settings.params import Settings
from remeta.pipeline.stages.demos import recorded
from remeta.tasks.registration import IDS


def to_minari(names: list[str]) -> None:
    """Of each data set, as `remeta/NAME-v0`.

    A demonstration file has no rewards; so the expert is recorded again, which gives the same
    steps, and rewards with them. The last step of an episode is left out: what it led to was not
    kept. Its task is in an episode's options, by which the environment can be reset to it.
    """
    minari, settings = _minari(), Settings.load()
    machine.prepare()
    for name in names:
        dataset = whole_named(name)
        if not dataset.expert:
            raise Advice(f"{name} has no demonstrations; name a data set whose expert records.")
        file = demos_of(settings, dataset, family_of(dataset))
        made = f"remeta/{name}-v0"
        if made in minari.list_local_datasets():
            raise Advice(f"Minari has {made} already; delete it (`minari delete {made}`) first.")
        tasks, shown = file.mask.shape[:2]
        with catch_warnings(action="ignore", category=UserWarning):  # what else could be said
            minari.create_dataset_from_buffers(
                made,
                buffers(_again(settings, dataset, file), file.tasks),
                env=_environment(dataset),
                algorithm_name=f"expert of {name} (profile {settings.profile.name})",
                author="The remeta authors",
                description=f"{shown} demonstrations of each of {tasks} tasks",
                data_format="arrow",  # which needs nothing that is not here
            )
        print(f"{made}: {tasks * shown} episodes")


def buffers(rollouts: Episodes, tasks: np.ndarray) -> list[Any]:
    """Of every episode with a step that led somewhere, task by task."""
    buffer = import_module("minari.data_collector").EpisodeBuffer
    known = rollouts.mask.sum(-1).int().numpy() - 1  # steps that are known to their end
    parts = (rollouts.obs.double(), rollouts.act.clamp(-1, 1), rollouts.reward)
    made: list[Any] = []
    for task, episode in np.argwhere(known > 0):
        steps = int(known[task, episode])
        obs, act, reward = (part[task, episode].numpy() for part in parts)
        made.append(
            buffer(
                id=len(made),
                options={"task": tasks[task].tolist()},
                observations=obs[: steps + 1],
                actions=act[:steps],
                rewards=reward[:steps],
                terminations=np.zeros(steps, bool),
                truncations=np.arange(steps) == steps - 1,
            )
        )
    return made


def _again(settings: Settings, dataset: Dataset, file: DemoFile) -> Episodes:
    """The same demonstrations as on file, or advice."""
    tasks, count = tasks_of(settings, dataset).train, settings.data_size(dataset).demos_per_task
    rng = stream(SEED, "demos", dataset.name)
    again, rollouts = recorded(settings, dataset, tasks, count, rng)
    same = [np.array_equal(getattr(again, part), getattr(file, part)) for part in ("obs", "act")]
    if not all(same):
        raise Advice(
            f"{dataset.name}: recorded again, demonstrations are others than those on file; run "
            f"`dvc repro --force demos_{dataset.name}`."
        )
    return rollouts


def _environment(dataset: Dataset) -> gymnasium.Env:
    """In which they were recorded, by its registered name if it has one."""
    family, options = dataset.family, dict[str, Any](dataset.options + dataset.recorded)
    for name, known in IDS.items():
        if known == (family, options):
            return gymnasium.make(name)
    return gymnasium.make("remeta/Point-v0", family=family, **options)


def _minari() -> Any:
    try:
        return import_module("minari")
    except ImportError:
        raise Advice("Minari is not installed; `pip install minari==0.5.4` does it.") from None
