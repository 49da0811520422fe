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

from typing import Literal

import numpy as np
import torch
from pydantic import PositiveInt
from torch import Tensor

from remeta.core.weights import Weights
from remeta.experience.replay import TaskReplay
from remeta.frozen import Frozen
from remeta.learners import adversary, search
from remeta.learners.offpolicy import Experience, averaged


class Params(Frozen):
    """What a run of it may choose."""

    kind: Literal["rail"]
    search: search.Params
    discriminator: adversary.Params
    updates: PositiveInt  # of the discriminator, per iteration
    discriminator_batch: PositiveInt  # of the expert's transitions and ours, per task and update


class RAIL:
    """A policy that random search trains to be taken for the expert."""

    needs_demos = True
    LIVING = ("search", "adversary")

    def __init__(self, params: Params, practice: Experience, generator: torch.Generator):
        self.params, family = params, practice.world.family
        self.search = search.Search(params.search, practice, generator)
        self.sizes = {"obs": family.obs_size, "act": family.act_size}
        self.adversary = adversary.Adversary(
            params.discriminator, "state_action", self.sizes, generator
        )

    @property
    def weights(self) -> Weights:
        """Of the policy, with the scales of its observations."""
        return self.search.weights

    @weights.setter
    def weights(self, weights: Weights) -> None:
        self.search.weights = weights

    def meta_step(self, practice: Experience) -> dict[str, float]:
        """One step of the search, scored by a discriminator that has just seen these rollouts."""
        directions, rollouts = self.search.rollouts(practice)
        most = practice.world.family.act_bound
        seen = {
            "obs": rollouts.obs[..., : self.sizes["obs"]],
            "act": rollouts.act.clamp(-most, most),
        }
        pool = self._pool(seen, rollouts.mask > 0, len(practice.tasks))
        metrics = [self._discriminate(practice, pool) for _ in range(self.params.updates)]
        practice.counts.updates += 1
        reward = self.adversary.reward(seen)
        return averaged(metrics) | self.search.step(directions, rollouts, reward)

    def _discriminate(self, practice: Experience, pool: TaskReplay) -> dict[str, Tensor]:
        rng, count = practice.rng, self.params.discriminator_batch
        expert, policy = (
            transitions.draw(rng, np.arange(len(practice.tasks)), count)
            for transitions in (practice.expert, pool)
        )
        return self.adversary.update(expert, policy)

    def _pool(self, seen: dict[str, Tensor], lasting: Tensor, tasks: int) -> TaskReplay:
        """All steps of all policies, by task."""
        indices = torch.arange(len(lasting)).reshape(-1, 1, 1).expand(lasting.shape) % tasks
        pool = TaskReplay(tasks, lasting.numel() // tasks, **self.sizes)
        pool.add(indices[lasting].numpy(), **{n: part[lasting].numpy() for n, part in seen.items()})
        return pool
