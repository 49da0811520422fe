"""An ant that answers which of two samples is positive by the place that it walks to."""

from dataclasses import dataclass, field

import numpy as np
from jaxtyping import Bool, Float, Int
from numpy import ndarray

from remeta.tasks.ant_reach import NEAR, rough_floored_ant
from remeta.tasks.family import Places, Rows, clipped
from remeta.tasks.point import distance
from remeta.tasks.runners import lively
from remeta.tasks.sim import Sim

SIZE = 4  # numbers of a sample
TARGETS = np.array([[1.41, 1.41], [-1.41, 1.41]])  # of label 0, and of label 1


def hyperplanes(
    rng: np.random.Generator | np.random.RandomState, count: int
) -> Float[ndarray, "count 4"]:
    """Unit normals, every direction as likely."""
    normals = rng.normal(size=(count, SIZE))
    return normals / np.linalg.norm(normals, axis=-1, keepdims=True)


@dataclass(frozen=True)
class AntClassify:
    """The ant of SMILe that classifies, `AntLinearClassifierEnv`.

    | what | value |
    |---|---|
    | observation | 0-14 qpos with x and y, 15-28 qvel |
    | observation 29-40 | T0 - p, T1 - p (p: x and y of the torso), first and second sample |
    | action | 8 torques in ±1, clipped, gear 30 |
    | dynamics | that of `ant_reach` |
    | task | unit normal w of a hyperplane through the origin of R^4, not observed |
    | given tasks | training 64, test 32, validation 128: the official code's draws |
    | samples | in [-1, 1]^4, uniform on each side: one on w's, one on the other, in either order |
    | label | 1 if the first is on w's side, 0 if the second is; each as likely, not observed |
    | targets | T0 = (1.41, 1.41) for label 0, T1 = (-1.41, 1.41) for label 1 |
    | reward | 1 where ‖p - T_label‖ < 0.5, else 0 |
    | start | as `ant_reach`, with new samples |
    | end | never before the horizon, 50, unless the state is not finite (pays 0 then) |
    | context | 1 to 8 demonstrations, whose behaviour is all that tells their labels |

    The paper's measures are in `outcome`. Success counts any visit, even after one to the wrong
    target, so that success, error and no-op may add up to more than one. Who knows the n
    demonstrations' labels and decides by Bayes' rule is right 0.79, 0.87, 0.92, 0.94, 0.96, 0.97,
    0.97 and 0.98 of the time for n = 1 to 8, and 0.92 on average; a coin half the time.

    The expert is scripted: it looks at the label, and walks as an expert of `ant_reach` for that
    target on what `ant_reach` shows of the same row. The paper says that the target depends on the
    samples and not how, and shows samples only; rule and inputs are the official code's, of its
    two forms that of the runs that it reports. Samples are turned to their side instead of drawn
    until they are on it: the same law, since the cube is symmetric. Of the place, as `ant_reach`.
    Version 0.
    """

    sim: Sim = field(
        default_factory=lambda: Sim(rough_floored_ant(), frame_skip=5), compare=False, repr=False
    )
    name = "ant_classify"
    obs_size = 41
    act_size = 8
    act_bound = 1.0
    horizon = 50
    choices = None
    places = Places(columns=(0, 1), cell=0.25)

    @property
    def official_tasks(self) -> dict[str, Float[ndarray, "task 4"]]:
        seeds = {"train": (77129, 64), "validation": (10101, 128), "test": (66082, 32)}
        return {
            name: hyperplanes(np.random.RandomState(seed), count)
            for name, (seed, count) in seeds.items()
        }

    def draw(self, rng: np.random.Generator, count: int) -> Float[ndarray, "count 4"]:
        return hyperplanes(rng, count)

    def start(self, rng: np.random.Generator, tasks: Rows) -> Rows:
        """A row is the state of the robot and the two samples, the second turned to its side."""
        first, second = rng.uniform(-1, 1, (2, len(tasks), SIZE))
        aligned = positive(first, tasks) == positive(second, tasks)
        second = np.where(aligned[:, None], -second, second)
        return np.concatenate([lively(self.sim, rng, len(tasks)), first, second], axis=-1)

    def observe(self, state: Rows) -> Float[ndarray, "row obs"]:
        position, samples = state[:, 1:3], state[:, -2 * SIZE :]
        marks = (TARGETS - position[:, None]).reshape(-1, 4)
        return np.concatenate([self.sim.qpos(state), self.sim.qvel(state), marks, samples], axis=-1)

    def labels(self, state: Rows, tasks: Rows) -> Int[ndarray, "row"]:
        return positive(state[:, -2 * SIZE : -SIZE], tasks).astype(int)

    def script(self, obs: Float[ndarray, "task row obs"], tasks: Rows) -> ndarray:
        """What the scripted expert has an expert of `ant_reach` see: its inputs, and the goal."""
        goal = TARGETS[self._seen_labels(obs, tasks)]
        return np.concatenate([obs[..., :29], obs[..., :3], goal], axis=-1)

    def _seen_labels(
        self, obs: Float[ndarray, "task row obs"], tasks: Rows
    ) -> Int[ndarray, "task row"]:
        first = obs[..., self.obs_size - 2 * SIZE : self.obs_size - SIZE]
        return positive(first, tasks[:, None]).astype(int)

    def measured(
        self, obs: ndarray, act: ndarray, reward: ndarray, mask: ndarray, tasks: Rows
    ) -> dict[str, Float[ndarray, "task episode"]]:
        """By their names in scores; the place after the last action is not among what was seen."""
        found = outcome(obs[..., :2], self._seen_labels(obs[:, :, 0], tasks))
        return {"success": found.success.astype(float), "no_op": found.no_op.astype(float)}

    def advance(self, state: Rows, action: Rows, tasks: Rows) -> tuple[Rows, ndarray, ndarray]:
        after = self.sim.step(state[:, : self.sim.state_size], clipped(action))
        target = TARGETS[self.labels(state, tasks)]
        reward = (distance(after[:, 1:3], target) < NEAR).astype(float)
        broken = ~np.isfinite(after).all(-1)
        after = np.concatenate([after, state[:, -2 * SIZE :]], axis=-1)
        return after, np.where(broken, 0.0, reward), np.asarray(broken)


def positive(sample: Float[ndarray, "*row 4"], normal: Float[ndarray, "*row 4"]) -> ndarray:
    """Which samples are on the side of their hyperplane that its normal points to."""
    return (sample * normal).sum(-1) >= 0


@dataclass(frozen=True)
class Outcome:
    """Which episodes came to the right target, which to the wrong one, and which to none."""

    success: Bool[ndarray, "*episode"]
    error: Bool[ndarray, "*episode"]
    no_op: Bool[ndarray, "*episode"]


def outcome(places: Float[ndarray, "*episode time 2"], labels: Int[ndarray, "*episode"]) -> Outcome:
    """`places` are those after each action."""
    gaps = np.linalg.norm(places[..., None, :] - TARGETS, axis=-1)
    came = gaps.min(-2) < NEAR
    success, error = (
        np.take_along_axis(came, side[..., None], -1)[..., 0] for side in (labels, 1 - labels)
    )
    return Outcome(success, error, ~(success | error))
