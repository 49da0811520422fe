"""Where bodies are, from joint angles alone, for many rows at once.

MuJoCo's sensors belong to the state before a step; these closed forms belong to the state itself.
"""

# MuJoCo's compiled module has no types.
# pyright: reportAttributeAccessIssue=false

from dataclasses import dataclass

import mujoco
import numpy as np
from jaxtyping import Float
from numpy import ndarray


@dataclass(frozen=True)
class _Link:
    position: ndarray  # of the body in its parent
    rotation: ndarray  # of the body in its parent
    joint: int | None  # column of qpos, or None for a fixed body
    anchor: ndarray
    axis: ndarray


class Chain:
    """The centre of mass of the last body of a chain of hinges fixed to the world."""

    def __init__(self, model: mujoco.MjModel, tip: str):
        body = model.body(tip)
        data = mujoco.MjData(model)
        mujoco.mj_forward(model, data)
        frame = data.body(tip)
        self._offset = frame.xmat.reshape(3, 3).T @ (frame.subtree_com - frame.xpos)
        self._links: list[_Link] = []
        while body.id != 0:
            self._links.append(_link(model, body.id))
            body = model.body(body.parentid[0])

    def locate(self, qpos: Float[ndarray, "row nq"]) -> Float[ndarray, "row 3"]:
        """Walks from the tip to the world, turning the point about each joint on the way."""
        point = np.broadcast_to(self._offset, (len(qpos), 3))
        for link in self._links:
            if link.joint is not None:
                arm = point - link.anchor
                point = link.anchor + turned(arm, link.axis, qpos[:, link.joint])
            point = link.position + point @ link.rotation.T
        return point


def turned(
    vector: Float[ndarray, "row 3"], axis: Float[ndarray, "3"], angle: Float[ndarray, "row"]
) -> Float[ndarray, "row 3"]:
    """Rodrigues' rotation about a unit axis."""
    cos, sin = np.cos(angle)[:, None], np.sin(angle)[:, None]
    along = (vector @ axis)[:, None] * axis
    return along + cos * (vector - along) + sin * (vector @ _crossing(axis))


def _crossing(axis: ndarray) -> ndarray:
    """The matrix M with v @ M = axis x v."""
    x, y, z = axis
    return np.array([[0, z, -y], [-z, 0, x], [y, -x, 0]])


def _link(model: mujoco.MjModel, body: int) -> _Link:
    rotation = np.empty(9)
    mujoco.mju_quat2Mat(rotation, model.body_quat[body])
    first, count = model.body_jntadr[body], model.body_jntnum[body]
    if count > 1:
        raise ValueError("a chain has at most one hinge per body")
    joint = int(model.jnt_qposadr[first]) if count else None
    anchor, axis = (model.jnt_pos[first], model.jnt_axis[first]) if count else (np.zeros(3),) * 2
    return _Link(model.body_pos[body].copy(), rotation.reshape(3, 3), joint, anchor, axis)


def rotation_matrices(quaternion: Float[ndarray, "row 4"]) -> Float[ndarray, "row 3 3"]:
    """Of unit quaternions (w, x, y, z); normalised first, as MuJoCo does."""
    w, x, y, z = (quaternion / np.linalg.norm(quaternion, axis=-1, keepdims=True)).T
    entries = [
        *(1 - 2 * (y * y + z * z), 2 * (x * y - w * z), 2 * (x * z + w * y)),
        *(2 * (x * y + w * z), 1 - 2 * (x * x + z * z), 2 * (y * z - w * x)),
        *(2 * (x * z - w * y), 2 * (y * z + w * x), 1 - 2 * (x * x + y * y)),
    ]
    return np.stack(entries, -1).reshape(-1, 3, 3)


class LeggedCentre:
    """The centre of mass of a floating torso with two-hinge legs.

    In the torso's frame the centre is a sum over legs of products of (1, cos, sin) of the first
    hinge with (1, cos, sin) of the second: linear in nine features a leg. The coefficients are
    solved for once, from as many poses of the model itself.
    """

    def __init__(self, model: mujoco.MjModel, torso: str, legs: int):
        self.legs = legs
        rng = np.random.default_rng(0)
        data, poses = mujoco.MjData(model), 18 * legs
        joints = rng.uniform(-np.pi, np.pi, (poses, 2 * legs))
        centres = np.empty((poses, 3))
        for row, pose in enumerate(joints):
            data.qpos[:] = np.concatenate([[0, 0, 0, 1, 0, 0, 0], pose])
            mujoco.mj_kinematics(model, data)
            mujoco.mj_comPos(model, data)
            centres[row] = data.body(torso).subtree_com
        self._coefficients = np.linalg.lstsq(self._features(joints).T, centres, rcond=None)[0]

    def _features(self, joints: Float[ndarray, "row joint"]) -> Float[ndarray, "feature row"]:
        angles = np.ascontiguousarray(joints.T)  # rows last: numpy's loops are long ones then
        turns = np.stack([np.ones_like(angles), np.cos(angles), np.sin(angles)])
        return (turns[:, None, 0::2] * turns[None, :, 1::2]).reshape(9 * self.legs, -1)

    def locate(
        self,
        place: Float[ndarray, "row 3"],
        rotation: Float[ndarray, "row 3 3"],
        joints: Float[ndarray, "row joint"],
    ) -> Float[ndarray, "row 3"]:
        inside = self._features(joints).T @ self._coefficients
        return place + np.einsum("rij,rj->ri", rotation, inside)


class PlanarCentre:
    """The centre of mass, and its speed, of bodies that hang together by hinges in the x-z plane.

    The root slides along x and z and turns, as all others do, about y. Seen from the root, each
    body adds one vector that turns with it: its share of the mass times where its own mass and its
    children are.
    """

    def __init__(self, model: mujoco.MjModel, root: str):
        first = model.body(root).id
        bodies = model.nbody - first
        axes = np.array([[1, 0, 0], [0, 0, 1], *[[0, 1, 0]] * bodies])
        turned = (model.body_quat != [1, 0, 0, 0]).any() or (model.jnt_pos != 0).any()
        if turned or not np.array_equal(model.jnt_axis, axes):
            raise ValueError("a planar centre needs one hinge about y per body, at its origin")
        self._home = model.body_pos[first].copy()
        self._turns = np.eye(bodies)  # [body, hinge]: a body turns by its hinge and those before it
        vectors = (model.body_mass[:, None] * model.body_ipos)[first:]
        for body in range(first + 1, model.nbody):
            parent = model.body_parentid[body] - first
            self._turns[body - first] += self._turns[parent]
            vectors[parent] += model.body_subtreemass[body] * model.body_pos[body]
        self._vectors = vectors / model.body_subtreemass[first]

    def locate(self, qpos: Float[ndarray, "row nq"]) -> Float[ndarray, "row 3"]:
        ahead, _, up = self._vectors.T
        angle = qpos[:, 2:] @ self._turns.T
        x = np.cos(angle) @ ahead + np.sin(angle) @ up
        z = np.cos(angle) @ up - np.sin(angle) @ ahead
        return self._home + np.column_stack([qpos[:, 0] + x, np.zeros(len(qpos)), qpos[:, 1] + z])

    def speed(
        self, qpos: Float[ndarray, "row nq"], qvel: Float[ndarray, "row nq"]
    ) -> Float[ndarray, "row"]:
        """Along x."""
        ahead, _, up = self._vectors.T
        angle, rate = qpos[:, 2:] @ self._turns.T, qvel[:, 2:] @ self._turns.T
        arms = np.cos(angle) * up - np.sin(angle) * ahead
        return qvel[:, 0] + (rate * arms).sum(-1)
