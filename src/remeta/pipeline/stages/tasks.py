"""Task sets, drawn once and written down."""

from remeta.pipeline import places
from remeta.pipeline.data import family_of, whole_named
from remeta.pipeline.settings.params import Settings
from remeta.tasks.tasksets import TaskSets


def draw_tasks(name: str) -> None:
    """Write the task sets of a data set."""
    settings, dataset = Settings.load(), whole_named(name)
    size = settings.data_size(dataset)
    goals = settings.hp.listed[name] if dataset.listed else ""
    TaskSets.drawn(
        family_of(dataset, (("goals", goals),) if goals else ()),
        settings.hp.tasks_seed,
        size.train_tasks,
        size.validation_tasks,
        size.test_tasks,
    ).write(places.tasks(settings.profile.name, name))
