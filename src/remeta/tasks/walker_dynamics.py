"""A walker whose masses, inertias, dampings and frictions are another's."""

# MuJoCo's compiled module has no types.
# pyright: reportAttributeAccessIssue=false

from dataclasses import dataclass, field
from functools import cached_property
from typing import Literal

import mujoco
import numpy as np
from jaxtyping import Float
from numpy import ndarray

from remeta.tasks.family import Places, Rows, clipped
from remeta.tasks.runners import calm, forwards
from remeta.tasks.sim import Sim, gymnasium_model
from remeta.tasks.variants import Variants

VARIED = ("body_mass", "body_inertia", "dof_damping", "geom_friction")
SIZES = (8, 24, 9, 24)  # how many numbers these arrays hold
BASES = np.repeat([1.5, 1.5, 1.3, 1.5], SIZES)
LIMIT = 3.0  # of the exponents
UNCHANGED = np.ones(65)


def official(seed: int, count: int) -> Float[ndarray, "count 65"]:
    """The official code's draws: of all tasks the masses, then of all the inertias, and so on."""
    rng = np.random.RandomState(seed)
    exponents = [rng.uniform(-LIMIT, LIMIT, (count, size)) for size in SIZES]
    return BASES ** np.concatenate(exponents, axis=-1)


def bare_walker() -> mujoco.MjSpec:
    """Gymnasium's walker with feet of unlike friction, without its half megabyte of pictures."""
    spec = gymnasium_model("walker2d.xml")
    spec.geom("floor").material = ""
    for part in (*spec.materials, *spec.textures):
        part.delete()
    return spec


@dataclass(frozen=True)
class WalkerDynamics:
    """The walker of SMILe, `Walker2DRandomDynamicsEnv`.

    | what | value |
    |---|---|
    | observation | 0-7 qpos (all but x), 8-16 qvel within ±10 |
    | action | 6 torques, ±1, clipped |
    | dynamics | Gymnasium's `walker2d.xml`, RK4, 5 steps of 0.002 s per action (0.01 s) |
    | task | 65 factors of the model's numbers, see below, not observed; `unchanged`: all one |
    | given tasks | training 50, test 25, validation 25: the official code's draws |
    | reward | (x' - x) / 0.01 s + 1 - 0.001 ‖a‖² |
    | start | upright; qpos + U[-0.005, 0.005], qvel + U[-0.005, 0.005] |
    | end, fixed | never before the horizon, 1000 |
    | end, usual | torso height outside (0.8, 2.0), or tilt outside (-1, 1) |
    | end, both | a state that is not finite (pays 0 then) |
    | context | 1 demonstration |

    The factors b^u, u uniform in [-3, 3] and each apart from all others, in this order:

    | factors | of | b | between |
    |---|---|---|---|
    | 0-7 | the mass of the world (none) and 7 bodies | 1.5 | 0.30, 3.38 |
    | 8-31 | the three inertias of each of them | 1.5 | 0.30, 3.38 |
    | 32-40 | the damping of 9 joints, none in the first 3 | 1.3 | 0.46, 2.20 |
    | 41-64 | the friction of floor and 7 bodies: sliding, torsional, rolling | 1.5 | 0.30, 3.38 |

    A contact rubs with the larger of the friction of both sides; only sliding ever counts here.
    What MuJoCo derives from these numbers when it compiles a model stays as it was, as in the
    official code. Factors of one are the walker as it is: the base policy's task, `UNCHANGED`.

    The usual end is for experts, for the base policy and for their demonstrations. Imitators, and
    whoever is evaluated, go on to the horizon and are paid the 1 even lying down. The paper's
    measure puts returns between those of the base policy and of an expert (`report/kinds/walkers`).

    The paper is silent about all numbers: they are the official code's. Its model had, as
    Gymnasium's older file has and the newer has not, feet of friction 0.9 and 1.9; its steps were
    0.01 s and not Gym's 0.008 s. Version 0.
    """

    ends: Literal["fixed", "usual"] = "fixed"
    walkers: Literal["changed", "unchanged"] = "changed"
    sim: Sim = field(
        default_factory=lambda: Sim(bare_walker(), frame_skip=5), compare=False, repr=False
    )
    name = "walker_dynamics"
    obs_size = 17
    act_size = 6
    act_bound = 1.0
    horizon = 1000
    places = Places(columns=(), cell=0.25)

    @property
    def choices(self) -> Float[ndarray, "1 65"] | None:
        return UNCHANGED[None] if self.walkers == "unchanged" else None

    @property
    def official_tasks(self) -> dict[str, Float[ndarray, "task 65"]]:
        seeds = {"train": (9827, 50), "validation": (4496, 25), "test": (5382, 25)}
        return {name: official(seed, count) for name, (seed, count) in seeds.items()}

    @cached_property
    def variants(self) -> Variants:
        return Variants(self.sim.model, VARIED)

    def draw(self, rng: np.random.Generator, count: int) -> Float[ndarray, "count 65"]:
        if self.walkers == "unchanged":
            return np.ones((count, 65))
        return BASES ** rng.uniform(-LIMIT, LIMIT, (count, 65))

    def start(self, rng: np.random.Generator, tasks: Rows) -> Rows:
        return calm(self.sim, rng, len(tasks))

    def observe(self, state: Rows) -> Float[ndarray, "row 17"]:
        return np.concatenate([state[:, 2:10], clipped(self.sim.qvel(state), 10.0)], axis=-1)

    def advance(self, state: Rows, action: Rows, tasks: Rows) -> tuple[Rows, ndarray, ndarray]:
        torque = clipped(action)
        after = self.sim.step(state, torque, self.variants.of(tasks))
        effort = 0.001 * np.square(torque).sum(-1)
        reward = forwards(self.sim, state, after) + 1 - effort
        broken = ~np.isfinite(after).all(-1)
        height, tilt = after[:, 2], after[:, 3]
        upright = (height > 0.8) & (height < 2.0) & (np.abs(tilt) < 1.0)
        ended = broken | ~upright if self.ends == "usual" else broken
        return after, np.where(broken, 0.0, reward), np.asarray(ended)
