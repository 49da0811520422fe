"""Returns on validation tasks as a run adapts to them: the learning curve of meta-training."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from remeta.core.weights import Weights, detached
from remeta.experience.adaptation import Adaptation, Schedule, adaptation_curve
from remeta.experience.world import World


@dataclass(frozen=True)
class Validation:
    """Not counted as training: these rollouts teach nobody."""

    world: World
    adaptation: Callable[[Schedule], Adaptation]
    tasks: np.ndarray
    schedule: Schedule
    entropy: list[int]  # of a generator made anew each time: the same noise at every iteration

    def __call__(self, weights: Weights) -> dict[str, float]:
        curve = adaptation_curve(
            self.world,
            self.adaptation(self.schedule),
            detached(weights),
            self.tasks,
            self.schedule,
            np.random.default_rng(self.entropy),
        )
        returns = [float(rollouts.mean_return().mean()) for _, rollouts in curve]
        return {f"validation_return_{step}": value for step, value in enumerate(returns)}
