"""The noise of a trained run's meta-gradient."""

from typing import cast

from remeta import methods
from remeta.core.noise import gradient_noise
from remeta.core.weights import detached
from remeta.pipeline.resume.progress import Progress
from remeta.pipeline.stages.trained_run import Rows, TrainedRun
from remeta.records import NOISE_COLUMNS, WEIGHTS


def gradients(panel_id: str, run: str, seed: int) -> None:
    """How much the meta-gradient differs between batches, at the untrained and trained weights."""
    trained = TrainedRun.load(panel_id, run, seed)
    trained.write("gradients", NOISE_COLUMNS, _noise(trained))


def _noise(trained: TrainedRun) -> Rows:
    method, batches = cast(methods.Differentiable, trained.method), trained.size.batches
    progress, done = Progress(trained.title, 2 * batches), 0
    for name, weights in zip(WEIGHTS, (trained.method.weights, trained.weights), strict=True):
        method.weights, practice, gradients = weights, trained.practice(), []
        for _ in range(batches):
            gradients.append(detached(method.meta_gradient(practice)[0]))
            done += 1
            progress.show(done, {})
        for module, sizes in gradient_noise(gradients).items():
            rounded = {measure: f"{size:.6g}" for measure, size in sizes.items()}
            yield {"weights": name, "module": module, "batches": batches} | rounded
