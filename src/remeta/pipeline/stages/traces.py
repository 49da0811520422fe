"""Where a trained run's rollouts go."""

from typing import Any

from torch import Tensor

from remeta import methods
from remeta.core.weights import detached
from remeta.experience.adaptation import Schedule, adaptation_curve
from remeta.pipeline.stages.look import Look, Rows
from remeta.records import PHASES, TRACE_COLUMNS


def traces(panel_id: str, run: str, seed: int) -> None:
    """Where the trained run's rollouts go, before and after its own step of adaptation."""
    look = Look.at(panel_id, run, seed)
    look.write("traces", TRACE_COLUMNS, _walks(look))


def _walks(look: Look) -> Rows:
    params: Any = look.method.params
    tasks, size = look.tasks[: look.size.batch], look.size.episodes
    schedule = Schedule(1, size, discount=params.discount, rates=[params.inner_rate])
    adaptation, start = methods.adaptation_of(look.method, schedule), detached(look.trained)
    curve = adaptation_curve(look.world, adaptation, start, tasks, schedule, look.rng("traces"))
    columns = list(look.world.family.places.columns)
    for phase, (_, rollouts) in zip(PHASES, curve, strict=True):
        for task, (x, y) in enumerate(tasks):
            where = {"task": task, "goal_x": x, "goal_y": y, "phase": phase}
            for row in _steps(rollouts.obs[task][..., columns], rollouts.mask[task]):
                yield where | row


def _steps(spots: Tensor, mask: Tensor) -> Rows:
    """A row for every step of every episode that was lived."""
    lengths = mask.sum(-1).int().tolist()
    for episode, (walk, length) in enumerate(zip(spots.tolist(), lengths, strict=True)):
        for step, (x, y) in enumerate(walk[:length]):
            yield {"episode": episode, "step": step, "x": f"{x:.3f}", "y": f"{y:.3f}"}
