"""An ant with weak legs that walks to a place on a circle which only demonstrations tell."""

# MuJoCo's compiled module has no types.
# pyright: reportAttributeAccessIssue=false

from dataclasses import dataclass, field
from typing import Literal

import mujoco
import numpy as np
from jaxtyping import Float
from numpy import ndarray

from remeta.tasks.ant_goal import low_gear_ant, on_ring
from remeta.tasks.family import Places, Rows, clipped, spread
from remeta.tasks.point import distance
from remeta.tasks.runners import lively
from remeta.tasks.sim import Sim

NEAR = 0.5  # metres within which the sparse reward is paid
SIXTEENTH = np.pi / 16


def rough_floored_ant() -> mujoco.MjSpec:
    """Gymnasium's ant with gear 30 instead of 150, and nothing else."""
    spec = low_gear_ant()
    spec.geom("floor").condim = 3
    return spec


@dataclass(frozen=True)
class AntReach:
    """The ant of SMILe that walks to a goal, `AntRandGoalEnv`.

    | what | value |
    |---|---|
    | observation | 0-14 qpos with x and y, 15-28 qvel, 29-31 place of the torso |
    | `told`, 34 | further the goal |
    | action | 8 torques in ±1, clipped, gear 30 |
    | dynamics | Gymnasium's `ant.xml` but for the gear, RK4, 5 steps of 0.01 s per action |
    | task | goal 2 m from the origin, angle uniform, not observed unless `told` |
    | given tasks | training kπ/16 (32); test kπ/8 + π/32 (16); in spread order |
    | dense reward | -‖p - goal‖ - 0.005 ‖a‖², p the x and y of the torso after the action |
    | sparse reward | 1 where ‖p - goal‖ < 0.5, else 0 |
    | start | z 0.75, legs straight; qpos + U[-0.1, 0.1], qvel + 0.1 N(0, 1) |
    | end | never before the horizon, 100, unless the state is not finite (pays 0 then) |
    | context | 1 demonstration |

    The paper's measure is `closest`; standing scores about 2. The sparse reward is that of its
    control, on which reinforcement learning alone is said to fail; only there the robot is told.

    The official list of 32 training goals has lost eight minus signs: the odd multiples of π/16 on
    the left are missing, and their mirror images on the right are there twice. `official_24` gives
    the 24 that are left, once each. The official goals are rounded to centimetres, these are not,
    and their order is ours: a few of them, from the first, are all around.

    Differs from official code further: it takes place and distance from where its integrator saw
    the torso last, here they are those of the state itself, and tell nothing that qpos does not.
    Version 0.
    """

    reward: Literal["dense", "sparse"] = "dense"
    goals: Literal["all_32", "official_24"] = "all_32"
    told: bool = False
    sim: Sim = field(
        default_factory=lambda: Sim(rough_floored_ant(), frame_skip=5), compare=False, repr=False
    )
    name = "ant_reach"
    act_size = 8
    act_bound = 1.0
    horizon = 100
    choices = None
    places = Places(columns=(0, 1), cell=0.25)

    @property
    def obs_size(self) -> int:
        return 34 if self.told else 32

    @property
    def official_tasks(self) -> dict[str, Float[ndarray, "goal 2"]]:
        steps = spread(32)
        if self.goals == "official_24":
            steps = steps[(steps % 2 == 0) | (np.cos(steps * SIXTEENTH) > 0)]
        return {
            "train": on_ring(steps * SIXTEENTH),
            "test": on_ring((2 * spread(16) + 0.5) * SIXTEENTH),
        }

    def draw(self, rng: np.random.Generator, count: int) -> Float[ndarray, "count 2"]:
        return on_ring(rng.uniform(0, 2 * np.pi, count))

    def start(self, rng: np.random.Generator, tasks: Rows) -> Rows:
        """A row is the state of the robot and, of one who is told it, the goal."""
        return self._with_goal(lively(self.sim, rng, len(tasks)), tasks)

    def _with_goal(self, state: Rows, tasks: Rows) -> Rows:
        return np.concatenate([state, tasks], axis=-1) if self.told else state

    def observe(self, state: Rows) -> Float[ndarray, "row obs"]:
        seen = [self.sim.qpos(state), self.sim.qvel(state), state[:, 1:4]]
        return np.concatenate([*seen, *([state[:, -2:]] if self.told else [])], axis=-1)

    def advance(self, state: Rows, action: Rows, tasks: Rows) -> tuple[Rows, ndarray, ndarray]:
        torque = clipped(action)
        after = self.sim.step(state[:, : self.sim.state_size], torque)
        gap = distance(after[:, 1:3], tasks)
        if self.reward == "sparse":
            reward = (gap < NEAR).astype(float)
        else:
            reward = -gap - 0.005 * np.square(torque).sum(-1)
        broken = ~np.isfinite(after).all(-1)
        return self._with_goal(after, tasks), np.where(broken, 0.0, reward), np.asarray(broken)

    def measured(
        self, obs: ndarray, act: ndarray, reward: ndarray, mask: ndarray, tasks: Rows
    ) -> dict[str, Float[ndarray, "task episode"]]:
        """By their names in scores; the place after the last action is not among what was seen."""
        gap = closest(obs[..., :2].astype(float), tasks[:, None])
        return {"closest": gap, "reached": (gap < NEAR).astype(float)}


def closest(
    places: Float[ndarray, "*episode time 2"], goal: Float[ndarray, "*episode 2"]
) -> Float[ndarray, "*episode"]:
    """How near an episode ever came to its goal; `places` are those after each action."""
    return np.linalg.norm(places - goal[..., None, :], axis=-1).min(-1)
