"""No adaptation at all: whoever learned a task acts in it as it is."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from remeta.core.episodes import Episodes
from remeta.core.squashed import squash
from remeta.core.weights import Weights
from remeta.experience.acting import Actor, Agent
from remeta.experience.adaptation import Spent
from remeta.nets.squashed import SquashedPolicy


@dataclass(frozen=True)
class Unadapted:
    """The memory is the weights, which all tasks share and which stay."""

    actor_with: Callable[[Weights], Actor]

    def begin(self, start: Weights, shape: tuple[int, int], rng: np.random.Generator) -> Weights:
        """The start."""
        return start

    def actor(self, memory: Weights, rng: np.random.Generator) -> Actor:
        """The same in all rows."""
        return self.actor_with(memory)

    def learn(self, memory: Weights, rollouts: Episodes, actor: Actor) -> tuple[Weights, Spent]:
        """Nothing, at no cost."""
        return memory, Spent.nothing(len(rollouts.mask))


def squashed_actor(policy: SquashedPolicy, weights: Weights) -> Agent:
    """Who acts with these weights, every action between -1 and 1."""
    return Agent(lambda obs, _, memory: (*policy.distribution(weights, obs), memory), squash=squash)
