"""MultiTask: one policy for all tasks, which it is not told, by trust regions on pooled rollouts.

    theta <- a trust-region step on J(theta) = E_t[ pi_theta / pi_old A ], rollouts of all tasks

What MAML is without an inner step, and with one baseline for all tasks together: nobody knows which
rollouts are of which task. On a new task it is fine-tuned by policy gradient, of which the paper
says nothing; its return before that is the policy as it is.
"""

from typing import ClassVar, Literal, TypeVar

import torch
from pydantic import PositiveFloat
from torch.utils import _pytree as pytree

from remeta.core.episodes import Batch, Episodes, mean_returns
from remeta.core.returns import with_advantages
from remeta.core.weights import Weights
from remeta.experience.practice import Practice
from remeta.learners.ascent import Ascent, Steps
from remeta.nets.policy import GaussianPolicy

R = TypeVar("R", bound=Episodes)


class Params(Steps):
    """What a run of it may choose."""

    kind: Literal["multitask"]
    discount: PositiveFloat


class MultiTask:
    """The policy that earns most on average."""

    needs: ClassVar = ()

    def __init__(self, params: Params, policy: GaussianPolicy):
        self.params, self.policy = params, policy
        self.ascent = Ascent(policy, unadapted, params)
        self.weights = policy.initial_weights()

    def meta_step(self, practice: Practice) -> dict[str, float]:
        """One iteration: rollouts and a step."""
        indices = practice.draw_tasks()
        rollouts = practice.rollouts(self.policy.actor(self.weights), indices)
        batch = with_advantages(pooled(rollouts), self.params.discount)
        self.weights, step, _ = self.ascent.within_region(self.weights, batch, batch)
        practice.counts.updates += 1
        std = float(torch.exp(self.weights["log_std"]).mean())
        return mean_returns(before=rollouts) | {"std": std} | step.metrics


def unadapted(start: Weights, support: Batch) -> Weights:
    """Nothing moves."""
    return start


def pooled(rollouts: R) -> R:
    """As if all were of one task."""
    return pytree.tree_map(lambda part: part.flatten(0, 1).unsqueeze(0), rollouts)
