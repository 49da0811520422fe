"""A half-cheetah that is to run at a speed which only demonstrations tell."""

from dataclasses import dataclass, field

import numpy as np
from jaxtyping import Float
from numpy import ndarray

from remeta.tasks.cheetah import TORSO
from remeta.tasks.family import Places, Rows, clipped, spread
from remeta.tasks.runners import forwards, lively
from remeta.tasks.sim import Sim, gymnasium_model

FASTEST = 3.0
EFFORT = 0.05  # cost of ‖a‖²


@dataclass(frozen=True)
class CheetahRun:
    """The half-cheetah of SMILe, `HalfCheetahRandVelEnv`.

    | what | value |
    |---|---|
    | observation 0-16 | 8 qpos (all but x), 9 qvel |
    | observation 17-19 | place of the torso, x among it, one frame (0.01 s) ago |
    | action | 6 torques, ±1, clipped |
    | dynamics | Gymnasium's `half_cheetah.xml`, Euler, 5 steps of 0.01 s per action (0.05 s) |
    | task | speed v* to run at, uniform in [0, 3], not observed |
    | given tasks | training 0, 0.1, ... 3 (31); test 0.05, 0.15, ... 2.95 (30); in spread order |
    | reward | -|v - v*| - 0.05 ‖a‖², v = (x' - x) / 0.05 s |
    | start | qpos + U[-0.1, 0.1], qvel + 0.1 N(0, 1): all but standing |
    | end | never before the horizon, 1000, unless the state is not finite |
    | broken | the step that ended so is paid, and all that it cost count, as 3 m/s off the pace |
    | context | 1 to 4 demonstrations |

    The paper's measure is `delta`, the way to full speed included; running at 1.5 whatever the
    task would score 0.75 on the test tasks, standing 1.5.

    The torso's place is what the official simulator had last computed, that of the frame before
    the last one; on the first observation it is up to date. The paper is silent about reward,
    inputs and start: they are the official code's. Its last version lists other tasks and 17
    inputs; the paper's tasks are in its history, with these 20. The order of the given tasks is
    ours: a few of them, from the first, are spread over all speeds. Version 0.
    """

    sim: Sim = field(
        default_factory=lambda: Sim(gymnasium_model("half_cheetah.xml"), 5),
        compare=False,
        repr=False,
    )
    name = "cheetah_run"
    obs_size = 20
    act_size = 6
    act_bound = 1.0
    horizon = 1000
    choices = None
    places = Places(columns=(17,), cell=0.25)

    @property
    def official_tasks(self) -> dict[str, Float[ndarray, "task 1"]]:
        return {
            "train": np.linspace(0, FASTEST, 31)[spread(31), None],
            "test": np.linspace(0.05, FASTEST - 0.05, 30)[spread(30), None],
        }

    def draw(self, rng: np.random.Generator, count: int) -> Float[ndarray, "count 1"]:
        return rng.uniform(0, FASTEST, (count, 1))

    def start(self, rng: np.random.Generator, tasks: Rows) -> Rows:
        return self._placed(lively(self.sim, rng, len(tasks)), late=0.0)

    def _placed(self, state: Rows, late: float) -> Rows:
        """A row is the state of the robot and the place its torso was at some seconds before.

        Euler's frames end with the velocity that they moved by, so one frame is undone exactly.
        """
        x, z = (self.sim.qpos(state) - late * self.sim.qvel(state))[:, :2].T
        place = TORSO + np.column_stack([x, np.zeros_like(x), z])
        return np.concatenate([state, place], axis=-1)

    def observe(self, state: Rows) -> Float[ndarray, "row 20"]:
        return state[:, 2:]  # all but the time and x

    def advance(self, state: Rows, action: Rows, tasks: Rows) -> tuple[Rows, ndarray, ndarray]:
        torque = clipped(action)
        after = self.sim.step(state[:, : self.sim.state_size], torque)
        broken = ~np.isfinite(after).all(-1)
        gap = np.abs(forwards(self.sim, state, after) - tasks[:, 0])
        off_pace = np.where(broken, FASTEST, gap)  # 0 would be perfection
        reward = -off_pace - EFFORT * np.square(torque).sum(-1)
        return self._placed(after, late=self.sim.model.opt.timestep), reward, np.asarray(broken)

    def measured(
        self, obs: ndarray, act: ndarray, reward: ndarray, mask: ndarray, tasks: Rows
    ) -> dict[str, Float[ndarray, "task episode"]]:
        """By its name in scores."""
        return {"delta": delta(reward, act, mask)}


def delta(
    reward: Float[ndarray, "*episode time"],
    action: Float[ndarray, "*episode time 6"],
    mask: Float[ndarray, "*episode time"],
) -> Float[ndarray, "*episode"]:
    """Mean distance of the speed from the target: what an episode paid, its effort forgiven.

    Steps that it broke off before are as far off as any speed can be from any other.
    """
    off_pace = -(reward + EFFORT * np.square(clipped(action)).sum(-1))
    return np.where(mask > 0, off_pace, FASTEST).mean(-1)
