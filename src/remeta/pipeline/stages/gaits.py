"""How a trained run's robot carries itself, before and after adaptation."""

from typing import Any

import numpy as np
from torch import Tensor

from remeta.pipeline.stages.trained_run import Rows, TrainedRun, as_in_training
from remeta.records import GAIT_COLUMNS, PHASES

PITCH = 0  # where it stands in an observation
SHOWN = 4  # episodes of each task and phase on file; adaptation learns from all


def gaits(panel_id: str, run: str, seed: int) -> None:
    """The pitch of a robot in the tasks of the panel's grid, at every step of some episodes."""
    trained = TrainedRun.load(panel_id, run, seed)
    trained.write("gaits", GAIT_COLUMNS, _pitches(trained))


def _pitches(trained: TrainedRun) -> Rows:
    """Of the first episode of a row: later ones are cut off where it ends, and short ones more."""
    tasks = np.array([[task] for _, task in trained.panel.grid])
    schedule = as_in_training(trained.method, 1, trained.size.episodes)
    curve = trained.adapted(tasks, schedule, "gaits")
    for phase, (_, rollouts) in zip(PHASES, curve, strict=True):
        stretches: Any = rollouts
        pitch, last = rollouts.obs[:, :SHOWN, :, PITCH], stretches.last[:, :SHOWN]
        for task in range(len(tasks)):
            for row in _steps(pitch[task], last[task].argmax(-1) + 1):
                yield {"task": task, "phase": phase} | row


def _steps(pitch: Tensor, lengths: Tensor) -> Rows:
    """A row for every step of every episode."""
    for episode, (course, length) in enumerate(zip(pitch.tolist(), lengths, strict=True)):
        for step, value in enumerate(course[:length]):
            yield {"episode": episode, "step": step, "pitch": f"{value:.4f}"}
