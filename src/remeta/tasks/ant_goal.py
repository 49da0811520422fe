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
from remeta.tasks.official_tasks import QUARTER_BESIDE, QUARTER_BEYOND, QUARTER_TRAIN
from remeta.tasks.point import distance
from remeta.tasks.sim import Sim, gymnasium_model

REST = np.array([0, 0, 0.55, 1, 0, 0, 0, 0, 1, 0, -1, 0, -1, 0, 1.0])
RING = 2.0  # metres to every goal
NEAR = 0.8  # metres within which the sparse goal term is paid
ARCS = {"mri": np.pi, "gmps": np.pi / 2}
NAMES = {"mri": "ant_goal", "gmps": "ant_quarter"}


def low_gear_ant() -> mujoco.MjSpec:
    """Gymnasium's ant with gear 30 instead of 150 and a floor of contact dimension 1."""
    spec = gymnasium_model("ant.xml")
    for actuator in spec.actuators:
        actuator.gear[0] = 30
    spec.geom("floor").condim = 1
    return spec


def on_ring(angle: Float[ndarray, "goal"]) -> Float[ndarray, "goal 2"]:
    return RING * np.column_stack([np.cos(angle), np.sin(angle)])


@dataclass(frozen=True)
class AntGoal:
    """The low-gear ant of MRI, `ant_goal`, and of GMPS, `ant_quarter`.

    | what | value |
    |---|---|
    | observation | 15 qpos, 14 qvel, (84 forces in ±1), rotation 9, centre of mass 3 (`mri`) |
    | action | 8 torques in [-1, 1], gear 30 |
    | dynamics | RK4, 0.01 s, one step per action (an episode of 200 is 2 s) |
    | task | goal on a ring of 2 m, not observed; angle uniform within 180° (`mri`), 90° (`gmps`) |
    | dense reward | 4 - ‖x - goal‖_1 - 0.005 ‖a‖² (- 0.0005 ‖forces‖²) + 0.05, x that centre |
    | sparse reward | the same with 4 - ‖goal‖_1 for the goal term where ‖x - goal‖_2 >= 0.8 |
    | start | fixed: z 0.55, legs bent, no noise |
    | end | torso height outside [0.2, 1], or a state that is not finite |

    `contact_forces` adds the official code's 84 force inputs and their cost. The papers do not ask
    for them and they are slow, so the default leaves them out: a deviation from official code.

    GMPS' paper pays the goal term alone, `terms="paper"`; its code all of them. Its training goals
    are the code's forty, equally spaced. Where its figure 4 tests no code tells: here `beside` the
    arc, up to 45° on either side, and `beyond` it, up to 180°. Its demonstrations return 539 on
    average with forces, and stop 0.4 to 0.6 m short of the goal. Version 0.
    """

    reward: Literal["dense", "sparse"] = "dense"
    form: Literal["mri", "gmps"] = "mri"
    terms: Literal["official", "paper"] = "official"
    contact_forces: bool = False
    sim: Sim = field(
        default_factory=lambda: Sim(low_gear_ant(), frame_skip=1), compare=False, repr=False
    )
    act_size = 8
    act_bound = 1.0
    horizon = 200
    choices = None

    @cached_property
    def _centre(self) -> LeggedCentre:
        return LeggedCentre(self.sim.model, "torso", legs=4)

    @property
    def name(self) -> str:
        return NAMES[self.form]

    @property
    def obs_size(self) -> int:
        return (41 if self.form == "mri" else 38) + 84 * self.contact_forces

    @property
    def places(self) -> Places:
        centre = self.obs_size - 3, self.obs_size - 2
        return Places(columns=centre if self.form == "mri" else (0, 1), cell=0.25)

    @property
    def official_tasks(self) -> dict[str, Float[ndarray, "goal 2"]]:
        if self.form == "mri":
            return {}
        degrees = {"train": QUARTER_TRAIN, "beside": QUARTER_BESIDE, "beyond": QUARTER_BEYOND}
        return {name: on_ring(np.deg2rad(angle)) for name, angle in degrees.items()}

    def draw(self, rng: np.random.Generator, count: int) -> Float[ndarray, "count 2"]:
        return on_ring(rng.uniform(0, ARCS[self.form], count))

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
        return state[:, 1:] if self.form == "mri" else state[:, 1:-3]  # all but the time

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
        reward = goal_term
        if self.terms == "official":
            reward = reward - self._effort(after, torque) + 0.05
        done = fallen(after, after[:, 3], lowest=0.2)
        return after, np.where(np.isfinite(goal_term), reward, 0.0), done

    def _effort(self, after: Rows, torque: Rows) -> Float[ndarray, "row"]:
        effort = 0.005 * np.square(torque).sum(-1)
        if self.contact_forces:
            forces = after[:, self.sim.state_size : -12]
            effort = effort + 0.0005 * np.square(forces).sum(-1)
        return effort
