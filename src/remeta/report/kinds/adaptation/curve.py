"""Training curves: what a run had spent and how well it did, and when it was first good."""

import math
from dataclasses import dataclass

import numpy as np
import pandas as pd
from jaxtyping import Bool, Float
from numpy import ndarray

from remeta.papers.claim import Count

TRAINED = "validation_return_1"
SETTLED = 0.75
END = 0.2  # of training, where it is to be stable
_SPENT = (
    "pre_episodes",
    "post_episodes",
    "train_env_steps",
    "updates",
    "expert_env_steps",
    "demos",
)


@dataclass(frozen=True)
class Curve:
    """Validation returns after one update, and what had been spent by then (mean over seeds)."""

    iterations: Float[ndarray, " point"]
    returns: Float[ndarray, "seed point"]
    spent: dict[str, ndarray]  # [point] each, by the columns of the curve files

    @classmethod
    def of(cls, rows: pd.DataFrame) -> "Curve":
        """Of the rows of one run."""
        table = rows.pivot(index="seed", columns="iteration")
        # A seed that diverged is shown as it was last, at the iterations it did not live to see.
        spent = {name: table[name].ffill(axis=1).to_numpy(float).mean(0) for name in _SPENT}
        returns = table["value"].ffill(axis=1)
        return cls(returns.columns.to_numpy(float), returns.to_numpy(), spent)

    @property
    def updates_per_iteration(self) -> float:
        return float(self.spent["updates"][-1] / max(self.iterations[-1], 1))

    def cost(self, count: Count) -> Float[ndarray, " point"]:
        """An expert's steps are counted in roll-outs as episodes of the run's length."""
        before, after = self.spent["pre_episodes"], self.spent["post_episodes"]
        match count:
            case "iterations":
                return self.iterations
            case "steps":
                return self.spent["train_env_steps"]
            case "roll-outs":
                return before
            case "honest roll-outs":
                return before + after
        honest = before + after
        length = self.spent["train_env_steps"][-1] / max(honest[-1], 1)
        if count == "all steps":
            steps = self.spent["train_env_steps"] + self.spent["expert_env_steps"]
            return steps + self.spent["demos"] * length
        expert = self.spent["expert_env_steps"] / length if length else 0.0
        return honest + self.spent["demos"] + expert

    @property
    def wobble(self) -> Float[ndarray, " seed"]:
        """How much each seed's returns go up and down in the end: their standard deviation."""
        last = max(2, math.ceil(END * len(self.iterations)))
        return self.returns[:, -last:].std(1, ddof=1)

    def good(self, counts: Float[ndarray, "draw seed"], share: float) -> Float[ndarray, " draw"]:
        """The return that makes up `share` of the gain over the untrained start; NaN if none."""
        first, last = self.mean(counts)[:, 0], self.mean(counts)[:, -1]
        return np.where(last > first, first + share * (last - first), np.nan)

    def settled(
        self, counts: Float[ndarray, "draw seed"], good: Float[ndarray, " draw"]
    ) -> Bool[ndarray, " draw"]:
        """Whether it was good before the last quarter of its training, which then added little."""
        first, _ = self.crossing("iterations", counts, good)
        return first <= SETTLED * self.iterations[-1]

    def mean(self, counts: Float[ndarray, "draw seed"]) -> Float[ndarray, "draw point"]:
        return counts @ self.returns / len(self.returns)

    def crossing(
        self, count: Count, counts: Float[ndarray, "draw seed"], good: Float[ndarray, " draw"]
    ) -> tuple[Float[ndarray, " draw"], Float[ndarray, " draw"]]:
        """Cost at the first validation, after the untrained one, whose mean over seeds is good.

        Returned as lowest and highest possible: a run that never got there has spent at least all
        it had, and nobody knows how much more it would need.
        """
        cost = self.cost(count)[1:]
        there = self.mean(counts)[:, 1:] >= good[:, None]
        ever, first = there.any(1), there.argmax(1)
        low = np.where(ever, cost[first], cost[-1])
        return np.where(np.isnan(good), 0.0, low), np.where(ever, cost[first], np.inf)
