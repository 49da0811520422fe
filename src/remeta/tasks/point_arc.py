"""A point that looks for a goal somewhere on a half circle around it."""

from dataclasses import dataclass
from typing import Literal

import numpy as np
from jaxtyping import Float
from numpy import ndarray

from remeta.tasks.family import Places, Rows, clipped
from remeta.tasks.point import REACH, distance

RADIUS = 1.0  # of the half circle
NEAR = 0.2  # of a goal, within which the sparse reward is paid


@dataclass(frozen=True)
class PointArc:
    """The sparse point robot of PEARL, on which VariBAD's authors tried RL2, too.

    | what | value |
    |---|---|
    | observation | 0-1 position |
    | action | 0-1 move, [-1, 1] scaled to ±0.1 |
    | dynamics | s' = s + a, no walls, no mass |
    | task | goal on the upper half of the unit circle, angle uniform, not observed |
    | sparse reward | 1 - ‖s' - goal‖ where that distance is at most 0.2, else 0 |
    | dense reward | -‖s' - goal‖ |
    | start | origin |
    | end | never before the horizon |

    PEARL's episodes have 20 steps, of which a straight way takes 8 to where reward begins, and
    VariBAD's 100. PEARL's official code spaces its goals evenly and shuffles them. Version 0.
    """

    reward: Literal["sparse", "dense"] = "sparse"
    name = "point_arc"
    obs_size = 2
    act_size = 2
    act_bound = 1.0
    horizon = 20
    choices = None
    places = Places(columns=(0, 1), cell=0.1)

    def draw(self, rng: np.random.Generator, count: int) -> Float[ndarray, "count 2"]:
        angle = rng.uniform(0, np.pi, count)
        return RADIUS * np.column_stack([np.cos(angle), np.sin(angle)])

    def start(self, rng: np.random.Generator, tasks: Rows) -> Rows:
        return np.zeros(tasks.shape)

    def observe(self, state: Rows) -> Rows:
        return state

    def advance(self, state: Rows, action: Rows, tasks: Rows) -> tuple[Rows, ndarray, ndarray]:
        moved = state + REACH * clipped(action)
        gap = distance(moved, tasks)
        paid = -gap if self.reward == "dense" else np.where(gap <= NEAR, 1 - gap, 0.0)
        return moved, paid, np.zeros(len(moved), bool)
