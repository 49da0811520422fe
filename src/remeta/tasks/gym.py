"""Every family as a Gymnasium environment, single and batched.

`gymnasium.make("remeta.tasks.registration:remeta/AntGoal-v0")` and `gymnasium.make_vec` of the same
name need no import before them; the part before the colon may be left out once it is imported. A
reset draws a new task, unless `options={"task": [...]}` names one.
"""

from typing import Any

import gymnasium
import numpy as np
from gymnasium import spaces
from gymnasium.vector import AutoresetMode, VectorEnv
from gymnasium.vector.utils import batch_space


def _spaces(family: Any) -> tuple[spaces.Box, spaces.Box]:
    return (
        spaces.Box(-np.inf, np.inf, (family.obs_size,), np.float64),
        spaces.Box(-family.act_bound, family.act_bound, (family.act_size,), np.float32),
    )


def _seen(family: Any, state: np.ndarray) -> np.ndarray:
    """Observations that later steps leave alone, even where the state itself is observed."""
    return np.array(family.observe(state))


class Batched(VectorEnv):
    """Rows of one family in the batched engine; a row that ended restarts on the next step."""

    metadata = {"autoreset_mode": AutoresetMode.NEXT_STEP, "render_modes": []}  # noqa: RUF012

    def __init__(self, num_envs: int = 1, family: str = "point", **options: Any):
        from remeta.tasks.families import build

        self.family, self.num_envs = build(family, **options), num_envs
        self.single_observation_space, self.single_action_space = _spaces(self.family)
        self.observation_space = batch_space(self.single_observation_space, num_envs)
        self.action_space = batch_space(self.single_action_space, num_envs)

    def reset(self, *, seed: int | None = None, options: dict[str, Any] | None = None):
        super().reset(seed=seed)
        named = (options or {}).get("task")
        self.tasks = self.family.draw(self.np_random, self.num_envs)
        if named is not None:
            self.tasks[:] = named
        self.state = self.family.start(self.np_random, self.tasks)
        self.age = np.zeros(self.num_envs, int)
        self.over = np.zeros(self.num_envs, bool)
        return _seen(self.family, self.state), {"task": self.tasks.copy()}

    def step(self, actions: np.ndarray):
        fresh = np.flatnonzero(self.over)
        going = np.flatnonzero(~self.over)
        reward, ended = np.zeros(self.num_envs), np.zeros(self.num_envs, bool)
        if len(going):
            self.state[going], reward[going], ended[going] = self.family.advance(
                self.state[going], np.asarray(actions)[going], self.tasks[going]
            )
        if len(fresh):
            self.tasks[fresh] = self.family.draw(self.np_random, len(fresh))
            self.state[fresh] = self.family.start(self.np_random, self.tasks[fresh])
        self.age[going] += 1
        self.age[fresh] = 0
        late = (self.age >= self.family.horizon) & ~ended
        self.over = ended | late
        return _seen(self.family, self.state), reward, ended, late, {"task": self.tasks.copy()}


class Single(gymnasium.Env):
    """One row of the batched engine."""

    metadata = {"render_modes": []}  # noqa: RUF012

    def __init__(self, family: str = "point", **options: Any):
        from remeta.tasks.families import build

        self.family = build(family, **options)
        self.observation_space, self.action_space = _spaces(self.family)

    def reset(self, *, seed: int | None = None, options: dict[str, Any] | None = None):
        super().reset(seed=seed)
        named = (options or {}).get("task")
        self.task = self.family.draw(self.np_random, 1)
        if named is not None:
            self.task[:] = named
        self.state, self.age = self.family.start(self.np_random, self.task), 0
        return _seen(self.family, self.state)[0], {"task": self.task[0].copy()}

    def step(self, action: np.ndarray):
        self.state, reward, ended = self.family.advance(
            self.state, np.asarray(action)[None], self.task
        )
        self.age += 1
        late = self.age >= self.family.horizon and not ended[0]
        info = {"task": self.task[0].copy()}
        return _seen(self.family, self.state)[0], float(reward[0]), bool(ended[0]), late, info
