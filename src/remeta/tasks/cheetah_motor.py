"""A half-cheetah whose two hip motors may be wired the wrong way round."""

from dataclasses import dataclass, field

import numpy as np
from jaxtyping import Float
from numpy import ndarray

from remeta.tasks.family import Places, Rows, any_of, clipped
from remeta.tasks.runners import forwards, lively
from remeta.tasks.sim import Sim, gymnasium_model

WIRINGS = np.array([[0.0], [1.0]])  # as intended, swapped
SWAPPED = [3, 1, 2, 0, 4, 5]  # the hips, which are 0 and 3, have each other's action


@dataclass(frozen=True)
class CheetahMotor:
    """The half-cheetah of NoRML, `HalfcheetahMotorEnv`.

    | what | value |
    |---|---|
    | observation | 0 pitch, 1-6 joints, 7 pitch rate, 8-13 joint velocities; no x, z nor speed |
    | action | 6 torques, ±1, clipped |
    | dynamics | Gymnasium's `half_cheetah.xml`, Euler, 5 of 0.01 s |
    | task | 0, or 1: actions 0 and 3, back and front hip, are swapped; not observed |
    | reward | (x' - x) / 0.05 s - 0.05 ‖a‖² + 1 |
    | start | qpos + U[-0.1, 0.1], qvel + 0.1 N(0, 1) |
    | end | cos(pitch) < 0.8, which is paid as any other step; horizon 1000 |

    There are two tasks, both in training and in tests: none can be held out. A batch of four of
    them, NoRML's, holds each twice.

    Differs from official code: an action is copied and not swapped in place; a state that is not
    finite ends an episode and pays nothing. Version 0.
    """

    sim: Sim = field(
        default_factory=lambda: Sim(gymnasium_model("half_cheetah.xml"), 5),
        compare=False,
        repr=False,
    )
    name = "cheetah_motor"
    obs_size = 14
    act_size = 6
    act_bound = 1.0
    horizon = 1000
    choices = WIRINGS
    places = Places(columns=(), cell=0.25)

    def draw(self, rng: np.random.Generator, count: int) -> Float[ndarray, "count 1"]:
        return any_of(WIRINGS, rng, count)

    def start(self, rng: np.random.Generator, tasks: Rows) -> Rows:
        return lively(self.sim, rng, len(tasks))

    def observe(self, state: Rows) -> Float[ndarray, "row 14"]:
        return np.concatenate([self.sim.qpos(state)[:, 2:], self.sim.qvel(state)[:, 2:]], axis=-1)

    def advance(self, state: Rows, action: Rows, tasks: Rows) -> tuple[Rows, ndarray, ndarray]:
        requested = clipped(action)
        torque = np.where(tasks == 1, requested[:, SWAPPED], requested)
        after = self.sim.step(state, torque)
        reward = forwards(self.sim, state, after) - 0.05 * np.square(requested).sum(-1) + 1
        broken = ~np.isfinite(after).all(-1)
        fallen = ~(np.cos(after[:, 3]) >= 0.8)
        return after, np.where(broken, 0.0, reward), broken | fallen
