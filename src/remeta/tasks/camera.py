"""Pictures of states, drawn off screen: many rows in one call.

Only who builds a `Camera` touches GL. Which kind there is is found out then, once in a process.
"""

# MuJoCo's compiled module has no types.
# pyright: reportAttributeAccessIssue=false

import copy
import os
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from importlib import reload
from threading import local

import mujoco
import numpy as np
from jaxtyping import Float, UInt8
from mujoco import gl_context
from numpy import ndarray

from remeta.frozen import Advice
from remeta.tasks.sim import usable_threads

KINDS = "egl", "osmesa"
SIDE = 84  # pixels of a picture as it is drawn
KEPT = np.s_[:48, 10:74]  # rows and columns
COARSE = {"offsamples": 0, "numslices": 10, "numstacks": 4, "numquads": 1}  # twice as fast
FLAGS = mujoco.mjtRndFlag
NEEDLESS = FLAGS.mjRND_SHADOW, FLAGS.mjRND_REFLECTION, FLAGS.mjRND_SKYBOX, FLAGS.mjRND_HAZE


@cache
def off_screen() -> str:
    """The kind of GL that draws here; MuJoCo is told by its variable, before it loads any.

    MUJOCO_GL decides where it names a kind; otherwise EGL is taken, or else OSMesa.
    """
    requested = os.environ.get("MUJOCO_GL", "").lower()
    for kind in (requested,) if requested in KINDS else KINDS:
        variables = {"MUJOCO_GL": kind, "PYOPENGL_PLATFORM": kind}
        if _draws(kind, os.environ | variables):
            os.environ.update(variables)
            reload(gl_context)
            return kind
    raise Advice("no picture can be drawn off screen; install Debian's package libosmesa6.")


def _draws(kind: str, environment: dict[str, str]) -> bool:
    """Tried in a process of its own: libraries of GL, once loaded, do not make room for others."""
    attempt = f"from mujoco.{kind} import GLContext; GLContext(8, 8).make_current()"
    run = subprocess.run([sys.executable, "-c", attempt], env=environment, capture_output=True)
    return run.returncode == 0


class Camera:
    """A camera of a model, as GMPS' official code looks: 84 x 84 pixels, of which 48 x 64 stay.

    Every thread has a context of its own; the same states give the same bytes whichever draws them.
    Lit from the camera alone. Differs from the official code: edges are not smoothed, and links are
    the shapes of `sawyer.py` instead of meshes.
    """

    def __init__(self, model: mujoco.MjModel, name: str):
        off_screen()
        self.name, self.model = name, copy.copy(model)
        visual = self.model.vis
        visual.headlight.ambient[:] = 0.5
        visual.global_.offwidth = visual.global_.offheight = SIDE
        for key, value in COARSE.items():
            setattr(visual.quality, key, value)
        self._threads, self._own = usable_threads(), local()
        self._pool = ThreadPoolExecutor(self._threads)

    def __call__(self, qpos: Float[ndarray, "row nq"]) -> UInt8[ndarray, "row 48 64 3"]:
        pictures = np.empty((len(qpos), 48, 64, 3), np.uint8)
        shares = np.array_split(np.arange(len(qpos)), self._threads)
        list(self._pool.map(lambda rows: self._draw(rows, qpos, pictures), shares))
        return pictures

    def _draw(self, rows: ndarray, qpos: ndarray, pictures: ndarray) -> None:
        renderer, data = self._renderer()
        for row in rows:
            data.qpos[:] = qpos[row]
            mujoco.mj_kinematics(self.model, data)
            mujoco.mj_camlight(self.model, data)
            renderer.update_scene(data, self.name)
            pictures[row] = renderer.render()[KEPT]

    def _renderer(self) -> tuple[mujoco.Renderer, mujoco.MjData]:
        """This thread's own."""
        if not hasattr(self._own, "renderer"):
            renderer = mujoco.Renderer(self.model, SIDE, SIDE)
            for flag in NEEDLESS:
                renderer.scene.flags[flag] = False
            self._own.renderer = renderer, mujoco.MjData(self.model)
        return self._own.renderer
