"""Adaptation by a context: a few numbers that tell a policy its task, known up to a Gaussian.

Inferred from what was met (PEARL; Rakelly et al. 2019), where every row of a task is a trial of
its own, or from what an expert showed (SMILe; Ghasemipour et al. 2019), which takes no step in the
world. The weights stay.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Protocol

import numpy as np
import torch
from jaxtyping import Float, Int
from numpy import ndarray
from torch import Tensor
from torch.utils import _pytree as pytree

from remeta.core.episodes import Demonstrations, Episodes
from remeta.core.weights import Weights
from remeta.experience.acting import Actor
from remeta.experience.adaptation import Spent

Belief = tuple[Tensor, Tensor]  # mean and log-std of a context


class InferringNet(Protocol):
    """A policy on contexts, and what is believed of a context after some rollouts."""

    @property
    def context_size(self) -> int:
        """How many numbers a context is."""
        ...

    def actor(self, weights: Weights, context: Float[Tensor, "task row context"]) -> Actor:
        """Who acts in these contexts."""
        ...

    def infer(self, weights: Weights, rollouts: Episodes) -> Belief:
        """The posterior [task, row, context], each of the rollouts [task, row, time, ...]."""
        ...


class WatchingNet(Protocol):
    """A policy on contexts, and what is believed of a context after some demonstrations."""

    def actor(self, weights: Weights, context: Float[Tensor, "task row context"]) -> Actor:
        """Who acts in these contexts."""
        ...

    def encode(self, weights: Weights, demos: Demonstrations) -> Belief:
        """The belief [set, context], each of the demonstrations [set, demo, time, ...] at once."""
        ...


@dataclass(frozen=True)
class Posterior:
    """What every row has met so far, [task, row, time, ...], and believes."""

    weights: Weights
    belief: Belief
    rollouts: Episodes | None = None
    steps: int = 0


@dataclass(frozen=True)
class PosteriorAdaptation:
    """Acts on a context drawn once per episode: from the prior N(0, 1), then from the posterior.

    The prior is kept to for so many steps, whatever is met meanwhile.
    """

    net: InferringNet
    prior_steps: int = 1

    def begin(self, start: Weights, shape: tuple[int, int], rng: np.random.Generator) -> Posterior:
        """The prior."""
        zeros = torch.zeros(*shape, self.net.context_size)
        return Posterior(start, (zeros, zeros))

    def actor(self, memory: Posterior, rng: np.random.Generator) -> Actor:
        """On a fresh draw in every row."""
        return self.net.actor(memory.weights, sample_context(memory.belief, rng))

    def learn(self, memory: Posterior, rollouts: Episodes, actor: Actor) -> tuple[Posterior, Spent]:
        """The posterior after one more episode of every row."""
        so_far = append_episode(memory.rollouts, rollouts) if memory.rollouts else rollouts
        memory = replace(memory, rollouts=so_far, steps=memory.steps + 1)
        if memory.steps >= self.prior_steps:
            memory = replace(memory, belief=self.net.infer(memory.weights, so_far))
        return memory, Spent.per_row(rollouts)


@dataclass(frozen=True)
class Revealed:
    """Which demonstrations are known after so many steps: the first ones in this order."""

    weights: Weights
    order: Int[ndarray, "task context demo"]
    rows: int
    steps: int = 0


@dataclass(frozen=True)
class DemonstrationAdaptation:
    """Acts on what an expert's demonstrations say of the task; a step shows more of them.

    Rows take turns with so many contexts of their task, each of demonstrations in an order of its
    own. What is spent is a step for every demonstration, and nothing else.
    """

    net: WatchingNet
    demos: Demonstrations  # of the tasks, [task, demo, time, ...]
    counts: Sequence[int]  # of those that are known after each step
    contexts: int = 1
    sampled: bool = False  # acts on a draw and not on the mean

    def begin(self, start: Weights, shape: tuple[int, int], rng: np.random.Generator) -> Revealed:
        """Nothing is known yet."""
        tasks, rows = shape
        order = np.tile(np.arange(self.demos.mask.shape[1]), (tasks, self.contexts, 1))
        return Revealed(start, rng.permuted(order, axis=-1), rows)

    def actor(self, memory: Revealed, rng: np.random.Generator) -> Actor:
        """On what is known."""
        belief = self.net.encode(memory.weights, self._known(memory))
        turns = torch.arange(memory.rows) % self.contexts
        mean, log_std = (part.unflatten(0, memory.order.shape[:2])[:, turns] for part in belief)
        context = sample_context((mean, log_std), rng) if self.sampled else mean
        return self.net.actor(memory.weights, context)

    def learn(self, memory: Revealed, rollouts: Episodes, actor: Actor) -> tuple[Revealed, Spent]:
        """More demonstrations; the rollouts are for those who judge."""
        more = self.counts[memory.steps] - (0, *self.counts)[memory.steps]
        spent = replace(Spent.nothing(len(memory.order)), steps=more)
        return replace(memory, steps=memory.steps + 1), spent

    def _known(self, memory: Revealed) -> Demonstrations:
        """[task x context, demo, time, ...]; where nothing is known, one that is masked."""
        count = (0, *self.counts)[memory.steps]
        first = torch.from_numpy(memory.order[..., : max(count, 1)])
        task = torch.arange(len(first))[:, None, None]
        known = pytree.tree_map(lambda part: part[task, first].flatten(0, 1), self.demos)
        return known if count else replace(known, mask=torch.zeros_like(known.mask))


def sample_context(belief: Belief, rng: np.random.Generator) -> Tensor:
    """A context for every mean."""
    mean, log_std = belief
    noise = torch.from_numpy(rng.standard_normal(tuple(mean.shape), dtype=np.float32))
    return mean + noise * torch.exp(log_std)


def append_episode(first: Episodes, second: Episodes) -> Episodes:
    """Rows [task, row] of one episode more, along the axis of time."""
    return pytree.tree_map(lambda *parts: torch.cat(parts, 2), first, second)
