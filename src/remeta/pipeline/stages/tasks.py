"""Task sets, drawn once and written down."""

from remeta.pipeline import places
from remeta.pipeline.settings.names import family_named
from remeta.pipeline.settings.params import Settings
from remeta.tasks import families
from remeta.tasks.tasksets import TaskSets


def draw_tasks(family: str) -> None:
    """Write the task sets of a family."""
    settings, family = Settings.load(), family_named(family)
    size = settings.world_size(family)
    TaskSets.drawn(
        families.build(family),
        settings.hp.tasks_seed,
        size.train_tasks,
        size.validation_tasks,
        size.test_tasks,
    ).write(places.tasks(settings.profile.name, family))
