"""Returns between those of a base policy, which knows one task, and of an expert of each."""

from dataclasses import replace

import numpy as np
from jaxtyping import Float
from numpy import ndarray

from remeta.report.evidence.costs import TOLD
from remeta.report.kinds import metrics
from remeta.report.kinds.metrics import EXPERT, Metrics

BASE = "base"
ADAPTED = "adapted"  # from 0, the base policy's return, to 1, the expert's


class Walkers(Metrics):
    """Tasks whose expert is no better than the base policy are left out of every metric."""

    marks = (EXPERT, BASE)

    @property
    def all_runs(self) -> dict[str, str]:
        return super().all_runs | {BASE: self.panel.name}

    def values(self, measure: str, run: str) -> Float[ndarray, "seed task"]:
        if measure in TOLD:
            return super().values(measure, run)
        base, expert = (self.matrix(name, 0).mean(0) for name in (BASE, EXPERT))
        found = super().values(measure.replace(ADAPTED, "return"), run)
        return adapted(found, base, expert) if ADAPTED in measure else kept(found, base, expert)


def adapted(
    returns: Float[ndarray, "*run task"],
    base: Float[ndarray, "task"],
    expert: Float[ndarray, "task"],
) -> Float[ndarray, "*run kept"]:
    """How far from the base policy's return to the expert's, in the tasks that are kept.

    The official code also keeps those where both return the same, and divides by zero.
    """
    below, above = (kept(ends, base, expert) for ends in (base, expert))
    return (kept(returns, base, expert) - below) / (above - below)


def kept(
    returns: Float[ndarray, "*run task"],
    base: Float[ndarray, "task"],
    expert: Float[ndarray, "task"],
) -> Float[ndarray, "*run kept"]:
    """Of tasks whose expert is better than the base policy; no number if there is none."""
    better = expert > base
    return returns[..., better] if better.any() else np.full((*returns.shape[:-1], 1), np.nan)


KIND = replace(metrics.KIND, name="walkers", read=Walkers)
