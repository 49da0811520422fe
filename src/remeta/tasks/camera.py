"""Pictures of states, drawn off screen: many rows in one call.

Only who builds a `Camera` touches GL. Which kind there is is found out then, once in a process.
"""

# MuJoCo's compiled module has no types.
# pyright: reportAttributeAccessIssue=false

import atexit
import copy
import os
import subprocess
import sys
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from importlib import reload
from threading import local
from typing import Any

import mujoco
import numpy as np
from jaxtyping import Float, UInt8
from mujoco import gl_context
from numpy import ndarray

from remeta.frozen import Advice
from remeta.tasks.family import Rows
from remeta.tasks.sim import usable_threads

KINDS = "egl", "osmesa"
SIDE = 84  # pixels of a whole picture
WIDTH, HEIGHT = 64, 48  # of what is kept, and drawn: from its top and from this column on
FIRST = 10
COARSE = {"offsamples": 0, "numslices": 10, "numstacks": 4, "numquads": 1}  # twice as fast
FLAGS = mujoco.mjtRndFlag
NEEDLESS = FLAGS.mjRND_SHADOW, FLAGS.mjRND_REFLECTION, FLAGS.mjRND_SKYBOX, FLAGS.mjRND_HAZE


@cache
def off_screen() -> str:
    """The kind of GL that draws here; MuJoCo is told by its variable, before it loads any."""
    kind = found()
    os.environ.update(_variables(kind))
    reload(gl_context)
    return kind


def found() -> str:
    """The same, and nothing is loaded; advice if there is none.

    MUJOCO_GL decides where it names a kind; otherwise EGL is taken, or else OSMesa.
    """
    requested = os.environ.get("MUJOCO_GL", "").lower()
    for kind in (requested,) if requested in KINDS else KINDS:
        if _draws(kind, os.environ | _variables(kind)):
            return kind
    raise Advice("no picture can be drawn off screen; install Debian's package libosmesa6.")


def _variables(kind: str) -> dict[str, str]:
    return {"MUJOCO_GL": kind, "PYOPENGL_PLATFORM": kind}


def _draws(kind: str, environment: dict[str, str]) -> bool:
    """Tried in a process of its own: libraries of GL, once loaded, do not make room for others."""
    attempt = f"from mujoco.{kind} import GLContext; GLContext(8, 8).make_current()"
    run = subprocess.run([sys.executable, "-c", attempt], env=environment, capture_output=True)
    return run.returncode == 0


def eyes(family: Any) -> Callable[[Rows], UInt8[ndarray, "row 48 64 3"]]:
    """What the camera of a family sees of its states."""
    look = Camera(family.sim.model, family.view)
    return lambda state: look(family.sim.qpos(state))


class Camera:
    """A camera of a model, as GMPS' official code looks: 84 x 84 pixels, of which 48 x 64 stay.

    No others are drawn. Every thread has a context of its own; the same states give the same bytes
    whichever draws them. Lit from the camera alone. Differs from the official code: edges are not
    smoothed, and links are the shapes of `sawyer.py` instead of meshes.
    """

    def __init__(self, model: mujoco.MjModel, name: str):
        off_screen()
        self.name, self.model = name, copy.copy(model)
        visual = self.model.vis
        visual.headlight.ambient[:] = 0.5
        visual.global_.offwidth, visual.global_.offheight = WIDTH, HEIGHT
        for key, value in COARSE.items():
            setattr(visual.quality, key, value)
        self._threads, self._own = usable_threads(), local()
        self._pool = ThreadPoolExecutor(self._threads)

    def __call__(self, qpos: Float[ndarray, "row nq"]) -> UInt8[ndarray, "row 48 64 3"]:
        pictures = np.empty((len(qpos), HEIGHT, WIDTH, 3), np.uint8)
        shares = np.array_split(np.arange(len(qpos)), self._threads)
        list(self._pool.map(lambda rows: self._draw(rows, qpos, pictures), shares))
        return np.ascontiguousarray(pictures[:, ::-1])  # GL counts rows from below

    def _draw(self, rows: ndarray, qpos: ndarray, pictures: ndarray) -> None:
        if not hasattr(self._own, "easel"):
            self._own.easel = Easel(self.model, self.name)
        for row in rows:
            self._own.easel.draw(qpos[row], pictures[row])


class Easel:
    """A context of the thread that makes it."""

    def __init__(self, model: mujoco.MjModel, camera: str):
        self.model, self.data = model, mujoco.MjData(model)
        self.context = gl_context.GLContext(WIDTH, HEIGHT)
        atexit.register(self.context.free)  # later there is no display to free it from
        self.context.make_current()
        self.canvas = mujoco.MjrContext(model, mujoco.mjtFontScale.mjFONTSCALE_50.value)
        mujoco.mjr_setBuffer(mujoco.mjtFramebuffer.mjFB_OFFSCREEN.value, self.canvas)
        self.scene = mujoco.MjvScene(model, maxgeom=model.ngeom + 1)
        for flag in NEEDLESS:
            self.scene.flags[flag] = False
        self.options, self.camera = mujoco.MjvOption(), mujoco.MjvCamera()
        self.camera.type = mujoco.mjtCamera.mjCAMERA_FIXED
        self.camera.fixedcamid = model.camera(camera).id
        # The whole picture lies around the canvas, which keeps its part.
        self.whole = mujoco.MjrRect(-FIRST, HEIGHT - SIDE, SIDE, SIDE)
        self.kept = mujoco.MjrRect(0, 0, WIDTH, HEIGHT)

    def draw(self, qpos: Float[ndarray, "nq"], picture: UInt8[ndarray, "48 64 3"]) -> None:
        self.data.qpos[:] = qpos
        mujoco.mj_kinematics(self.model, self.data)
        mujoco.mj_camlight(self.model, self.data)
        scene, everything = self.scene, mujoco.mjtCatBit.mjCAT_ALL.value
        mujoco.mjv_updateScene(
            self.model, self.data, self.options, None, self.camera, everything, scene
        )
        mujoco.mjr_render(self.whole, scene, self.canvas)
        mujoco.mjr_readPixels(picture, None, self.kept, self.canvas)
