"""What all ants share: the forces that they feel, and when they have fallen."""

import numpy as np
from jaxtyping import Bool, Float
from numpy import ndarray

from remeta.tasks.family import Rows
from remeta.tasks.sim import Sim


def felt(sim: Sim, state: Rows) -> Float[ndarray, "row 84"]:
    """Contact forces as the official codes show them to the robot, within ±1."""
    # The official inputs hold the world body's row, too, which is always zero.
    body = np.clip(sim.contact_forces(state), -1, 1)
    return np.concatenate([np.zeros((len(state), 84 - body.shape[1])), body], axis=-1)


def fallen(rows: Rows, height: Float[ndarray, "row"], lowest: float) -> Bool[ndarray, "row"]:
    """The torso is outside [lowest, 1], or something is no number."""
    return ~((height >= lowest) & (height <= 1.0) & np.isfinite(rows).all(-1))
