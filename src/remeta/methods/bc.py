"""Behaviour cloning of one expert: supervised learning in the states the expert was in.

The policy never acts while it learns. Where its errors lead it away from the expert's states, it
has never seen what to do: the drift that GAIL is meant to cure.

Many tasks are cloned into one policy that does not see which it is in.
"""

from typing import Literal

import numpy as np
import torch
from pydantic import PositiveInt

from remeta.core.weights import Weights
from remeta.frozen import Frozen
from remeta.learners import clone
from remeta.learners.offpolicy import Experience, averaged


class Params(Frozen):
    """What a run of it may choose."""

    kind: Literal["bc"]
    clone: clone.Params
    updates: PositiveInt  # in one iteration
    batch: PositiveInt  # transitions per task and update


class BC:
    """A policy cloned from an expert."""

    needs_demos = True
    LIVING = ("clone",)

    def __init__(self, params: Params, practice: Experience, generator: torch.Generator):
        self.params, family = params, practice.world.family
        self.clone = clone.Clone(params.clone, family.obs_size, family.act_size, generator)

    @property
    def weights(self) -> Weights:
        """Of the policy."""
        return self.clone.policy.initial_weights()

    @weights.setter
    def weights(self, weights: Weights) -> None:
        self.clone.policy.load_state_dict(weights)

    def meta_step(self, practice: Experience) -> dict[str, float]:
        """Some updates on random transitions of the expert."""
        indices = np.arange(len(practice.tasks))
        metrics = [
            self.clone.update(practice.expert.draw(practice.rng, indices, self.params.batch))
            for _ in range(self.params.updates)
        ]
        practice.counts.updates += len(metrics)
        return averaged(metrics)
