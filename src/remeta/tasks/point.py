"""A point that walks to a goal in the plane."""

from dataclasses import dataclass

import numpy as np
from jaxtyping import Float
from numpy import ndarray

from remeta.tasks.family import Places, Rows, clipped

REACH = 0.1  # longest move per step and axis


@dataclass(frozen=True)
class Point:
    """Point robot of MAML and MRI: the state is the position, a step moves it by the action.

    | what | value |
    |---|---|
    | observation | 0-1 position |
    | action | 0-1 move, [-1, 1] scaled to ±0.1 |
    | dynamics | s' = s + a, no walls, no mass |
    | task | goal, uniform in [-0.5, 0.5]^2, not observed |
    | reward | -‖s' - goal‖, after the move |
    | start | origin; with `scattered`, goal + U[-0.5, 0.5]^2 (how demonstrations start) |
    | end | never before the horizon |

    MRI's official code never ends an episode early; MAML's ends one within 0.01 of the goal.
    Version 0.
    """

    scattered: bool = False
    name = "point"
    obs_size = 2
    act_size = 2
    act_bound = 1.0
    horizon = 100
    choices = None
    places = Places(columns=(0, 1), cell=0.1)

    def draw(self, rng: np.random.Generator, count: int) -> Float[ndarray, "count 2"]:
        return rng.uniform(-0.5, 0.5, (count, 2))

    def start(self, rng: np.random.Generator, tasks: Rows) -> Rows:
        if self.scattered:
            return tasks + rng.uniform(-0.5, 0.5, tasks.shape)
        return np.zeros(tasks.shape)

    def observe(self, state: Rows) -> Rows:
        return state

    def advance(self, state: Rows, action: Rows, tasks: Rows) -> tuple[Rows, ndarray, ndarray]:
        moved = state + REACH * clipped(action)
        return moved, -distance(moved, tasks), np.zeros(len(moved), bool)


def distance(position: Rows, goal: Rows) -> Float[ndarray, "row"]:
    return np.sqrt(np.square(position - goal).sum(-1))
