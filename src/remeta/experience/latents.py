"""Adaptation of latent variables: of a policy that draws one per episode, the Gaussian moves.

    S  =  -E_episodes[ log N(z; mean, std) A_0 ],   mean <- mean - rate * dS/dmean, std likewise

A draw is an action of its own, taken once per episode and credited with all that came of it, the
advantage A_0 of the first step (MAESN; Gupta et al. 2018). The policy's other weights stay. A start
holds, beside them, `rate.` of each of the Gaussian's numbers and, under `task.`, the Gaussians of
tasks that it was learned in.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import torch
from jaxtyping import Float
from torch import Tensor
from torch.func import vmap

from remeta.core import gaussian
from remeta.core.adapt import gradient_step
from remeta.core.episodes import Batch, Episodes
from remeta.core.objectives import reinforce
from remeta.core.returns import with_advantages
from remeta.core.weights import Weights, module_weights
from remeta.experience.acting import Agent
from remeta.experience.adaptation import Spent
from remeta.experience.inner import RATE
from remeta.nets.latent import GAUSSIAN, LatentPolicy, gaussian_of

TASK = "task"
Noise = Float[Tensor, "task row latent"]


def shared(start: Weights) -> Weights:
    """What all tasks have in common of who acts: the policy without a Gaussian."""
    apart = f"{RATE}.", f"{TASK}."
    return {name: value for name, value in start.items() if not name.startswith(apart)}


def draw_noise(weights: Weights, rows: int, rng: np.random.Generator) -> Noise:
    """Of every episode in the tasks of these Gaussians."""
    tasks, size = weights[GAUSSIAN[0]].shape
    return torch.from_numpy(rng.standard_normal((tasks, rows, size), dtype=np.float32))


def with_noise(policy: LatentPolicy, weights: Weights, noise: Noise) -> Agent:
    """Who acts by these weights, the Gaussian of every task among them, in such episodes."""

    def act(obs: Tensor, _: Any, noise: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        return *policy.distribution(weights, torch.cat([obs, noise], -1)), noise

    return Agent(act, noise)


def beside(batch: Batch, noise: Noise) -> Batch:
    """A batch as the policy sees it: the noise of its episode stands beside every observation."""
    steps = noise.unsqueeze(2).expand(*batch.mask.shape, -1)
    return replace(batch, obs=torch.cat([batch.obs, steps], -1))


def draws(weights: Weights, noise: Noise, batch: Batch, tags: Float[Tensor, "task tag"]) -> Batch:
    """What was drawn and what came of it: of every episode one action [task, row, 1, latent].

    All that is seen of a task is its tag.
    """
    mean, log_std = (part.unsqueeze(1).expand_as(noise) for part in gaussian_of(weights))
    drawn = mean + noise * log_std.exp()
    return Batch(
        obs=tags[:, None, None].expand(*noise.shape[:2], 1, -1),
        act=drawn.unsqueeze(2),
        advantage=batch.advantage[..., :1],
        mask=torch.ones_like(batch.mask[..., :1]),
        log_prob=gaussian.log_prob(drawn, mean, log_std).unsqueeze(2),
    )


def surrogate(weights: Weights, sampler: Weights, drawn: Batch) -> Tensor:
    """S of one task; nothing of it depends on who sampled the batch."""
    mean, log_std = gaussian_of(weights)
    log_prob = gaussian.log_prob(drawn.act, mean.expand_as(drawn.act), log_std)
    return reinforce(log_prob, drawn.advantage, drawn.mask)


def latent_step(weights: Weights, drawn: Batch, rates: Weights, factor: float = 1.0) -> Weights:
    """One task's weights after a step of its Gaussian; `factor` scales every rate."""
    scaled = {name: factor * rate for name, rate in rates.items()}
    return gradient_step(surrogate, weights, drawn, scaled, GAUSSIAN)


@dataclass(frozen=True)
class Latents:
    """A policy whose Gaussians are stacked, after so many steps of every task."""

    weights: Weights
    rates: Weights
    rows: int
    steps: int = 0


@dataclass(frozen=True)
class LatentAdaptation:
    """The memory is a Gaussian for every task, the prior at first; a step is one of each."""

    policy: LatentPolicy
    factors: Sequence[float]  # of the start's rates, for each step
    discount: float

    def begin(self, start: Weights, shape: tuple[int, int], rng: np.random.Generator) -> Latents:
        """The prior N(0, 1)."""
        tasks, rows = shape
        rates = module_weights(start, RATE)
        prior = {name: torch.zeros(tasks, *rates[name].shape) for name in GAUSSIAN}
        return Latents(shared(start) | prior, rates, rows)

    def actor(self, memory: Latents, rng: np.random.Generator) -> Agent:
        """On a draw of its own in every row."""
        noise = draw_noise(memory.weights, memory.rows, rng)
        return with_noise(self.policy, memory.weights, noise)

    def learn(self, memory: Latents, rollouts: Episodes, actor: Agent) -> tuple[Latents, Spent]:
        """One step of every task, by what came of its draws."""
        batch, untold = with_advantages(rollouts, self.discount), torch.zeros(len(rollouts.mask), 0)
        drawn = draws(memory.weights, actor.memory, batch, untold)
        own = {name: memory.weights[name] for name in GAUSSIAN}
        factor = self.factors[memory.steps]
        with torch.no_grad():
            moved = vmap(lambda one, its: latent_step(one, its, memory.rates, factor))(own, drawn)
        memory = replace(memory, weights=memory.weights | moved, steps=memory.steps + 1)
        return memory, Spent.on(rollouts)
