"""An ant with weak legs that walks to a goal on a ring around it."""

# MuJoCo's compiled module has no types.
# pyright: reportAttributeAccessIssue=false

from dataclasses import dataclass, field
from functools import cached_property
from typing import Literal

import mujoco
import numpy as np
from jaxtyping import Float
from numpy import ndarray

from remeta.tasks.ants import fallen, felt
from remeta.tasks.family import Places, Rows, clipped
from remeta.tasks.kinematics import LeggedCentre, rotation_matrices
from remeta.tasks.point import distance
from remeta.tasks.sim import Sim, gymnasium_model

REST = np.array([0, 0, 0.55, 1, 0, 0, 0, 0, 1, 0, -1, 0, -1, 0, 1.0])
RING = 2.0  # metres to every goal
NEAR = 0.8  # metres within which the sparse goal term is paid
ARCS = {"half": np.pi, "quarter": np.pi / 2}


def low_gear_ant() -> mujoco.MjSpec:
    """Gymnasium's ant with gear 30 instead of 150 and a floor of contact dimension 1."""
    spec = gymnasium_model("ant.xml")
    for actuator in spec.actuators:
        actuator.gear[0] = 30
    spec.geom("floor").condim = 1
    return spec


@dataclass(frozen=True)
class AntGoal:
    """The low-gear ant of MRI and GMPS.

    | what | value |
    |---|---|
    | observation | 15 qpos, 14 qvel, (84 forces in ±1), torso rotation 9, centre of mass 3 |
    | action | 8 torques in [-1, 1], gear 30 |
    | dynamics | RK4, 0.01 s, one step per action (an episode of 200 is 2 s) |
    | task | goal on a ring of 2 m, angle uniform on a half (MRI) or quarter circle, not observed |
    | dense reward | 4 - ‖x - goal‖_1 - 0.005 ‖a‖² (- 0.0005 ‖forces‖²) + 0.05, x that centre |
    | sparse reward | the same with 4 - ‖goal‖_1 for the goal term where ‖x - goal‖_2 >= 0.8 |
    | start | fixed: z 0.55, legs bent, no noise |
    | end | torso height outside [0.2, 1], or a state that is not finite |

    `contact_forces` adds the official code's 84 force inputs and their cost. The papers do not ask
    for them and they are slow, so the default leaves them out: a deviation from official code.
    Version 0.
    """

    reward: Literal["dense", "sparse"] = "dense"
    arc: Literal["half", "quarter"] = "half"
    contact_forces: bool = False
    sim: Sim = field(
        default_factory=lambda: Sim(low_gear_ant(), frame_skip=1), compare=False, repr=False
    )
    name = "ant_goal"
    act_size = 8
    act_bound = 1.0
    horizon = 200
    choices = None

    @cached_property
    def _centre(self) -> LeggedCentre:
        return LeggedCentre(self.sim.model, "torso", legs=4)

    @property
    def obs_size(self) -> int:
        return 41 + 84 * self.contact_forces

    @property
    def places(self) -> Places:
        return Places(columns=(self.obs_size - 3, self.obs_size - 2), cell=0.25)

    def draw(self, rng: np.random.Generator, count: int) -> Float[ndarray, "count 2"]:
        angle = rng.uniform(0, ARCS[self.arc], count)
        return RING * np.column_stack([np.cos(angle), np.sin(angle)])

    def start(self, rng: np.random.Generator, tasks: Rows) -> Rows:
        return self.complete(self.sim.states(REST[None], np.zeros((len(tasks), self.sim.nv))))

    def complete(self, state: Rows) -> Rows:
        """A row is the state of the robot and, found once, forces, rotation and centre of mass."""
        qpos = self.sim.qpos(state)
        rotation = rotation_matrices(qpos[:, 3:7])
        centre = self._centre.locate(qpos[:, :3], rotation, qpos[:, 7:])
        forces = [felt(self.sim, state)] if self.contact_forces else []
        return np.concatenate([state, *forces, rotation.reshape(-1, 9), centre], axis=-1)

    def observe(self, state: Rows) -> Float[ndarray, "row obs"]:
        return state[:, 1:]  # all but the time

    def centre(self, state: Rows) -> Float[ndarray, "row 3"]:
        """Centre of mass of the whole robot."""
        return state[:, -3:]

    def advance(self, state: Rows, action: Rows, tasks: Rows) -> tuple[Rows, ndarray, ndarray]:
        torque = clipped(action)
        after = self.complete(self.sim.step(state[:, : self.sim.state_size], torque))
        place = self.centre(after)[:, :2]
        goal_term = 4 - np.abs(place - tasks).sum(-1)
        if self.reward == "sparse":
            far = distance(place, tasks) >= NEAR
            goal_term = np.where(far, 4 - np.abs(tasks).sum(-1), goal_term)
        effort = 0.005 * np.square(torque).sum(-1)
        if self.contact_forces:
            forces = after[:, self.sim.state_size : -12]
            effort = effort + 0.0005 * np.square(forces).sum(-1)
        done = fallen(after, after[:, 3], lowest=0.2)
        return after, np.where(np.isfinite(goal_term), goal_term - effort + 0.05, 0.0), done
