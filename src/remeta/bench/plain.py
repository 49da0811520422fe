"""The families as anyone would write them for Gymnasium: one world, stepped by `mj_step`.

Without torch and with nothing of the batched engine but its models, so that worker processes start
quickly and the comparison is with a good environment of the ordinary kind: kinematics and centres
of mass are the only things computed after a step.
"""

# MuJoCo's compiled module has no types.
# pyright: reportAttributeAccessIssue=false

from typing import Any

import gymnasium
import mujoco
import numpy as np
from gymnasium import spaces
from numpy import ndarray

from remeta.tasks.ant_goal import REST, RING, low_gear_ant
from remeta.tasks.reacher import TABLE, TORQUE, arm
from remeta.tasks.sim import gymnasium_model


class Plain(gymnasium.Env):
    """A model, a start and a body to watch; tasks are drawn at every reset unless named."""

    metadata = {"render_modes": []}  # noqa: RUF012

    def __init__(self, spec: mujoco.MjSpec, frame_skip: int, horizon: int, body: str):
        self.model = spec.compile()
        self.data = mujoco.MjData(self.model)
        self.frame_skip, self.horizon = frame_skip, horizon
        self.body = self.model.body(body).id
        self.action_space = spaces.Box(-1.0, 1.0, (self.model.nu,), np.float32)
        shape = self._obs().shape
        self.observation_space = spaces.Box(-np.inf, np.inf, shape, np.float64)

    def reset(self, *, seed: int | None = None, options: dict[str, Any] | None = None):
        super().reset(seed=seed)
        named = (options or {}).get("task")
        self.task = self._draw() if named is None else np.asarray(named, dtype=float)
        mujoco.mj_resetData(self.model, self.data)
        self._start()
        self._place()
        self.age = 0
        return self._obs(), {}

    def _step(self, control: ndarray) -> None:
        self.data.ctrl[:] = control
        mujoco.mj_step(self.model, self.data, self.frame_skip)
        self._place()
        self.age += 1

    def _place(self) -> None:
        """Positions of the state itself; `mj_step` leaves those of the state before."""
        mujoco.mj_kinematics(self.model, self.data)
        mujoco.mj_comPos(self.model, self.data)

    def _draw(self) -> ndarray:
        raise NotImplementedError

    def _start(self) -> None:
        raise NotImplementedError

    def _obs(self) -> ndarray:
        raise NotImplementedError


class PlainAnt(Plain):
    """The dense low-gear ant; numbers as in `remeta.tasks.ant_goal`."""

    def __init__(self, horizon: int = 200):
        super().__init__(low_gear_ant(), 1, horizon, "torso")

    def _draw(self) -> ndarray:
        angle = self.np_random.uniform(0, np.pi)
        return RING * np.array([np.cos(angle), np.sin(angle)])

    def _start(self) -> None:
        self.data.qpos[:] = REST

    def step(self, action: ndarray):
        torque = np.clip(np.asarray(action, dtype=float), -1, 1)
        self._step(torque)
        centre = self.data.subtree_com[self.body]
        away = np.abs(centre[:2] - self.task).sum()
        reward = 4 - away - 0.005 * np.square(torque).sum() + 0.05
        height = self.data.qpos[2]
        fine = 0.2 <= height <= 1.0 and np.isfinite(self.data.qvel).all()
        return self._obs(), float(reward), not fine, self.age >= self.horizon and fine, {}

    def _obs(self) -> ndarray:
        data = self.data
        parts = data.qpos, data.qvel, data.xmat[self.body], data.subtree_com[self.body]
        return np.concatenate(parts)


class PlainReacher(Plain):
    """The dense 7-DoF reacher; numbers as in `remeta.tasks.reacher`."""

    def __init__(self, horizon: int = 100):
        super().__init__(arm(), 5, horizon, "tips_arm")

    def _draw(self) -> ndarray:
        x, y = self.np_random.uniform([-0.4, -0.4], [0.4, 0.0])
        return np.array([x, y, TABLE])

    def _start(self) -> None:
        pass

    def step(self, action: ndarray):
        gap = np.linalg.norm(self.data.subtree_com[self.body] - self.task)
        self._step(TORQUE * np.clip(np.asarray(action, dtype=float), -1, 1))
        return self._obs(), -float(gap), False, self.age >= self.horizon, {}

    def _obs(self) -> ndarray:
        data = self.data
        return np.concatenate([data.qpos, data.qvel, data.subtree_com[self.body]])


class PlainCheetah(Plain):
    """The cheetah of two directions; numbers as in `remeta.tasks.cheetah`."""

    def __init__(self, horizon: int = 200):
        super().__init__(gymnasium_model("half_cheetah.xml"), 5, horizon, "torso")

    def _draw(self) -> ndarray:
        return self.np_random.choice([-1.0, 1.0], 1)

    def _start(self) -> None:
        self.data.qpos[:] = self.np_random.uniform(-0.1, 0.1, self.model.nq)
        self.data.qvel[:] = 0.1 * self.np_random.standard_normal(self.model.nv)

    def step(self, action: ndarray):
        torque = np.clip(np.asarray(action, dtype=float), -1, 1)
        before = self.data.qpos[0]
        self._step(torque)
        speed = (self.data.qpos[0] - before) / (self.frame_skip * self.model.opt.timestep)
        reward = self.task[0] * speed - 0.05 * np.square(torque).sum()
        return self._obs(), float(reward), False, self.age >= self.horizon, {}

    def _obs(self) -> ndarray:
        data = self.data
        return np.concatenate([data.qpos[1:], data.qvel, data.xpos[self.body]])


PLAIN: dict[str, type[PlainAnt] | type[PlainCheetah] | type[PlainReacher]] = {
    "ant_goal": PlainAnt,
    "cheetah_dir": PlainCheetah,
    "reacher": PlainReacher,
}
