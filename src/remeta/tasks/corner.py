"""A point that looks for one of four corners, and is told little before it is there."""

from dataclasses import dataclass
from typing import Literal

import numpy as np
from jaxtyping import Float
from numpy import ndarray

from remeta.tasks.family import Places, Rows, any_of, clipped
from remeta.tasks.point import distance

CORNERS = np.array([[-2.0, -2.0], [2.0, -2.0], [-2.0, 2.0], [2.0, 2.0]])
STEP = 0.2  # longest move per step and axis
BOX = 4.0  # how far the walls are on each side, where there are any
HOME = 0.5  # ‖s‖_1 within which ProMP's form pays nothing
RADII = {"exp_maml_r2": 2.0, "exp_maml_r05": 0.5}
BOUNDS = {"raw": STEP, "promp10": 10.0}


@dataclass(frozen=True)
class PointCorner:
    """The sparse point robot of MAME, `2DPointEnvCorner`.

    | what | value |
    |---|---|
    | observation | 0-1 position |
    | action | 0-1 move of ±0.2; `raw` clips it there, `promp10` takes ±10 for it (0.02 each) |
    | dynamics | s' = s + a, within [-4, 4]^2 (`promp`: no walls), no mass |
    | task | one of the corners (±2, ±2), each as likely, not observed |
    | reward `exp_maml_r2` | max(2 - ‖s' - corner‖, 0) |
    | reward `exp_maml_r05` | max(0.5 - ‖s' - corner‖, 0) |
    | reward `promp` | ‖s - corner‖ - ‖s' - corner‖ if ‖s'‖_1 >= 0.5, no corner nearer; else 0 |
    | start | U[-0.2, 0.2]^2 |
    | end | never before the horizon |

    The paper speaks of a reward in one of four corner regions and gives no form. The first is that
    of the branches of its authors' code that hold MAME, the second that of its baselines' branch,
    the third that of ProMP's code; the returns of one say nothing about another. Straight from the
    origin to the corner, 100 steps are worth 188.1, 45.7 and 2.55.

    The scale of an action matters because policies start with a standard deviation of 1: `raw`
    (the authors' code) is then mostly clipped, `promp10` (the wrapper of ProMP's code) moves 0.02.
    There are four tasks, all of them in training: none is held out. Version 0.
    """

    reward: Literal["exp_maml_r2", "exp_maml_r05", "promp"] = "exp_maml_r2"
    action_scale: Literal["raw", "promp10"] = "raw"
    name = "point_corner"
    obs_size = 2
    act_size = 2
    horizon = 100
    choices = CORNERS
    places = Places(columns=(0, 1), cell=0.5)

    @property
    def act_bound(self) -> float:
        return BOUNDS[self.action_scale]

    def draw(self, rng: np.random.Generator, count: int) -> Float[ndarray, "count 2"]:
        return any_of(CORNERS, rng, count)

    def start(self, rng: np.random.Generator, tasks: Rows) -> Rows:
        return rng.uniform(-0.2, 0.2, tasks.shape)

    def observe(self, state: Rows) -> Rows:
        return state

    def advance(self, state: Rows, action: Rows, tasks: Rows) -> tuple[Rows, ndarray, ndarray]:
        moved = state + clipped(action, self.act_bound) * (STEP / self.act_bound)
        if self.reward == "promp":
            reward = progress(state, moved, tasks)
        else:
            moved = np.clip(moved, -BOX, BOX)
            reward = np.maximum(RADII[self.reward] - distance(moved, tasks), 0.0)
        return moved, reward, np.zeros(len(moved), bool)


def progress(state: Rows, moved: Rows, corner: Rows) -> Float[ndarray, "row"]:
    """Distance gained, or lost, by a step that ends away from home in the corner's quadrant."""
    away = np.abs(moved).sum(-1) >= HOME
    nearest = (moved * corner >= 0).all(-1)
    return np.where(away & nearest, distance(state, corner) - distance(moved, corner), 0.0)
