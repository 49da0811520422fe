"""Where a trained run's rollouts go."""

from torch import Tensor

from remeta.pipeline.stages.trained_run import Rows, TrainedRun, as_in_training
from remeta.records import PHASES, TRACE_COLUMNS


def traces(panel_id: str, run: str, seed: int) -> None:
    """Where the trained run's rollouts go, before and after its own step of adaptation."""
    trained = TrainedRun.load(panel_id, run, seed)
    trained.write("traces", TRACE_COLUMNS, _trajectories(trained))


def _trajectories(trained: TrainedRun) -> Rows:
    tasks = trained.tasks[: trained.size.batch]
    schedule = as_in_training(trained.method, 1, trained.size.episodes)
    curve = trained.adapted(tasks, schedule, "traces")
    position = list(trained.world.family.places.columns)
    for phase, (_, rollouts) in zip(PHASES, curve, strict=True):
        for task, (x, y) in enumerate(tasks):
            identity = {"task": task, "goal_x": x, "goal_y": y, "phase": phase}
            for row in _steps(rollouts.obs[task][..., position], rollouts.mask[task]):
                yield identity | row


def _steps(positions: Tensor, mask: Tensor) -> Rows:
    """A row for every step of every episode that was lived."""
    lengths = mask.sum(-1).int().tolist()
    for episode, (trajectory, length) in enumerate(zip(positions.tolist(), lengths, strict=True)):
        for step, (x, y) in enumerate(trajectory[:length]):
            yield {"episode": episode, "step": step, "x": f"{x:.3f}", "y": f"{y:.3f}"}
