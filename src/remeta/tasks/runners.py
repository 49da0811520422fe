"""Gymnasium's robots that are to run forwards, each with one task, for single-task imitation."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Literal

import numpy as np
from jaxtyping import Bool, Float
from numpy import ndarray

from remeta.tasks.family import Places, Rows, clipped
from remeta.tasks.sim import Sim, gymnasium_model

Start = Callable[[Sim, np.random.Generator, int], Rows]


def calm(sim: Sim, rng: np.random.Generator, rows: int) -> Rows:
    """Upright and all but still."""
    qpos, qvel = (rng.uniform(-0.005, 0.005, (rows, size)) for size in (sim.nq, sim.nv))
    return sim.states(sim.model.qpos0 + qpos, qvel)


def lively(sim: Sim, rng: np.random.Generator, rows: int) -> Rows:
    """Bent and moving, as half-cheetahs start."""
    qpos, qvel = rng.uniform(-0.1, 0.1, (rows, sim.nq)), 0.1 * rng.standard_normal((rows, sim.nv))
    return sim.states(sim.model.qpos0 + qpos, qvel)


def forwards(sim: Sim, state: Rows, after: Rows) -> Float[ndarray, "row"]:
    """The speed along x of a control step."""
    return (sim.qpos(after)[:, 0] - sim.qpos(state)[:, 0]) / sim.duration


@dataclass(frozen=True)
class Body:
    """What tells one robot from another; where nothing can go wrong, limits are infinite."""

    model: str
    frame_skip: int
    start: Start
    effort: float  # what ‖a‖² costs
    alive: float  # what a healthy step is paid
    heights: tuple[float, float] = (-np.inf, np.inf)
    tilt: float = np.inf
    wildest: float = np.inf  # of all coordinates and speeds but x and the height
    seen_speed: float = np.inf


BODIES = {
    "hopper": Body(
        "hopper.xml", 4, calm, effort=0.001, alive=1.0,
        heights=(0.7, np.inf), tilt=0.2, wildest=100.0, seen_speed=10.0,
    ),
    "walker2d": Body(
        "walker2d_v5.xml", 4, calm, effort=0.001, alive=1.0,
        heights=(0.8, 2.0), tilt=1.0, seen_speed=10.0,
    ),
    "half_cheetah": Body("half_cheetah.xml", 5, lively, effort=0.1, alive=0.0),
}  # fmt: skip


@dataclass(frozen=True)
class Runner:
    """Gymnasium's `Hopper-v5`, `Walker2d-v5` and `HalfCheetah-v5`, for imitation of one expert.

    | what | `hopper` | `walker2d` | `half_cheetah` |
    |---|---|---|---|
    | model | `hopper.xml` | `walker2d_v5.xml` | `half_cheetah.xml` |
    | observation: qpos but x, qvel | 5, 6 | 8, 9 | 8, 9 |
    | speeds seen within | ±10 | ±10 | - |
    | action, torques, ±1, clipped | 3 | 6 | 6 |
    | step | 4 of 0.002 s | 4 of 0.002 s | 5 of 0.01 s |
    | reward, v = (x' - x) / step | v - 0.001 ‖a‖² + 1 | v - 0.001 ‖a‖² + 1 | v - 0.1 ‖a‖² |
    | healthy: height in | (0.7, ∞) | (0.8, 2) | - |
    | healthy: tilt within | ±0.2 | ±1 | - |
    | healthy: all but x, height within | ±100 | - | - |
    | start: qpos + | U[-0.005, 0.005] | U[-0.005, 0.005] | U[-0.1, 0.1] |
    | start: qvel + | U[-0.005, 0.005] | U[-0.005, 0.005] | 0.1 N(0, 1) |

    The rest is common to all of them:

    | what | value |
    |---|---|
    | task | one, which says nothing |
    | end, usual | not healthy; horizon 1000 |
    | end, fixed | never before the horizon, 1000 |

    The 1 is paid where the robot is healthy after the step, whatever the ends. A state that is not
    finite always ends an episode and pays nothing. `fixed` is for rewards that are learned: one
    that is always positive would praise any long life, one that is always negative an early end,
    and neither has been learned from demonstrations.

    Differs from the imitation code that ignores ends: it ran Gym's version 2, whose fallen robots
    are paid the 1 to the last step, and whose walker's feet rub differently. Version 0.
    """

    robot: Literal["hopper", "walker2d", "half_cheetah"]
    ends: Literal["usual", "fixed"] = "usual"
    sim: Sim = field(default=None, compare=False, repr=False)  # pyright: ignore
    act_bound = 1.0
    horizon = 1000
    choices = np.zeros((1, 1))
    places = Places(columns=(), cell=0.25)

    def __post_init__(self):
        if self.sim is None:
            sim = Sim(gymnasium_model(self._body.model), self._body.frame_skip)
            object.__setattr__(self, "sim", sim)

    @property
    def name(self) -> str:
        return self.robot

    @property
    def _body(self) -> Body:
        return BODIES[self.robot]

    @property
    def obs_size(self) -> int:
        return self.sim.nq + self.sim.nv - 1

    @property
    def act_size(self) -> int:
        return self.sim.nu

    def draw(self, rng: np.random.Generator, count: int) -> Float[ndarray, "count 1"]:
        return np.zeros((count, 1))

    def start(self, rng: np.random.Generator, tasks: Rows) -> Rows:
        return self._body.start(self.sim, rng, len(tasks))

    def observe(self, state: Rows) -> Float[ndarray, "row obs"]:
        pose, speeds = self.sim.qpos(state)[:, 1:], self.sim.qvel(state)
        return np.concatenate([pose, clipped(speeds, self._body.seen_speed)], axis=-1)

    def healthy(self, state: Rows) -> Bool[ndarray, "row"]:
        low, high = self._body.heights
        height, tilt = state[:, 2], state[:, 3]
        tame = (np.abs(state[:, 3:]) < self._body.wildest).all(-1)
        return (low < height) & (height < high) & (np.abs(tilt) < self._body.tilt) & tame

    def advance(self, state: Rows, action: Rows, tasks: Rows) -> tuple[Rows, ndarray, ndarray]:
        torque, body = clipped(action), self._body
        after = self.sim.step(state, torque)
        healthy, broken = self.healthy(after), ~np.isfinite(after).all(-1)
        effort = body.effort * np.square(torque).sum(-1)
        reward = forwards(self.sim, state, after) - effort + body.alive * healthy
        ended = broken if self.ends == "fixed" else broken | ~healthy
        return after, np.where(broken, 0.0, reward), np.asarray(ended)
