"""What methods have in common whose policy acts as it has learned, in whatever task."""

from abc import ABC, abstractmethod
from functools import partial
from operator import attrgetter
from typing import ClassVar

import numpy as np
import torch
from torch import Tensor

from remeta.core.weights import Weights
from remeta.experience.adaptation import Schedule
from remeta.experience.practice import Practice
from remeta.experience.replay import TaskReplay
from remeta.experience.unadapted import Unadapted, squashed_actor
from remeta.learners.offpolicy import Interleaved
from remeta.learners.sac import SAC
from remeta.nets.squashed import SquashedPolicy


class Settled:
    """The policy that `ACTOR` names is all that there is to keep."""

    ACTOR: ClassVar[str]

    @property
    def policy(self) -> SquashedPolicy:
        """Who acts."""
        return attrgetter(self.ACTOR)(self)

    @property
    def weights(self) -> Weights:
        """Of the policy."""
        return self.policy.initial_weights()

    @weights.setter
    def weights(self, weights: Weights) -> None:
        self.policy.load_state_dict(weights)

    def adaptation(self, schedule: Schedule) -> Unadapted:
        """It acts as it has learned."""
        return Unadapted(lambda weights: squashed_actor(self.policy, weights))


class SettledSAC(Settled, ABC):
    """It is SAC that acts: it remembers every step, and learns between steps."""

    ACTOR: ClassVar = "sac.actor"
    sac: SAC
    replay: TaskReplay
    loop: Interleaved

    def meta_step(self, practice: Practice) -> dict[str, float]:
        """Some steps in the world, then some updates."""
        update = partial(self._update, practice)
        return self.loop.learn(practice, self._act, self.replay.record, update)

    @torch.no_grad()
    def _act(self, obs: Tensor, indices: np.ndarray) -> np.ndarray:
        return self.sac.sample(obs)[0].numpy()

    @abstractmethod
    def _update(self, practice: Practice) -> dict[str, Tensor]:
        """A step of all that learns."""
