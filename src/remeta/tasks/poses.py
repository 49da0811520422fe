"""How a state looks: the few numbers that a film keeps of it, and the lines that it is drawn by."""

# MuJoCo's compiled module has no types.
# pyright: reportAttributeAccessIssue=false

from dataclasses import dataclass
from typing import Any

import mujoco
import numpy as np
from jaxtyping import Float
from numpy import ndarray

from remeta.tasks.family import Family, Rows

PLAIN = {"cartpole_sensor": (0, 2)}  # columns of states without physics, if not the first two
GOALS = (
    "point", "point_arc", "point_corner", "reacher", "ant_goal", "ant_quarter", "ant_reach",
    "sawyer_push",
)  # fmt: skip
LONG = (mujoco.mjtGeom.mjGEOM_CAPSULE, mujoco.mjtGeom.mjGEOM_CYLINDER)
HIDDEN = 3  # the group of geoms from which on nothing is seen
FLAT = 1e-6  # metres


class Watched:
    """A family that remembers how every row looked whenever it was asked what a policy sees."""

    def __init__(self, family: Family):
        self._family, self.seen = family, []

    def __getattr__(self, name: str) -> Any:
        return getattr(self._family, name)

    def observe(self, state: Rows) -> Rows:
        self.seen.append(pose(self._family, state))
        return self._family.observe(state)


def pose(family: Family, state: Rows) -> Rows:
    """Joint coordinates, or the place of what has no joints."""
    sim = getattr(family, "sim", None)
    columns = list(PLAIN.get(family.name, (0, 1)))
    return np.nan_to_num(sim.qpos(state) if sim else state[:, columns])


def goal(family: Family, task: Float[ndarray, "_"]) -> Float[ndarray, "3"] | None:
    """Where a task wants the robot, if it is a place."""
    return np.resize([*task, 0.0], 3) if family.name in GOALS else None


@dataclass(frozen=True)
class Lines:
    """Each from one point to another, as wide as it is, in a plane; a ball is a line of no length.

    `across` says which coordinates of the world the plane has.
    """

    ends: Float[ndarray, "frame line 2 2"]
    widths: Float[ndarray, "line"]
    across: tuple[int, int]


def lines(family: Family, poses: Float[ndarray, "frame _"]) -> Lines:
    """From above, or from the side where all that moves stays in one plane."""
    if getattr(family, "sim", None):
        ends, widths = _geoms(family.sim.model, poses)  # pyright: ignore
        across = (0, 2) if np.ptp(ends[..., 1], axis=0).max() < FLAT else (0, 1)
        return Lines(ends[..., list(across)], widths, across)
    if family.name in PLAIN:
        foot = np.stack([poses[:, 0], np.zeros(len(poses))], -1)
        head = foot + np.stack([np.sin(poses[:, 1]), np.cos(poses[:, 1])], -1)
        return Lines(np.stack([foot, head], 1)[:, None], np.array([0.1]), (0, 2))
    return Lines(np.stack([poses, poses], 1)[:, None], np.zeros(1), (0, 1))


def _geoms(model: mujoco.MjModel, poses: ndarray) -> tuple[ndarray, ndarray]:
    """The ends of all that is long, and the middle, twice, of all that is not."""
    shown = np.flatnonzero((model.geom_bodyid > 0) & (model.geom_group < HIDDEN))
    half = np.where(np.isin(model.geom_type[shown], LONG), model.geom_size[shown, 1], 0.0)
    data, ends = mujoco.MjData(model), np.empty((len(poses), len(shown), 2, 3))
    for frame, one in enumerate(poses):
        data.qpos[:] = one
        mujoco.mj_kinematics(model, data)
        axis = half[:, None] * data.geom_xmat[shown].reshape(-1, 3, 3)[..., 2]
        ends[frame] = np.stack([data.geom_xpos[shown] - axis, data.geom_xpos[shown] + axis], 1)
    return ends, 2 * model.geom_size[shown, 0]
