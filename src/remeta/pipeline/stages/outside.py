"""Scores of a trained run where it was not trained: on tasks that a family keeps apart."""

from remeta import methods
from remeta.core.weights import detached
from remeta.experience.adaptation import adaptation_curve
from remeta.pipeline.data import tasks_of
from remeta.pipeline.panels import schedule_of
from remeta.pipeline.stages.evaluate import rows_of
from remeta.pipeline.stages.trained_run import Rows, TrainedRun
from remeta.records import INSIDE, SCORE_COLUMNS


def outside(panel_id: str, run: str, seed: int) -> None:
    """Returns after every update, of held-out tasks and of each set outside of training's."""
    trained = TrainedRun.load(panel_id, run, seed)
    trained.write("outside", SCORE_COLUMNS, _scores(trained))


def _scores(trained: TrainedRun) -> Rows:
    """A step for every batch of the analysis, at the rates of the panel that trained."""
    settings, source, size = trained.settings, trained.source, trained.size
    sets = tasks_of(settings, source.data)
    first = settings.first_rate(source, trained.run)
    rates = [first, *[first / 2] * (size.batches - 1)]
    schedule = schedule_of(settings, source, source.data, rates, episodes=size.episodes)
    adaptation, start = methods.adaptation_of(trained.method, schedule), detached(trained.weights)
    for name, tasks in {INSIDE: sets.test, **(sets.outside or {})}.items():
        world, some, rng = trained.world, tasks[: size.batch], trained.rng(name)
        for spent, rollouts in adaptation_curve(world, adaptation, start, some, schedule, rng):
            yield from rows_of(spent, {name: rollouts.mean_return().numpy()})
