"""The robot of both Sawyer families: Meta-World's arm with the numbers of GMPS' official code."""

# MuJoCo's compiled module has no types.
# pyright: reportAttributeAccessIssue=false

from importlib.util import find_spec
from pathlib import Path
from typing import Any, Literal

import mujoco
import numpy as np
from jaxtyping import Float
from numpy import ndarray

from remeta.tasks.family import Rows, clipped
from remeta.tasks.limb import Limb
from remeta.tasks.sim import Sim, loaded

LOW, HIGH = np.array([-0.5, 0.4, 0.05]), np.array([0.5, 1.0, 0.5])  # where the hand is led
STEP = 0.01  # metres that the hand is led per step and axis, at most
FRAMES = 5  # of physics per action
SETTLING = 10  # steps in which the arm takes its hand to the start
FINGERTIP = 0.03  # metres from the middle of the hand to that of its fingertips, downwards
HULLS = {"l6", "eGripperBase"}  # the meshes that touch things: wrist and gripper
SURROUNDINGS = "obj", "tablelink", "RetainingWall", "rightpad", "leftpad", "torso", "pedestal_feet"
STIFF = {"solref": [0.02, 1], "solimp": [1, 1, 0, 0.5, 2]}
BOX, MESH = mujoco.mjtGeom.mjGEOM_BOX, mujoco.mjtGeom.mjGEOM_MESH
RED = [0.5, 0.1, 0.1, 1]


def sawyer() -> mujoco.MjSpec:
    """The arm before a table; its hand is welded to a body that is led.

    Meta-World and the official code have bodies, joints, masses and motors in common. The latter's
    are step and solver, what touches what and how stiffly, a heavier hand, fingers of another size,
    and a rougher table elsewhere. A script's actions, replayed in its model and in this one, leave
    blocks 6 mm apart on average after 50 steps, and doors less than 1e-4 rad after 100.
    """
    spec = _bare()
    spec.option.timestep, spec.option.impratio = 0.01, 3
    spec.compiler.inertiagrouprange = [0, 5]  # the fingers' rail has mass, too
    for joint in spec.joints:
        joint.armature = max(joint.armature, 0.1)
    for name, reach in {"r_close": [0, 0.03], "l_close": [-0.03, 0]}.items():
        spec.joint(name).range = reach
    for geom in spec.geoms:
        _reshape(geom)
    spec.body("mocap").quat = [1, 0, 1, 0]
    spec.equalities[0].data = [0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 1]  # the hand is where it is led
    table = {"pos": [0, 0.8, -0.5], "size": [0.4, 0.4, 0.5], "rgba": [0.6, 0.6, 0.5, 1]}
    solid(spec.worldbody, "table", friction=[10, 0.1, 0.002], **table)
    gripper = {"pos": [0, 0, 0.03], "rgba": RED, "contype": 0, "conaffinity": 0}
    spec.body("right_hand").add_geom(type=BOX, meshname="eGripperBase", **gripper)  # to be seen
    return spec


def _bare() -> mujoco.MjSpec:
    """Meta-World's arm without its surroundings and without what only pleases the eye.

    The links are seen as the cylinders that are hidden inside them.
    """
    assets = Path(str(find_spec("metaworld").origin)).parent / "assets"  # pyright: ignore
    spec = loaded(assets / "sawyer_xyz" / "sawyer_push_v3.xml")
    for name in SURROUNDINGS:
        spec.detach_body(spec.body(name))
    shown = [geom for geom in spec.geoms if geom.type == MESH and geom.meshname not in HULLS]
    meshes = [mesh for mesh in spec.meshes if mesh.name not in HULLS]
    visuals = *spec.textures, *spec.materials, *spec.lights, *spec.sites, *spec.cameras
    for part in (spec.geom("floor"), *spec.body("mocap").geoms, *shown, *meshes, *visuals):
        part.delete()
    return spec


def _reshape(geom: Any) -> None:
    """As in the official code: what is solid, how stiff, and the size of the fingers."""
    geom.contype = geom.conaffinity = 1
    geom.solref, geom.solimp = STIFF["solref"], STIFF["solimp"]
    geom.group, geom.material = 3 if geom.type == MESH else 0, ""  # nothing of group 3 is seen
    if geom.name in ("rightclaw_it", "leftclaw_it"):
        geom.size = [0.045, 0.005, 0.015]
    elif geom.rgba[3] == 0:
        geom.rgba = RED


def solid(body: Any, name: str, **shape: Any) -> None:
    body.add_geom(name=name, type=BOX, **STIFF, **shape)


class Arm:
    """Rows of a world with this robot: physics, then where its hand is led, then what is seen.

    `open` leaves the fingers alone, as the official code of pushing does, and actions lead the
    hand; `driven` lets a fourth number close them, as the paper has it.
    """

    def __init__(self, sim: Sim, gripper: Literal["open", "driven"]):
        self.sim, self.gripper = sim, gripper
        self.size = sim.state_size + 3
        self._hand = Limb(sim.model, "hand")
        names = "r_close", "l_close"
        self._fingers = [int(sim.model.joint(name).qposadr[0]) for name in names]

    @property
    def act_size(self) -> int:
        return 4 if self.gripper == "driven" else 3

    def settled(self, place: Float[ndarray, "3"]) -> Float[ndarray, "1 state"]:
        """The world's first pose once the arm has taken its hand to a place, at time zero."""
        sim, led = self.sim, place[None]
        state = sim.states(sim.model.qpos0[None], np.zeros((1, sim.nv)))
        for _ in range(SETTLING):
            state = sim.step(state, np.concatenate([np.zeros((1, 2)), led], axis=-1))
        return np.concatenate([sim.states(sim.qpos(state), sim.qvel(state)), led], axis=-1)

    def step(self, state: Rows, action: Rows) -> Rows:
        """Physics and the place where the hand is led; the hand follows closely."""
        action = clipped(action)
        led = np.clip(state[:, self.sim.state_size : self.size] + STEP * action[:, :3], LOW, HIGH)
        squeeze = action[:, 3:] if self.gripper == "driven" else np.zeros((len(state), 1))
        control = np.concatenate([squeeze, -squeeze, led], axis=-1)
        return np.concatenate([self.sim.step(state[:, : self.sim.state_size], control), led], -1)

    def hand(self, state: Rows) -> Float[ndarray, "row 6"]:
        """Where the hand is, and the point midway between its fingertips."""
        qpos = self.sim.qpos(state)
        points = np.zeros((3, 2, len(qpos)))
        points[0, 1] = FINGERTIP
        points[1, 1] = qpos[:, self._fingers].sum(-1) / 2
        return self._hand.locate(qpos, points)

    def closed(self, state: Rows) -> Float[ndarray, "row"]:
        """How far each finger has come inwards, on average; 0 is open, 0.03 closed."""
        right, left = self.sim.qpos(state)[:, self._fingers].T
        return (right - left) / 2
