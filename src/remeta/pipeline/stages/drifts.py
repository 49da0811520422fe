"""How far a trained run is from its expert: in the expert's states, and in those it visits."""

from typing import Any

import numpy as np
from torch import Tensor

from remeta import methods
from remeta.core.weights import detached
from remeta.experience.adaptation import Schedule
from remeta.experience.collect import collect
from remeta.pipeline.data import tasks_of
from remeta.pipeline.experts import expert_actors
from remeta.pipeline.stages.trained_run import Rows, TrainedRun
from remeta.records import DRIFT_COLUMNS, VISITED


def drifts(panel_id: str, run: str, seed: int) -> None:
    """The squared error of a run's actions against its expert's, at every step of an episode."""
    trained = TrainedRun.load(panel_id, run, seed)
    trained.write("drifts", DRIFT_COLUMNS, _errors(trained))


def _errors(trained: TrainedRun) -> Rows:
    method: Any = trained.method
    method.weights = detached(trained.weights)
    settings, data = trained.settings, trained.source.data
    tasks = tasks_of(settings, data).test[: trained.size.batch]
    expert = expert_actors(settings, data)(tasks, 0.0)
    rng, episodes = trained.rng("drifts"), trained.size.episodes
    adaptation = methods.adaptation_of(method, Schedule(0, episodes))
    own = adaptation.actor(adaptation.begin(method.weights, (len(tasks), episodes), rng), rng)
    for visited, actor in zip(VISITED, (expert, own), strict=True):
        rollouts = collect(trained.world, tasks, actor, episodes, rng, deterministic=True)
        ours = method.policy.mean_action(rollouts.obs)
        theirs, _ = expert(rollouts.obs.flatten(1, 2))
        yield from _rows(visited, ours, theirs.reshape(ours.shape), rollouts.mask)


def _rows(visited: str, ours: Tensor, theirs: Tensor, mask: Tensor) -> Rows:
    """The mean over all episodes that were lived so long."""
    error = (ours - theirs).square().mean(-1) * mask
    lived = mask.sum((0, 1)).numpy()
    means = error.sum((0, 1)).numpy() / np.maximum(lived, 1)
    for step, mean in enumerate(means[lived > 0]):
        yield {"visited": visited, "step": step, "error": f"{mean:.6g}"}
