"""How a trained run adapts to tasks that it was not trained on.

By the protocol of the panel that trained it, but for the spread of actions that the panel which
looks has tests begin with; where that one holds nothing out, at the rate of training.
"""

import numpy as np
from jaxtyping import Float
from numpy import ndarray

from remeta.core.weights import detached
from remeta.experience.adaptation import Schedule
from remeta.pipeline.data import tasks_of
from remeta.pipeline.panels import schedule_of
from remeta.pipeline.stages.evaluate import scores_of, with_std
from remeta.pipeline.stages.trained_run import Rows, TrainedRun, as_in_training
from remeta.records import SCORE_COLUMNS


def adaptations(panel_id: str, run: str, seed: int) -> None:
    """Scores after each step of adaptation, to held-out tasks or to those of the panel's grid."""
    trained = TrainedRun.load(panel_id, run, seed)
    told = (trained.panel.over,) if trained.panel.grid else ()
    trained.write("adaptations", SCORE_COLUMNS + told, _scores(trained))


def _scores(trained: TrainedRun) -> Rows:
    panel, tasks, schedule = trained.panel, _tasks(trained), _schedule(trained)
    start = with_std(detached(trained.weights), panel.std)
    for spent, rollouts in trained.adapted(tasks, schedule, "adaptations", start):
        for row in scores_of(trained.world, tasks, spent, rollouts):
            yield row | ({panel.over: panel.grid[row["task"]][0]} if panel.grid else {})


def _schedule(trained: TrainedRun) -> Schedule:
    settings, source, episodes = trained.settings, trained.source, trained.size.episodes
    if settings.panel_params(source).test:
        rates = settings.rates(source, trained.run)
        return schedule_of(settings, source, source.data, rates, episodes=episodes)
    return as_in_training(trained.method, trained.panel.updates, episodes)


def _tasks(trained: TrainedRun) -> Float[ndarray, "task _"]:
    if trained.panel.grid:
        return np.array([[task] for _, task in trained.panel.grid])
    return tasks_of(trained.settings, trained.source.data).test[: trained.size.batch]
