"""Adaptation by memory alone: a hidden state that is carried from episode to episode of a trial.

Every row of a task is a trial of its own. What the net sees of its last step (RL2; Duan et al.
2016, Wang et al. 2016) is not forgotten where an episode ends, the end itself included.
"""

from dataclasses import dataclass
from functools import partial
from typing import Any, Protocol

import numpy as np
import torch
from jaxtyping import Float
from torch import Tensor

from remeta.core.episodes import Episodes, LastStep
from remeta.core.stretches import Stretches
from remeta.core.weights import Weights
from remeta.experience.acting import Agent
from remeta.experience.adaptation import Spent


class RecurrentNet(Protocol):
    """A policy whose memory is a tree of tensors [task, row, ...]."""

    def memory(self, weights: Weights, shape: tuple[int, int]) -> Any:
        """Before the first step of a trial, in rows [task, row]."""
        ...

    def step(
        self, weights: Weights, obs: Tensor, last: LastStep, memory: Any
    ) -> tuple[Tensor, Tensor, Any]:
        """Mean and log-std of the actions in observations [task, row, obs], the memory after."""
        ...


@dataclass(frozen=True)
class RecurrentAdaptation:
    """The memory is the agent itself, as its rows left it; a step is one more episode."""

    net: RecurrentNet

    def begin(self, start: Weights, shape: tuple[int, int], rng: np.random.Generator) -> Agent:
        """An agent that has seen nothing."""
        return Agent(partial(self.net.step, start), self.net.memory(start, shape))

    def actor(self, memory: Agent, rng: np.random.Generator) -> Agent:
        """The agent, where it is."""
        return memory

    def learn(self, memory: Agent, rollouts: Episodes, actor: Agent) -> tuple[Agent, Spent]:
        """What it remembers of another episode."""
        return actor, Spent.per_row(rollouts)


def seen(trials: Stretches) -> Float[Tensor, "task row time seen"]:
    """What a net sees at each step of trials: the observation, its last action, what came of it.

    Noughts stand for the latter before the first step of a trial, and nowhere else.
    """
    causes = torch.cat(_causes(trials), -1)
    before = torch.cat([torch.zeros_like(causes[:, :, :1]), causes[:, :, :-1]], 2)
    return torch.cat([trials.obs, before], -1)


def _causes(trials: Stretches) -> tuple[Tensor, Tensor, Tensor]:
    """What is seen of every step after it was taken."""
    return trials.act, trials.reward.unsqueeze(-1), trials.last.unsqueeze(-1)
