"""A robot arm that opens a door as far as it is not told."""

# MuJoCo's compiled module has no types.
# pyright: reportAttributeAccessIssue=false

from dataclasses import dataclass, field
from functools import cached_property
from typing import Literal

import mujoco
import numpy as np
from jaxtyping import Float
from numpy import ndarray

from remeta.tasks.family import Places, Rows
from remeta.tasks.limb import Limb
from remeta.tasks.official_tasks import DOOR_TEST, DOOR_TRAIN, DOOR_VALIDATION
from remeta.tasks.point import distance
from remeta.tasks.sawyer import FRAMES, Arm, sawyer, solid
from remeta.tasks.sim import Sim

HAND = np.array([0.0, 0.4, 0.1])  # where the hand starts
GRASP = np.array([0.1, -0.1, 0.0])  # the middle of the handle's bar, seen from the door
NEAR = 0.1  # metres from the fingers to the grasp point within which the door pays
WIDEST = np.pi / 3
GREY = [0.75, 0.75, 0.75, 1]


def doorway() -> mujoco.MjSpec:
    """The arm, and a heavy door that its handle's bar pulls towards the robot."""
    spec = sawyer()
    turn = [np.cos(1.57 / 2), 0, 0, -np.sin(1.57 / 2)]
    door = spec.worldbody.add_body(name="door", pos=[0, 1, 0.3], quat=turn)
    door.add_joint(name="door", pos=[0, 0.2, 0], limited=True, range=[-3, 3], damping=100)
    solid(door, "panel", size=[0.01, 0.2, 0.2])
    solid(door, "stem", pos=[0.05, -0.2, 0], size=[0.06, 0.01, 0.01], rgba=GREY)
    solid(door, "bar", pos=GRASP, size=[0.01, 0.1, 0.01], rgba=GREY)
    for motor in spec.actuators:
        motor.gainprm[0], motor.biasprm[1] = 100, -100
    return spec


@dataclass(frozen=True)
class SawyerDoor:
    """The door of GMPS.

    | what | value |
    |---|---|
    | observation | 0-2 hand, 3-5 grasp point p |
    | observation, `paper` | 0-2 hand, 3 how far the fingers are closed, 4-6 p, 7 angle x |
    | action | 0-2 where the hand is led, [-1, 1] scaled to ±0.01 m; 3 fingers, if `driven` |
    | dynamics | Meta-World's Sawyer as in `sawyer.py`, 5 steps of 0.01 s per action (0.05 s) |
    | task | angle x*, uniform in [0, 60] degrees, not observed |
    | sparse reward | 10 max(x, 0) if x <= x*, else 10 max(2 x* - x, 0); 0 where ‖p - f‖ >= 0.1 |
    | dense reward | the same - ‖p - f‖ |
    | printed reward | 10 |x| if x <= x*, else 10 |2 x* - x| |
    | start | hand at (0, 0.4, 0.1), door closed, no noise |
    | end | never before the horizon, unless the state is not finite (pays 0 then) |

    f is midway between the fingertips. A panel of 40 x 40 cm, 1 m from the robot's base, damped by
    100 N m s, whose hinge is to the right as the robot sees it, with a horizontal bar for a handle:
    pulled by it, the door opens towards the robot, x > 0. The hand is led as in `SawyerPush`.

    `sparse` is the official code's, `dense` has the term that is commented out there. `printed` is
    the paper's: a door that is pushed inwards pays, too, and so does one that is 3 x* open. The
    paper's observation and its fourth action are the options.

    Differs from the official code: places are those of the state itself, while theirs are one of
    five frames old. Version 0.
    """

    reward: Literal["sparse", "dense", "printed"] = "sparse"
    inputs: Literal["official", "paper"] = "official"
    gripper: Literal["open", "driven"] = "open"
    sim: Sim = field(default_factory=lambda: Sim(doorway(), FRAMES), compare=False, repr=False)
    name = "sawyer_door"
    act_bound = 1.0
    horizon = 100
    choices = None
    official_tasks = {  # noqa: RUF012
        "train": DOOR_TRAIN,
        "validation": DOOR_VALIDATION,
        "test": DOOR_TEST,
    }

    @cached_property
    def _arm(self) -> Arm:
        return Arm(self.sim, self.gripper)

    @cached_property
    def _door(self) -> Limb:
        return Limb(self.sim.model, "door")

    @property
    def obs_size(self) -> int:
        return 6 if self.inputs == "official" else 8

    @property
    def act_size(self) -> int:
        return self._arm.act_size

    @property
    def places(self) -> Places:
        return Places(columns=(3, 4) if self.inputs == "official" else (4, 5), cell=0.05)

    def draw(self, rng: np.random.Generator, count: int) -> Float[ndarray, "count 1"]:
        return rng.uniform(0, WIDEST, (count, 1))

    @cached_property
    def _first(self) -> Float[ndarray, "1 state"]:
        return self.complete(self._arm.settled(HAND))

    def start(self, rng: np.random.Generator, tasks: Rows) -> Rows:
        return np.repeat(self._first, len(tasks), axis=0)

    def complete(self, state: Rows) -> Rows:
        """A row is physics, where the hand is led and, found once, hand, fingertips, handle."""
        grasp = self._grasp(self.sim.qpos(state))
        return np.concatenate([state, self._arm.hand(state), grasp], axis=-1)

    def _grasp(self, qpos: Rows) -> Float[ndarray, "row 3"]:
        return self._door.locate(qpos, GRASP[:, None, None])

    def angle(self, state: Rows) -> Float[ndarray, "row"]:
        """How far the door is open, in radians."""
        return self.sim.qpos(state)[:, -1]

    def observe(self, state: Rows) -> Float[ndarray, "row obs"]:
        hand, grasp = state[:, -9:-6], state[:, -3:]
        if self.inputs == "official":
            return np.concatenate([hand, grasp], axis=-1)
        closed, angle = self._arm.closed(state)[:, None], self.angle(state)[:, None]
        return np.concatenate([hand, closed, grasp, angle], axis=-1)

    def advance(self, state: Rows, action: Rows, tasks: Rows) -> tuple[Rows, ndarray, ndarray]:
        after = self.complete(self._arm.step(state, action))
        broken = ~np.isfinite(after).all(-1)
        return after, np.where(broken, 0.0, self._pay(after, tasks[:, 0])), np.asarray(broken)

    def _pay(self, state: Rows, target: Float[ndarray, "row"]) -> Float[ndarray, "row"]:
        angle = self.angle(state)
        opened = np.where(angle <= target, angle, 2 * target - angle)
        if self.reward == "printed":
            return 10 * np.abs(opened)
        reach = distance(state[:, -3:], state[:, -6:-3])
        gated = np.where(reach < NEAR, 10 * np.maximum(opened, 0), 0.0)
        return gated if self.reward == "sparse" else gated - reach
