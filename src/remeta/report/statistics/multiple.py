"""Several tests of one claim, all of which must hold."""

import numpy as np
from jaxtyping import Float
from numpy import ndarray


def holm(chances: Float[ndarray, " test"]) -> Float[ndarray, " test"]:
    """p-values after Holm's step-down (1979): any of them below a level is a false alarm at most as
    often as the level says, whatever the tests have in common."""
    order = np.argsort(chances)
    steps = chances[order] * np.arange(len(chances), 0, -1)
    adjusted = np.empty_like(steps)
    adjusted[order] = np.minimum(np.maximum.accumulate(steps), 1.0)
    return adjusted
