"""RAIL: adversarial imitation by random search (Shin & Kim 2019; AILSRS, 2020).

1. roll out the policies W + noise delta_k and W - noise delta_k, for N random directions
2. min_f  E_expert[(D - 1)^2] / 2 + E_ours[D^2] / 2      (least squares, D = sigmoid(f))
3. W <- one step of augmented random search by the returns sum_t -log(1 - D(s_t, a_t))

All policies are scored by the same discriminator, or a difference of returns would be one of
discriminators. Actions count as far as the world lets them: a search knows no bounds, and by what
is beyond them anybody could be told from an expert.

No code is public, and what is published leaves open all sizes and rates, and how D is kept between
zero and one: here by a sigmoid. A gradient penalty is no part of it.
"""

from typing import ClassVar, Literal, Self

import numpy as np
import torch
from pydantic import PositiveInt
from torch import Tensor

from remeta.core.weights import Weights
from remeta.experience.adaptation import Schedule
from remeta.experience.practice import Indices, Practice
from remeta.experience.replay import TaskReplay
from remeta.experience.unadapted import Unadapted
from remeta.frozen import Frozen
from remeta.learners import adversary, search
from remeta.learners.offpolicy import averaged
from remeta.nets.policy import Shape
from remeta.nets.scaled import ScaledPolicy


class Params(Frozen):
    """What a run of it may choose."""

    kind: Literal["rail"]
    search: search.Params
    discriminator: adversary.Params
    updates: PositiveInt  # of the discriminator, per iteration
    discriminator_batch: PositiveInt  # of the expert's transitions and ours, per task and update


class RAIL:
    """A policy that random search trains to be taken for the expert."""

    needs: ClassVar = ("demos",)
    STATE_ATTRIBUTES: ClassVar = ("search", "adversary")

    def __init__(self, params: Params, shape: Shape, generator: torch.Generator):
        self.params, self.search = params, search.Search(params.search, shape, generator)
        sizes = {"obs": shape.obs_size, "act": shape.act_size}
        self.adversary = adversary.Adversary(params.discriminator, "state_action", sizes, generator)

    @classmethod
    def build(cls, params: Params, shape: Shape, bare: object, generator: torch.Generator) -> Self:
        """Untrained."""
        return cls(params, shape, generator)

    @property
    def policy(self) -> ScaledPolicy:
        """Who is searched."""
        return self.search.policy

    @property
    def weights(self) -> Weights:
        """Of the policy, with the scales of its observations."""
        return self.search.weights

    @weights.setter
    def weights(self, weights: Weights) -> None:
        self.search.weights = weights

    def adaptation(self, schedule: Schedule) -> Unadapted:
        """It acts as it has learned."""
        return Unadapted(self.policy.actor)

    def meta_step(self, practice: Practice) -> dict[str, float]:
        """One step of the search, scored by a discriminator that has just seen these rollouts."""
        indices, act_bound = practice.draw_tasks(), practice.world.family.act_bound
        directions, rollouts = self.search.rollouts(practice, indices)
        transitions = {"obs": rollouts.obs, "act": rollouts.act.clamp(-act_bound, act_bound)}
        pool = pooled(transitions, rollouts.mask > 0, len(indices))
        metrics = [self._discriminate(practice, indices, pool) for _ in range(self.params.updates)]
        practice.counts.updates += 1
        reward = self.adversary.reward(transitions)
        return averaged(metrics) | self.search.step(directions, rollouts, reward)

    def _discriminate(
        self, practice: Practice, indices: Indices, pool: TaskReplay
    ) -> dict[str, Tensor]:
        count = self.params.discriminator_batch
        expert = practice.transitions(indices, count)
        return self.adversary.update(
            expert, pool.draw(practice.rng, np.arange(len(indices)), count)
        )


def pooled(transitions: dict[str, Tensor], taken: Tensor, tasks: int) -> TaskReplay:
    """All steps of all policies, in a ring of each task; its tasks take turns on the first axis."""
    task = (torch.arange(len(taken)) % tasks).reshape(-1, 1, 1).expand(taken.shape)
    sizes = {name: part.shape[-1] for name, part in transitions.items()}
    pool = TaskReplay(tasks, taken.numel() // tasks, **sizes)
    steps = {name: part[taken].numpy() for name, part in transitions.items()}
    pool.add(task[taken].numpy(), **steps)
    return pool
