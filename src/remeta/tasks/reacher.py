"""A seven-joint arm, driven by torques, that reaches for a goal on a table it does not see."""

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
from remeta.tasks.kinematics import Chain
from remeta.tasks.point import distance
from remeta.tasks.sim import ASSETS, Sim

NEAR = 0.2  # metres within which the sparse reward is paid
TABLE = -0.3  # height of every goal
TORQUE = 2.0


def arm() -> mujoco.MjSpec:
    """Gymnasium's pusher without object and goal: its arm is the paper's in every number."""
    spec = mujoco.MjSpec.from_file(str(ASSETS / "pusher_v5.xml"))
    for name in ("object", "goal"):
        spec.detach_body(spec.body(name))
    return spec


@dataclass(frozen=True)
class Reacher:
    """The 7-DoF reacher of MRI.

    | what | value |
    |---|---|
    | observation | 0-6 joint angles, 7-13 joint velocities, 14-16 centre of mass of `tips_arm` |
    | action | 7 torques, [-1, 1] scaled to ±2 |
    | dynamics | PR2-like arm, zero gravity, Euler 0.01 s, 5 steps per action (0.05 s) |
    | task | goal x in [-0.4, 0.4], y in [-0.4, 0], z = -0.3, not observed |
    | dense reward | -‖tip(s) - goal‖, before the action takes effect |
    | sparse reward | 1 where ‖tip(s) - goal‖ < 0.2, else 0 |
    | start | all angles zero; velocities zero (dense) or U[-0.005, 0.005] (sparse) |
    | end | never before the horizon |

    Differs from the official model: the goal is a number and not a body (it touches nothing there).
    Version 0.
    """

    reward: Literal["dense", "sparse"] = "dense"
    sim: Sim = field(default_factory=lambda: Sim(arm(), frame_skip=5), compare=False, repr=False)
    name = "reacher"
    obs_size = 17
    act_size = 7
    act_bound = 1.0
    horizon = 100
    choices = None
    places = Places(columns=(14, 15), cell=0.1)

    @cached_property
    def _chain(self) -> Chain:
        return Chain(self.sim.model, "tips_arm")

    def draw(self, rng: np.random.Generator, count: int) -> Float[ndarray, "count 3"]:
        flat = rng.uniform([-0.4, -0.4], [0.4, 0.0], (count, 2))
        return np.column_stack([flat, np.full(count, TABLE)])

    def start(self, rng: np.random.Generator, tasks: Rows) -> Rows:
        still = np.zeros((len(tasks), 7))
        qvel = still if self.reward == "dense" else rng.uniform(-0.005, 0.005, still.shape)
        return self.complete(self.sim.states(still, qvel))

    def complete(self, state: Rows) -> Rows:
        """A row is the state of the arm and, found once, where its fingers are."""
        return np.concatenate([state, self._chain.locate(self.sim.qpos(state))], axis=-1)

    def observe(self, state: Rows) -> Float[ndarray, "row 17"]:
        return state[:, 1:]  # all but the time

    def tip(self, state: Rows) -> Float[ndarray, "row 3"]:
        """Centre of mass of the fingers."""
        return state[:, -3:]

    def advance(self, state: Rows, action: Rows, tasks: Rows) -> tuple[Rows, ndarray, ndarray]:
        gap = distance(self.tip(state), tasks)
        reward = -gap if self.reward == "dense" else (gap < NEAR).astype(float)
        after = self.sim.step(state[:, :-3], TORQUE * clipped(action))
        return self.complete(after), reward, np.zeros(len(after), bool)
