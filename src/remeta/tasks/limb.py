"""Where points on the last body of a limb are: to the byte the same, alone or among other rows.

Matrix products are not: their libraries add up one row in another way than many.
"""

# MuJoCo's compiled module has no types.
# pyright: reportAttributeAccessIssue=false

from itertools import pairwise

import mujoco
import numpy as np
from jaxtyping import Float
from numpy import ndarray


class Limb:
    """Bodies fixed to the world by hinges, each about the z axis of its body.

    Between two hinges nothing moves, however many bodies there are: a rotation and a shift.
    """

    def __init__(self, model: mujoco.MjModel, tip: str):
        data, body, frames = mujoco.MjData(model), model.body(tip), []
        mujoco.mj_kinematics(model, data)  # in the first pose, where all hinges are at zero
        frames.append((data.body(tip).xmat.reshape(3, 3), data.body(tip).xpos))
        self._hinges: list[int] = []
        while body.id != 0:
            for joint in range(body.jntadr[0], body.jntadr[0] + body.jntnum[0]):
                if not np.array_equal(model.jnt_axis[joint], [0, 0, 1]):
                    raise ValueError(f"{body.name} turns about another axis than its z")
                frames.append((data.xmat[body.id].reshape(3, 3), data.xanchor[joint]))
                self._hinges.append(int(model.jnt_qposadr[joint]))
            body = model.body(body.parentid[0])
        frames.append((np.eye(3), np.zeros(3)))
        self._links = [
            (at.T @ turn, at.T @ (to - here)) for (turn, to), (at, here) in pairwise(frames)
        ]

    def locate(
        self, qpos: Float[ndarray, "row nq"], points: Float[ndarray, "3 point #row"]
    ) -> Float[ndarray, "row 3*point"]:
        """From the tip to the world; `points` are seen from the tip's body."""
        angles = np.ascontiguousarray(qpos[:, self._hinges].T)
        points = moved(self._links[0], np.broadcast_to(points, (*points.shape[:2], len(qpos))))
        for link, angle in zip(self._links[1:], angles, strict=True):
            points = moved(link, about_z(points, np.cos(angle), np.sin(angle)))
        return points.transpose(2, 1, 0).reshape(len(qpos), -1)


def moved(
    link: tuple[Float[ndarray, "3 3"], Float[ndarray, "3"]], points: Float[ndarray, "3 point row"]
) -> Float[ndarray, "3 point row"]:
    turn, shift = link
    return (turn[:, :, None, None] * points).sum(1) + shift[:, None, None]


def about_z(
    points: Float[ndarray, "3 point row"], cos: Float[ndarray, "row"], sin: Float[ndarray, "row"]
) -> Float[ndarray, "3 point row"]:
    x, y, z = points
    return np.stack([cos * x - sin * y, sin * x + cos * y, z])
