"""A world as a policy meets it: a family, an episode's length, what is added to what it sees."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import torch
from jaxtyping import Float, UInt8
from numpy import ndarray
from torch import Tensor

from remeta.tasks.family import Family, Rows

Camera = Callable[[Rows], UInt8[ndarray, "row height width colour"]]


@dataclass(frozen=True)
class World:
    """`modes` more inputs tell a rollout which of as many ways to explore it is.

    MRI's official code has five of them, which the paper does not mention: rollout j sees
    one-hot(j mod 5) while it explores; demonstrations and adapted policies see zeros.

    With a `camera` of the family's states, actors see a picture beside the numbers of every step.
    """

    family: Family
    horizon: int
    modes: int = 0
    camera: Camera | None = None

    @property
    def obs_size(self) -> int:
        """Of the family's observations, and the modes."""
        return self.family.obs_size + self.modes

    @property
    def act_size(self) -> int:
        """The family's."""
        return self.family.act_size

    def mode_inputs(self, episodes: int, explore: bool) -> Float[ndarray, "episode mode"]:
        """What rollouts see beside their observations."""
        inputs = np.zeros((episodes, self.modes), dtype=np.float32)
        if explore and self.modes:
            inputs[np.arange(episodes), np.arange(episodes) % self.modes] = 1
        return inputs

    def padded(self, obs: Float[Tensor, "*batch obs"]) -> Float[Tensor, "*batch more"]:
        """Observations of the family as a policy of this world sees them when not exploring."""
        return torch.cat([obs, obs.new_zeros(*obs.shape[:-1], self.modes)], -1)
