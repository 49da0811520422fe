"""A point whose moves are turned by an angle that it is not told."""

from dataclasses import dataclass
from typing import Literal

import numpy as np
from jaxtyping import Float
from numpy import ndarray

from remeta.tasks.family import Places, Rows, clipped
from remeta.tasks.point import distance

GOAL = np.array([1.0, 0.0])
NEAR = 0.1  # within which the sparse form ends an episode
WALL = 2.0  # how far the walls are on each side


@dataclass(frozen=True)
class PointRotation:
    """The point agent of NoRML, `MovePointEnv`, with a rotation of its actions.

    | what | value |
    |---|---|
    | observation | 0-1 position / 2, within ±1 |
    | action | 0-1 move, ±1 per axis, clipped before it is turned |
    | dynamics | s' = s + R(φ) a, within [-2, 2]^2, no mass |
    | task | angle φ, uniform in [-π, π], not observed; the goal is always (1, 0) |
    | reward, dense | -‖s' - goal‖, after the move |
    | reward, sparse | -1 a step, the last one included |
    | start | origin |
    | end, dense | never before the horizon, 10 |
    | end, sparse | ‖s' - goal‖ < 0.1; horizon 100 |

    A return is at best -1, sparse, and nearly 0, dense: one right move arrives.

    Differs from official code: it draws angles, for training and for tests, from the same 5000
    equally spaced ones, 0.0013 apart; here they are drawn from all, and no test angle was trained
    on. The position is halved because the official wrapper scales observations to ±1. Version 0.
    """

    reward: Literal["dense", "sparse"] = "dense"
    name = "point_rotation"
    obs_size = 2
    act_size = 2
    act_bound = 1.0
    choices = None
    places = Places(columns=(0, 1), cell=0.1)

    @property
    def horizon(self) -> int:
        return 10 if self.reward == "dense" else 100

    def draw(self, rng: np.random.Generator, count: int) -> Float[ndarray, "count 1"]:
        return rng.uniform(-np.pi, np.pi, (count, 1))

    def start(self, rng: np.random.Generator, tasks: Rows) -> Float[ndarray, "row 4"]:
        """A row is the position and, found once, the angle's cosine and sine."""
        return np.column_stack([np.zeros((len(tasks), 2)), np.cos(tasks), np.sin(tasks)])

    def observe(self, state: Rows) -> Float[ndarray, "row 2"]:
        return state[:, :2] / WALL

    def advance(self, state: Rows, action: Rows, tasks: Rows) -> tuple[Rows, ndarray, ndarray]:
        x, y, cos, sin = state.T
        ahead, aside = clipped(action).T
        moved = np.array([x + cos * ahead - sin * aside, y + sin * ahead + cos * aside])
        after = np.concatenate([clipped(moved, WALL), state.T[2:]]).T
        gap = distance(after[:, :2], GOAL)
        if self.reward == "dense":
            return after, -gap, np.zeros(len(after), bool)
        return after, np.full(len(after), -1.0), gap < NEAR
