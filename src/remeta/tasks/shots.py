"""Poses as MuJoCo draws them, off screen, each from the same place."""

# MuJoCo's compiled module has no types.
# pyright: reportAttributeAccessIssue=false

import copy
from contextlib import closing

import mujoco
import numpy as np
from jaxtyping import Float, UInt8
from numpy import ndarray

from remeta.tasks.camera import NEEDLESS, off_screen
from remeta.tasks.poses import Lines
from remeta.tasks.sim import Sim

GREEN = np.array([0.1, 0.85, 0.2, 1.0])
STEEP, LEVEL = -50.0, -8.0  # degrees: from above, and from the side
BALL = 0.02  # radius of what marks a goal, by the distance of the camera
ROOM = 1.5  # how far the camera stands off, by the extent of what there is to see


def shots(
    sim: Sim, poses: Float[ndarray, "frame nq"], seen: Lines, goal: ndarray | None, side: int
) -> UInt8[ndarray, "frame side side 3"]:
    """`seen` says how far the camera has to look; advice where nothing draws off screen."""
    off_screen()
    model = copy.copy(sim.model)
    model.vis.global_.offwidth = model.vis.global_.offheight = side
    data, camera = mujoco.MjData(model), _camera(seen, goal)
    pictures = np.empty((len(poses), side, side, 3), np.uint8)
    with closing(mujoco.Renderer(model, side, side)) as renderer:
        for flag in NEEDLESS:
            renderer.scene.flags[flag] = False
        for frame, one in enumerate(poses):
            data.qpos[:] = one
            mujoco.mj_kinematics(model, data)
            mujoco.mj_camlight(model, data)
            renderer.update_scene(data, camera)
            if goal is not None:
                _mark(renderer.scene, goal, BALL * camera.distance)
            pictures[frame] = renderer.render()
    return pictures


def _camera(seen: Lines, goal: ndarray | None) -> mujoco.MjvCamera:
    """Looks at the middle of all that is ever there."""
    across = list(seen.across)
    points = seen.ends.reshape(-1, 2)
    points = points if goal is None else np.concatenate([points, goal[None, across]])
    low, high = points.min(0), points.max(0)
    camera = mujoco.MjvCamera()
    camera.lookat[across] = (low + high) / 2
    camera.distance = ROOM * max(*(high - low), 1.0)
    camera.azimuth, camera.elevation = 90.0, STEEP if seen.across == (0, 1) else LEVEL
    return camera


def _mark(scene: mujoco.MjvScene, goal: ndarray, radius: float) -> None:
    """A ball at the goal, as large wherever the camera is."""
    ball, size = mujoco.mjtGeom.mjGEOM_SPHERE, np.array([radius, 0, 0])
    geom = scene.geoms[scene.ngeom]
    mujoco.mjv_initGeom(geom, ball, size, goal, np.eye(3).ravel(), GREEN.astype(np.float32))
    scene.ngeom += 1
