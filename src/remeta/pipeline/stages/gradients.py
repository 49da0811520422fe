"""The noise of a trained run's meta-gradient."""

from typing import cast

from remeta import methods
from remeta.core.noise import gradient_noise
from remeta.core.weights import detached
from remeta.pipeline.resume.progress import Progress
from remeta.pipeline.stages.look import Look, Rows
from remeta.records import NOISE_COLUMNS, WEIGHTS


def gradients(panel_id: str, run: str, seed: int) -> None:
    """How much the meta-gradient differs between batches, at the untrained and trained weights."""
    look = Look.at(panel_id, run, seed)
    look.write("gradients", NOISE_COLUMNS, _noise(look))


def _noise(look: Look) -> Rows:
    method, batches = cast(methods.Differentiable, look.method), look.size.batches
    progress, done = Progress(look.title, 2 * batches), 0
    for name, weights in zip(WEIGHTS, (look.method.weights, look.trained), strict=True):
        method.weights, practice, gradients = weights, look.practice(), []
        for _ in range(batches):
            gradients.append(detached(method.meta_gradient(practice)[0]))
            done += 1
            progress.show(done, {})
        for module, sizes in gradient_noise(gradients).items():
            rounded = {measure: f"{size:.6g}" for measure, size in sizes.items()}
            yield {"weights": name, "module": module, "batches": batches} | rounded
