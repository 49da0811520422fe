"""Scores of a trained run where it was not trained: on tasks that a family keeps apart."""

import numpy as np

from remeta import methods
from remeta.core.weights import detached
from remeta.experience.adaptation import adaptation_curve
from remeta.pipeline.data import tasks_of
from remeta.pipeline.panels import schedule_of
from remeta.pipeline.stages.evaluate import rows_of
from remeta.pipeline.stages.look import Look, Rows
from remeta.records import INSIDE, SCORE_COLUMNS


def outside(panel_id: str, run: str, seed: int) -> None:
    """Returns after every update, of held-out tasks and of each set outside of training's."""
    look = Look.at(panel_id, run, seed)
    look.write("outside", SCORE_COLUMNS, _scores(look))


def _scores(look: Look) -> Rows:
    """A step more for every batch of the look, at the rates of the panel that trained."""
    settings, source = look.settings, look.source
    sets = tasks_of(settings, source.data)
    first = settings.first_rate(source, look.run)
    rates = [first, *[first / 2] * (look.size.batches - 1)]
    schedule = schedule_of(settings, source, source.data, rates, episodes=look.size.episodes)
    adaptation, start = methods.adaptation_of(look.method, schedule), detached(look.trained)
    for name, tasks in {INSIDE: sets.test, **(sets.outside or {})}.items():
        place = look.world, adaptation, start, tasks[: look.size.batch], schedule
        rng: np.random.Generator = look.rng(name)
        for spent, rollouts in adaptation_curve(*place, rng):
            yield from rows_of(spent, {name: rollouts.mean_return().numpy()})
