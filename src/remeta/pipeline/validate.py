"""Returns before and after one update on validation tasks: the learning curve of meta-training."""

from dataclasses import dataclass

import numpy as np

from remeta.core.weights import Weights, detached
from remeta.experience.adaptation import Adaptation, adaptation_curve
from remeta.experience.world import World


@dataclass(frozen=True)
class Validation:
    """Not counted as training: these rollouts teach nobody."""

    world: World
    adaptation: Adaptation
    tasks: np.ndarray
    roll_outs: int
    rate: float
    entropy: list[int]  # of a generator made anew each time: the same noise at every iteration

    def __call__(self, weights: Weights) -> dict[str, float]:
        curve = adaptation_curve(
            self.world,
            self.adaptation,
            detached(weights),
            self.tasks,
            episodes=self.roll_outs,
            rates=[self.rate],
            rng=np.random.default_rng(self.entropy),
            explore=True,
        )
        returns = [float(rollouts.mean_return().mean()) for rollouts in curve]
        return {f"validation_return_{step}": value for step, value in enumerate(returns)}
