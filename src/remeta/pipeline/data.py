"""The files of a data set: its tasks and demonstrations, whole or a part of another's."""

from pathlib import Path

from numpy import ndarray

from remeta.experience.demos import DemoFile
from remeta.frozen import Advice
from remeta.papers.dataset import Dataset, Options
from remeta.papers.registry import dataset_named
from remeta.pipeline import places
from remeta.pipeline.settings.params import Settings
from remeta.tasks import families
from remeta.tasks.family import Family
from remeta.tasks.tasksets import TaskSets

HELD_OUT = ("validation", "test")


def whole_named(name: str) -> Dataset:
    """A data set with files of its own."""
    dataset = dataset_named(name)
    if dataset.part_of:
        raise Advice(f"{name} is a part of {dataset.part_of}; name that instead.")
    return dataset


def family_of(dataset: Dataset, more: Options = ()) -> Family:
    return families.build(dataset.family, **dict(dataset.options + more))


def tasks_of(settings: Settings, dataset: Dataset) -> TaskSets:
    sets = TaskSets.read(places.tasks(settings.profile.name, dataset.files), dataset.family)
    if not dataset.part_of:
        return sets
    size = settings.data_size(dataset)
    counts = (size.train_tasks, size.validation_tasks, size.test_tasks)
    if any(len(part) < count for part, count in zip(sets.parts, counts, strict=True)):
        where = f"profile.data.{dataset.name}"
        raise Advice(f"{where} wants more tasks than {dataset.part_of} has; lower its numbers.")
    return sets.first(*counts)


def demos_of(settings: Settings, dataset: Dataset, family: Family) -> DemoFile:
    """Demonstrations of the training tasks, by this family's robot and no other."""
    tasks = TaskSets.read(places.tasks(settings.profile.name, dataset.files), dataset.family).train
    path = places.demos(settings.profile.name, dataset.files)
    file = _shown_by(path, dataset, tasks, family)
    if not dataset.part_of:
        return file
    size = settings.data_size(dataset)
    return file.first(size.train_tasks, size.demos_per_task)


def context_of(settings: Settings, dataset: Dataset, family: Family, split: str) -> DemoFile:
    """Demonstrations of the validation or test tasks, for those who adapt by watching."""
    tasks = getattr(tasks_of(settings, dataset), split)
    whole = TaskSets.read(places.tasks(settings.profile.name, dataset.files), dataset.family)
    path = places.context(settings.profile.name, dataset.files, split)
    file = _shown_by(path, dataset, getattr(whole, split), family)
    return file.first(len(tasks), file.obs.shape[1])


def _shown_by(path: Path, dataset: Dataset, tasks: ndarray, family: Family) -> DemoFile:
    file = DemoFile.read(path, dataset.family, tasks)
    if (file.obs.shape[-1], file.act.shape[-1]) != (family.obs_size, family.act_size):
        remedy = f"run `dvc repro --force {path.parts[1]}_{dataset.files}`"
        raise Advice(f"{path} shows another robot than {dataset.name}; {remedy}.")
    return file
