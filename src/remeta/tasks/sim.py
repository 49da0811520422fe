"""One batched MuJoCo: every row is an independent simulation, all rows step in one call."""

# MuJoCo's compiled module has no types.
# pyright: reportAttributeAccessIssue=false

import os
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import cached_property
from pathlib import Path

import gymnasium
import mujoco
import numpy as np
from jaxtyping import Float
from mujoco import rollout
from numpy import ndarray

ASSETS = Path(gymnasium.__file__).parent / "envs" / "mujoco" / "assets"
FULL = mujoco.mjtState.mjSTATE_FULLPHYSICS
CONTROL, LED = mujoco.mjtState.mjSTATE_CTRL.value, mujoco.mjtState.mjSTATE_MOCAP_POS.value


def gymnasium_model(file: str) -> mujoco.MjSpec:
    return loaded(ASSETS / file)


def loaded(file: Path) -> mujoco.MjSpec:
    """A model of which a row that diverges ends as one.

    By itself the simulator would set such a row back to its first pose, as if nothing were wrong.
    """
    spec = mujoco.MjSpec.from_file(str(file))
    spec.option.disableflags |= mujoco.mjtDisableBit.mjDSBL_AUTORESET
    return spec


def usable_threads() -> int:
    """REMETA_THREADS where it is set, otherwise the processors this process may use."""
    return int(os.environ.get("REMETA_THREADS", 0)) or len(os.sched_getaffinity(0))


class Sim:
    """Steps rows of full physics states; bitwise the same for any number of threads.

    Each control step starts the constraint solver cold, so a step is a function of state and
    control alone and a row does not remember which rows it was stepped with. In a model with
    bodies that are led (mocap), the control says where they are, after what the actuators do.
    """

    def __init__(self, spec: mujoco.MjSpec, frame_skip: int):
        self.model: mujoco.MjModel = spec.compile()
        self.frame_skip = frame_skip
        self.state_size = mujoco.mj_stateSize(self.model, FULL)
        self.nq, self.nv, self.nu = self.model.nq, self.model.nv, self.model.nu
        self._control = CONTROL | (LED if self.model.nmocap else 0)

    def __reduce__(self):
        raise TypeError("a Sim holds C++ threads and is not copied; build it anew")

    @property
    def duration(self) -> float:
        """Seconds of one control step."""
        return self.model.opt.timestep * self.frame_skip

    @cached_property
    def _threads(self) -> int:
        return usable_threads()

    @cached_property
    def _data(self) -> list[mujoco.MjData]:
        return [mujoco.MjData(self.model) for _ in range(self._threads)]

    @cached_property
    def _rollout(self) -> rollout.Rollout:
        return rollout.Rollout(nthread=self._threads if self._threads > 1 else 0)

    def states(
        self, qpos: Float[ndarray, "#row nq"], qvel: Float[ndarray, "row nv"]
    ) -> Float[ndarray, "row state"]:
        """Full states at time zero."""
        rows = np.zeros((len(qvel), self.state_size))
        rows[:, 1 : 1 + self.nq] = qpos
        rows[:, 1 + self.nq : 1 + self.nq + self.nv] = qvel
        return rows

    def qpos(self, state: Float[ndarray, "row state"]) -> Float[ndarray, "row nq"]:
        return state[:, 1 : 1 + self.nq]

    def qvel(self, state: Float[ndarray, "row state"]) -> Float[ndarray, "row nv"]:
        return state[:, 1 + self.nq : 1 + self.nq + self.nv]

    def step(
        self,
        state: Float[ndarray, "row state"],
        control: Float[ndarray, "row control"],
        models: Sequence[mujoco.MjModel] | None = None,
    ) -> Float[ndarray, "row state"]:
        """`frame_skip` physics steps under one control.

        `models` has one per row, alike but for their numbers: a row's next state is then a
        function of them, too.
        """
        states, _ = self._rollout.rollout(
            self.model if models is None else models,
            self._data,
            np.ascontiguousarray(state),
            np.ascontiguousarray(control)[:, None],
            control_spec=self._control,
            nstep=self.frame_skip,
            skip_checks=False,
        )
        return np.asarray(states)[:, -1]

    def contact_forces(self, state: Float[ndarray, "row state"]) -> Float[ndarray, "row force"]:
        """External contact forces on every body but the world, by `mj_rnePostConstraint`.

        No sensor holds them, so the rows are taken one by one, in as many threads as there are;
        opt-in, and some times slower than a step.
        """
        forces = np.empty((len(state), (self.model.nbody - 1) * 6))
        shares = np.array_split(np.arange(len(state)), self._threads)

        def work(data: mujoco.MjData, rows: ndarray) -> None:
            for row in rows:
                mujoco.mj_resetData(self.model, data)
                mujoco.mj_setState(self.model, data, state[row], FULL)
                mujoco.mj_forward(self.model, data)
                mujoco.mj_rnePostConstraint(self.model, data)
                forces[row] = data.cfrc_ext[1:].ravel()

        with ThreadPoolExecutor(self._threads) as pool:
            list(pool.map(work, self._data, shares))
        return forces
