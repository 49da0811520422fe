"""A robot arm that pushes a block to a place on its table that it is not told."""

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
from remeta.tasks.official_tasks import PUSH_TEST, PUSH_TRAIN
from remeta.tasks.point import distance
from remeta.tasks.sawyer import FRAMES, Arm, sawyer, solid
from remeta.tasks.sim import Sim

HAND = np.array([0.0, 0.4, 0.05])  # where the hand starts
BLOCK = np.array([0.0, 0.52, 0.02])  # where the block starts
VIEW = "robotview_zoomed"  # the camera that `camera.py` is to look through
NEAR = 0.05  # metres within which the sparse reward tells distances apart


def pushing() -> mujoco.MjSpec:
    """The arm, and a cube that slides and never turns."""
    spec = sawyer()
    body = spec.worldbody.add_body(name="block", pos=BLOCK, mass=0.01, ipos=np.zeros(3))
    body.explicitinertial, body.inertia = True, np.full(3, 1e5)
    body.add_freejoint(name="block")
    solid(body, "block", size=[0.02] * 3, friction=[1, 0.1, 0.002], rgba=[0, 0, 1, 1])
    turn = [0, 0, np.sin(0.39), np.cos(0.39)]
    spec.worldbody.add_camera(name=VIEW, pos=[0, 1.3, 0.5], quat=turn)
    return spec


@dataclass(frozen=True)
class SawyerPush:
    """Pushing of GMPS, with numbers for eyes; `camera.py` sees the same states as pictures.

    | what | value |
    |---|---|
    | observation | 0-2 hand, 3-5 block |
    | action | 0-2 where the hand is led, [-1, 1] scaled to ±0.01 m; 3 fingers, if `driven` |
    | dynamics | Meta-World's Sawyer as in `sawyer.py`, 5 steps of 0.01 s per action (0.05 s) |
    | task | goal of the block, x in [-0.1, 0.1], y in [0.7, 0.8], not observed |
    | dense reward | -‖block - f‖ + 100 max(c - d, 0) |
    | sparse reward | -d where d < 0.05, else -c |
    | printed reward | -‖block - f‖ + 100 |c - ‖goal - f‖| |
    | start | hand at (0, 0.4, 0.05), block at (0, 0.52, 0.02), no noise |
    | end | never before the horizon, unless the state is not finite (pays 0 then) |

    f is midway between the fingertips, d how far the block is from its goal in the plane, c what d
    is at the start. Cube of 4 cm and 10 g whose inertia keeps it from turning; the hand is led
    within [-0.5, 0.5] x [0.4, 1] x [0.05, 0.5] and its orientation stays.

    `dense` and `sparse` are the official code's (`posPlace`, `l2SparseInd`). `printed` is what the
    paper has, with the pusher where the block should be and a magnitude where the positive part
    should be: it pays for a hand that runs from the goal. The paper has four actions, its code
    three and open fingers; `gripper="driven"` adds the fourth.

    Differs from the official code: places are those of the state itself, while theirs are one of
    five frames old. Its demonstrations return 606 to 733 and end 0.014 to 0.049 from the goal.
    Version 0.
    """

    reward: Literal["dense", "sparse", "printed"] = "dense"
    gripper: Literal["open", "driven"] = "open"
    sim: Sim = field(default_factory=lambda: Sim(pushing(), FRAMES), compare=False, repr=False)
    name = "sawyer_push"
    obs_size = 6
    act_bound = 1.0
    horizon = 50
    view = VIEW
    beside_picture = 3  # numbers that are seen beside a picture: the hand, and not the block
    choices = None
    official_tasks = {"train": PUSH_TRAIN, "test": PUSH_TEST}  # noqa: RUF012
    places = Places(columns=(3, 4), cell=0.05)

    @cached_property
    def _arm(self) -> Arm:
        return Arm(self.sim, self.gripper)

    @property
    def act_size(self) -> int:
        return self._arm.act_size

    def draw(self, rng: np.random.Generator, count: int) -> Float[ndarray, "count 2"]:
        return rng.uniform([-0.1, 0.7], [0.1, 0.8], (count, 2))

    @cached_property
    def _first(self) -> Float[ndarray, "1 state"]:
        state, nq = self._arm.settled(HAND), self.sim.nq
        state[:, 1 + nq - 7 : 1 + nq - 4] = BLOCK
        state[:, 1 + nq + self.sim.nv - 6 : 1 + nq + self.sim.nv] = 0
        return self.complete(state)

    def start(self, rng: np.random.Generator, tasks: Rows) -> Rows:
        return np.repeat(self._first, len(tasks), axis=0)

    def complete(self, state: Rows) -> Rows:
        """A row is physics, where the hand is led and, found once, hand and fingertips."""
        return np.concatenate([state, self._arm.hand(state)], axis=-1)

    def block(self, state: Rows) -> Float[ndarray, "row 3"]:
        return self.sim.qpos(state)[:, -7:-4]

    def observe(self, state: Rows) -> Float[ndarray, "row 6"]:
        return np.concatenate([state[:, -6:-3], self.block(state)], axis=-1)

    def gap(self, state: Rows, tasks: Rows) -> Float[ndarray, "row"]:
        """How far the block is from its goal."""
        return distance(self.block(state)[:, :2], tasks)

    def remaining(self, obs: Rows, tasks: Rows) -> Float[ndarray, "row"]:
        """What is left to be done as far as it is seen: from hand to block, from block to goal."""
        return distance(obs[:, 3:5], tasks) + distance(obs[:, :2], obs[:, 3:5])

    def advance(self, state: Rows, action: Rows, tasks: Rows) -> tuple[Rows, ndarray, ndarray]:
        after = self.complete(self._arm.step(state, action))
        broken = ~np.isfinite(after).all(-1)
        return after, np.where(broken, 0.0, self._pay(after, tasks)), np.asarray(broken)

    def _pay(self, state: Rows, tasks: Rows) -> Float[ndarray, "row"]:
        fingers, first, gap = state[:, -3:], distance(BLOCK[:2], tasks), self.gap(state, tasks)
        reach = distance(self.block(state), fingers)
        if self.reward == "sparse":
            return -np.where(gap < NEAR, gap, first)
        if self.reward == "printed":
            goal = np.column_stack([tasks, np.full(len(tasks), BLOCK[2])])
            return 100 * np.abs(first - distance(goal, fingers)) - reach
        return 100 * np.maximum(first - gap, 0) - reach
