"""How a trained run adapts to tasks that it was not trained on."""

from typing import Any

import numpy as np
from jaxtyping import Float
from numpy import ndarray

from remeta import methods
from remeta.core.weights import detached
from remeta.experience.adaptation import Schedule, adaptation_curve
from remeta.pipeline.data import tasks_of
from remeta.pipeline.stages.evaluate import scores_of
from remeta.pipeline.stages.trained_run import Rows, TrainedRun
from remeta.records import SCORE_COLUMNS


def adaptations(panel_id: str, run: str, seed: int) -> None:
    """Scores after each step of adaptation, to held-out tasks or to those of the panel's grid."""
    trained = TrainedRun.load(panel_id, run, seed)
    told = (trained.panel.over,) if trained.panel.grid else ()
    trained.write("adaptations", SCORE_COLUMNS + told, _scores(trained))


def _scores(trained: TrainedRun) -> Rows:
    params: Any = trained.method.params
    panel, steps = trained.panel, trained.panel.updates
    schedule = Schedule(
        steps,
        trained.size.episodes,
        methods.row_steps(trained.method),
        params.discount,
        [params.inner_rate] * steps,
    )
    adaptation, start = methods.adaptation_of(trained.method, schedule), detached(trained.weights)
    rng = trained.rng("adaptations")
    world, tasks = trained.world, _tasks(trained)
    for spent, rollouts in adaptation_curve(world, adaptation, start, tasks, schedule, rng):
        for row in scores_of(world, tasks, spent, rollouts):
            yield row | ({panel.over: panel.grid[row["task"]][0]} if panel.grid else {})


def _tasks(trained: TrainedRun) -> Float[ndarray, "task _"]:
    if trained.panel.grid:
        return np.array([[task] for _, task in trained.panel.grid])
    return tasks_of(trained.settings, trained.source.data).test[: trained.size.batch]
