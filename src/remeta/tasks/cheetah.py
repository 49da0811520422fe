"""A half-cheetah that is to run one way or the other, or at a speed it is not told."""

# MuJoCo's compiled module has no types.
# pyright: reportAttributeAccessIssue=false

from dataclasses import dataclass, field
from functools import cached_property
from typing import Literal

import numpy as np
from jaxtyping import Float
from numpy import ndarray

from remeta.tasks.family import DIRECTIONS, Places, Rows, any_of, clipped
from remeta.tasks.kinematics import PlanarCentre
from remeta.tasks.sim import Sim, gymnasium_model

TORSO = np.array([0.0, 0.0, 0.7])  # where the torso is with all coordinates at zero
NAMES = {"direction": "cheetah_dir", "velocity": "cheetah_vel"}


@dataclass(frozen=True)
class Form:
    """What tells one code's cheetah from another's."""

    frame_skip: int
    obs_size: int
    act_bound: float
    horizon: int
    places: Places


FORMS = {
    "finn_gym": Form(5, 20, 1.0, 200, Places(columns=(17,), cell=0.25)),
    "finn_rllab": Form(1, 20, 1.0, 200, Places(columns=(17,), cell=0.25)),
    "promp": Form(5, 17, 10.0, 100, Places(columns=(), cell=0.25)),
}


@dataclass(frozen=True)
class Cheetah:
    """The half-cheetahs of MAME: `HalfCheetahFwdBack` and `HalfCheetahVel`, in three forms.

    | what | `finn_gym` | `finn_rllab` | `promp` |
    |---|---|---|---|
    | observation 0-16 | 8 qpos (all but x), 9 qvel | same | same |
    | observation 17-19 | place of the torso | centre of mass | - |
    | action, 6 torques | ±1, clipped | same | ±10, a tenth counts, clipped |
    | step | 5 of 0.01 s | 1 of 0.01 s | 5 of 0.01 s |
    | speed v | (x' - x) / 0.05 s | centre of mass after the step | (x' - x) / 0.05 s |
    | start: qpos + | U[-0.1, 0.1] | 0.01 N(0, 1) | U[-0.1, 0.1] |
    | start: qvel + | 0.1 N(0, 1) | same | same |
    | horizon | 200 | 200 | 100 |

    The rest is common to all of them; a is the torque, within ±1, and no task is observed:

    | what | value |
    |---|---|
    | dynamics | Gymnasium's `half_cheetah.xml`, Euler |
    | reward, direction | d v - 0.05 ‖a‖², d = -1 or 1, each as likely |
    | reward, velocity | -|v - v*| - 0.05 ‖a‖², v* uniform in [0, `fastest`] |
    | end | never before the horizon, unless the state is not finite (pays 0 then) |

    `finn_gym` is MAML's cheetah as ported to Gym, which the paper's authors forked; `finn_rllab` is
    MAML's own; `promp` is ProMP's. The paper's speeds reach 3, as ProMP's; in MAML's code they
    reach 2, which is the option. The paper says that ProMP shaped the reward of its direction
    task: by its code the formula is MAML's, and inputs, horizon, start and scale of actions differ.

    Differs from official code: `finn_rllab` runs on Gymnasium's model and not rllab's own; the
    torso's place is that of the state itself, while Gym's is one of the five frames old; rows that
    diverge end, where the simulators of the time stopped the program. The two directions are both
    in training and in tests: none can be held out. Version 0.
    """

    aim: Literal["direction", "velocity"]
    form: Literal["finn_gym", "finn_rllab", "promp"] = "finn_gym"
    fastest: float = 3.0
    sim: Sim = field(default=None, compare=False, repr=False)  # pyright: ignore
    act_size = 6

    def __post_init__(self):
        frame_skip = self._form.frame_skip
        if self.sim is None:
            sim = Sim(gymnasium_model("half_cheetah.xml"), frame_skip)
            object.__setattr__(self, "sim", sim)
        if self.sim.frame_skip != frame_skip:
            raise ValueError(f"{self.form} takes {frame_skip} frames a step; give it a Sim of them")

    @property
    def name(self) -> str:
        return NAMES[self.aim]

    @property
    def _form(self) -> Form:
        return FORMS[self.form]

    @property
    def obs_size(self) -> int:
        return self._form.obs_size

    @property
    def act_bound(self) -> float:
        return self._form.act_bound

    @property
    def horizon(self) -> int:
        return self._form.horizon

    @property
    def places(self) -> Places:
        return self._form.places

    @property
    def choices(self) -> Float[ndarray, "2 1"] | None:
        return DIRECTIONS if self.aim == "direction" else None

    @cached_property
    def _centre(self) -> PlanarCentre:
        return PlanarCentre(self.sim.model, "torso")

    def draw(self, rng: np.random.Generator, count: int) -> Float[ndarray, "count 1"]:
        if self.aim == "direction":
            return any_of(DIRECTIONS, rng, count)
        return rng.uniform(0.0, self.fastest, (count, 1))

    def start(self, rng: np.random.Generator, tasks: Rows) -> Rows:
        shape = len(tasks), self.sim.nq
        rllab = self.form == "finn_rllab"
        qpos = 0.01 * rng.standard_normal(shape) if rllab else rng.uniform(-0.1, 0.1, shape)
        return self.complete(self.sim.states(qpos, 0.1 * rng.standard_normal(shape)))

    def complete(self, state: Rows) -> Rows:
        """A row is the state of the robot and, found once, the place that it sees itself at."""
        if self.form == "promp":
            return state
        qpos = self.sim.qpos(state)
        if self.form == "finn_rllab":
            position = self._centre.locate(qpos)
        else:
            position = TORSO + np.column_stack([qpos[:, 0], np.zeros(len(qpos)), qpos[:, 1]])
        return np.concatenate([state, position], axis=-1)

    def observe(self, state: Rows) -> Float[ndarray, "row obs"]:
        return state[:, 2:]  # all but the time and x

    def speed(self, state: Rows, after: Rows) -> Float[ndarray, "row"]:
        """The speed forwards that a step is paid for."""
        if self.form == "finn_rllab":
            return self._centre.speed(self.sim.qpos(after), self.sim.qvel(after))
        return (self.sim.qpos(after)[:, 0] - self.sim.qpos(state)[:, 0]) / self.sim.duration

    def advance(self, state: Rows, action: Rows, tasks: Rows) -> tuple[Rows, ndarray, ndarray]:
        torque = clipped(action, self.act_bound) / self.act_bound
        after = self.complete(self.sim.step(state[:, : self.sim.state_size], torque))
        speed, task = self.speed(state, after), tasks[:, 0]
        gain = task * speed if self.aim == "direction" else -np.abs(speed - task)
        reward = gain - 0.05 * np.square(torque).sum(-1)
        broken = ~np.isfinite(after).all(-1)
        return after, np.where(broken, 0.0, reward), np.asarray(broken)
