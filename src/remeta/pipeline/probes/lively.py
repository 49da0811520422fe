"""Families in which as much happens within a probe's few steps as otherwise in hundreds."""

from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial

import numpy as np
from numpy import ndarray

from remeta.tasks import families
from remeta.tasks.ant_dir import AntDir
from remeta.tasks.ant_goal import REST, AntGoal
from remeta.tasks.family import Rows
from remeta.tasks.reacher import Reacher
from remeta.tasks.walker_dynamics import WalkerDynamics


class ThrownAnt(AntGoal):
    """Thrown up on the way to the goal: some are near it, and one after the other ends too high."""

    def start(self, rng: np.random.Generator, tasks: Rows) -> Rows:
        share = np.linspace(0, 1, len(tasks))
        still = np.zeros((len(tasks), self.sim.nv))
        pose, speed = np.repeat(REST[None], len(tasks), axis=0), still
        pose[:, :2] = share[:, None] * tasks
        speed[:, 2] = 9 - 4 * share
        return self.complete(self.sim.states(pose, speed))


class ThrownDirAnt(AntDir):
    """Thrown up, too: one after the other ends too high."""

    def start(self, rng: np.random.Generator, tasks: Rows) -> Rows:
        speed = np.zeros((len(tasks), self.sim.nv))
        speed[:, 2] = np.linspace(9, 3, len(tasks))
        pose = np.repeat(self.sim.model.qpos0[None], len(tasks), axis=0)
        return self.complete(self.sim.states(pose, speed))


class NearReacher(Reacher):
    """Goals around where the arm starts: some roll-outs see the sparse reward, others do not."""

    def advance(self, state: Rows, action: Rows, tasks: Rows) -> tuple[Rows, ndarray, ndarray]:
        home = self.tip(self.complete(self.sim.states(np.zeros((1, 7)), np.zeros((1, 7)))))
        return super().advance(state, action, home + tasks - (0, -0.2, -0.3))


class FallingWalker(WalkerDynamics):
    """Falls over: one after the other is too far tilted."""

    def start(self, rng: np.random.Generator, tasks: Rows) -> Rows:
        state = super().start(rng, tasks)
        state[:, 3] = np.linspace(0, 0.99, len(tasks))
        state[:, 12] = 5.0  # radians per second, a twentieth in a step
        return state


LIVELY = {
    "ant_goal": ThrownAnt,
    "ant_quarter": partial(ThrownAnt, form="gmps"),
    "ant_dir": ThrownDirAnt,
    "reacher": NearReacher,
    "walker_dynamics": FallingWalker,
}


@contextmanager
def lively() -> Iterator[None]:
    """Meanwhile these stand in for the families they are named after."""
    calm = dict(families.FAMILIES)
    families.FAMILIES.update(LIVELY)
    try:
        yield
    finally:
        families.FAMILIES.update(calm)
