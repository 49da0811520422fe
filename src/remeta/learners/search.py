"""Random search of a policy (augmented: Mania et al. 2018, versions V1, V1-t, V2 and V2-t).

All directions, both ways, play all tasks in one batch. `scaled` observations are version 2's,
fewer `kept` than `directions` the t of a version. Differs from the paper: the linear policy has a
constant term, and weights of hidden layers, where there are any, begin at random.
"""

from typing import Any

import numpy as np
import torch
from jaxtyping import Float
from pydantic import PositiveFloat, PositiveInt, model_validator
from torch import Tensor

from remeta.core.episodes import Episodes
from remeta.core.search import Scaling, perturbed, search_step
from remeta.core.weights import Weights
from remeta.experience.practice import Indices, Practice
from remeta.frozen import Frozen
from remeta.nets.policy import Activation, Shape
from remeta.nets.scaled import ScaledPolicy, searched


class Params(Frozen):
    """What a run of it may choose."""

    hidden: list[PositiveInt]  # none for a linear policy
    activation: Activation
    directions: PositiveInt  # N
    kept: PositiveInt  # b, the best of them
    noise: PositiveFloat  # how far a step along a direction goes
    rate: PositiveFloat
    scaled: bool  # observations, by all that were met

    @model_validator(mode="after")
    def _no_more_than_there_are(self) -> "Params":
        if self.kept > self.directions:
            raise ValueError("kept is larger than directions")
        return self


class Search:
    """A policy that is searched, and the scales of what it has observed."""

    def __init__(self, params: Params, shape: Shape, generator: torch.Generator):
        self.params, sizes = params, (shape.obs_size, shape.act_size)
        self.policy = ScaledPolicy(*sizes, params.hidden, params.activation, generator)
        self.weights = self.policy.initial_weights()
        self.scaling = Scaling.zeros(sizes[0])

    def rollouts(self, practice: Practice, indices: Indices) -> tuple[Weights, Episodes]:
        """Directions, and what every policy along and against them met in these tasks.

        The first axis of the episodes counts policies, those along before those against, and the
        tasks of each.
        """
        own, rng = searched(self.weights), practice.rng
        directions = {name: self._draw_directions(value, rng) for name, value in own.items()}
        policies = perturbed(own, directions, self.params.noise)
        each = {name: w.repeat_interleave(len(indices), 0) for name, w in policies.items()}
        actor = self.policy.actor(self.weights | each)
        rows = np.tile(indices, 2 * self.params.directions)
        return directions, practice.rollouts(actor, rows, deterministic=True)

    def _draw_directions(self, like: Tensor, rng: np.random.Generator) -> Tensor:
        shape = self.params.directions, *like.shape
        return torch.from_numpy(rng.standard_normal(shape, dtype=np.float32))

    def step(
        self, directions: Weights, rollouts: Episodes, reward: Float[Tensor, "policy episode time"]
    ) -> dict[str, float]:
        """One step by the mean over tasks of what every policy earned; then new scales."""
        earned = (reward * rollouts.mask).sum(-1).mean(-1)
        returns = earned.unflatten(0, (2 * self.params.directions, -1)).mean(-1)
        current, kept, rate = searched(self.weights), self.params.kept, self.params.rate
        self.weights = self.weights | search_step(current, directions, returns, kept, rate)
        if self.params.scaled:
            self.scaling = self.scaling.updated(rollouts.obs[rollouts.mask > 0])
            shift, scale = self.scaling.mean, self.scaling.scale
            self.weights = self.weights | {"shift": shift.float(), "scale": scale.float()}
        return {"return_mean": float(returns.mean()), "return_best": float(returns.max())}

    def state(self) -> dict[str, Any]:
        """What it has come to."""
        return {"weights": self.weights, "scaling": self.scaling}

    def restore(self, state: dict[str, Any]) -> None:
        """Go on from there."""
        self.weights, self.scaling = state["weights"], state["scaling"]
