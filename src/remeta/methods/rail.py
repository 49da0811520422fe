"""RAIL: adversarial imitation by random search (Shin & Kim 2019; AILSRS, 2020).

1. roll out the policies W + noise delta_k and W - noise delta_k, for N random directions
2. min_f  E_expert[(D - 1)^2] / 2 + E_ours[D^2] / 2      (least squares, D = sigmoid(f))
3. W <- one step of augmented random search by the returns sum_t -log(1 - D(s_t, a_t))

All policies are scored by the same discriminator, or a difference of returns would be one of
discriminators. Actions count as far as the world lets them: a search knows no bounds, and by what
is beyond them anybody could be told from an expert.

No code is public, and what is published leaves open all sizes and rates, and how D is kept between
nought and one: here by a sigmoid. A gradient penalty is no part of it.
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
    kind: Literal["rail"]
    search: search.Params
    discriminator: adversary.Params
    updates: PositiveInt  # of the discriminator, per iteration
    pairs: PositiveInt  # of the expert's transitions and ours, per task and update


class RAIL:
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
        return self.search.weights

    @weights.setter
    def weights(self, weights: Weights) -> None:
        self.search.weights = weights

    def meta_step(self, practice: Experience) -> dict[str, float]:
        """One step of the search, scored by a discriminator that has just seen these roll-outs."""
        directions, found = self.search.roll_outs(practice)
        act = found.act.clamp(-practice.world.family.act_bound, practice.world.family.act_bound)
        met = {"obs": found.obs[..., : self.sizes["obs"]], "act": act}
        pool = self._pool(met, found.mask > 0, len(practice.tasks))
        rng, pairs, which = practice.rng, self.params.pairs, np.arange(len(practice.tasks))
        told = [
            self.adversary.update(
                practice.expert.draw(rng, which, pairs), pool.draw(rng, which, pairs)
            )
            for _ in range(self.params.updates)
        ]
        practice.counts.updates += 1
        return averaged(told) | self.search.ascend(directions, found, self.adversary.reward(met))

    def _pool(self, met: dict[str, Tensor], lasting: Tensor, tasks: int) -> TaskReplay:
        """All steps of all policies, by task."""
        which = torch.arange(len(lasting)).reshape(-1, 1, 1).expand(lasting.shape) % tasks
        pool = TaskReplay(tasks, lasting.numel() // tasks, **self.sizes)
        pool.add(which[lasting].numpy(), **{n: part[lasting].numpy() for n, part in met.items()})
        return pool
