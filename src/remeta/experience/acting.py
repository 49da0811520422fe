"""Actors in the rows of a world: what they see, what they remember, what they do."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any, Protocol

import numpy as np
import torch
from jaxtyping import Bool, Float, UInt8
from numpy import ndarray
from torch import Tensor
from torch.utils import _pytree as pytree

from remeta.core.episodes import LastStep, Sight
from remeta.core.gaussian import HALF_LOG_TAU


class MemorylessActor(Protocol):
    """Mean and log-std of the actions in a batch of observations [task, row, obs], or of sights.

    The mean is [task, row, act], the log-std of the same shape or of one that expands to it.
    """

    def __call__(self, obs: Any, /) -> tuple[Tensor, Tensor]: ...


@dataclass(frozen=True)
class Agent:
    """An actor with a memory in every row, which outlives the row's episodes.

    `step` maps observations [task, row, obs], the last step and the memory to mean, log-std and
    the new memory. An action is what is drawn from these or, of an agent that squashes, the first
    of what `squash` makes of it; the second is the logarithm of its derivative, [task, row].
    """

    step: Callable[[Any, LastStep, Any], tuple[Tensor, Tensor, Any]]
    memory: Any = ()  # tensors [task, row, ...] in tuples, dicts or records
    last: LastStep | None = None
    squash: Callable[[Tensor], tuple[Tensor, Tensor]] | None = None


Actor = MemorylessActor | Agent


class Rows:
    """The rows [task x row] of a world in the hands of an actor, step by step."""

    def __init__(self, actor: Actor, shape: tuple[int, int], act_size: int):
        self.actor, self.shape = actor, shape
        self._log_stds: list[Tensor] = []  # of every step so far
        self._log_derivatives: list[Tensor] = []
        self._memory: Any = ()  # after the step that is under way
        self._last = LastStep(*(torch.zeros(*shape, size) for size in (act_size, 1, 1)))
        if isinstance(actor, Agent) and actor.last:
            self._last = actor.last

    def act(
        self,
        seen: Float[ndarray, "row obs"],
        noise: Float[ndarray, "row act"],
        image: UInt8[ndarray, "row height width colour"] | None = None,
    ) -> ndarray:
        """Actions of all rows, drawn with this noise."""
        actor, obs = self.actor, torch.from_numpy(seen).unflatten(0, self.shape)
        if image is not None:
            obs = Sight(obs, torch.from_numpy(image).unflatten(0, self.shape))
        if isinstance(actor, Agent):
            mean, log_std, self._memory = actor.step(obs, self._last, actor.memory)
        else:
            mean, log_std = actor(obs)
        self._log_stds.append(log_std)
        act = mean + torch.from_numpy(noise).unflatten(0, self.shape) * torch.exp(log_std)
        if isinstance(actor, Agent) and actor.squash:
            act, log_derivative = actor.squash(act)
            self._log_derivatives.append(log_derivative)
        return act.flatten(0, 1).numpy()

    def remember(
        self,
        act: Float[ndarray, "row act"],
        reward: Float[ndarray, "row"],
        done: Bool[ndarray, "row"],
        alive: Bool[ndarray, "row"],
    ) -> None:
        """What the step under way came to; rows that were not alive stay as they are."""
        if not isinstance(self.actor, Agent):
            return
        last = LastStep(*map(self._by_task, (act, reward[:, None], done[:, None])))
        new = self._memory, last
        if not alive.all():
            kept, before = self._by_task(alive) > 0, (self.actor.memory, self._last)
            new = pytree.tree_map(lambda n, b: torch.where(_as(kept, n), n, b), new, before)
        memory, self._last = new
        self.actor = replace(self.actor, memory=memory, last=self._last)

    def log_prob(
        self, noise: Float[Tensor, "task row time act"], deterministic: bool
    ) -> Float[Tensor, "task row time"]:
        """Of the actions that were drawn with this noise; nought where they were not drawn."""
        if deterministic:
            return noise.new_zeros(noise.shape[:-1])
        log_std = _over_time(self._log_stds, noise.shape[2], -2)
        log_prob = -(0.5 * noise * noise + log_std + HALF_LOG_TAU).sum(-1)
        if not self._log_derivatives:
            return log_prob
        return log_prob - _over_time(self._log_derivatives, noise.shape[2], -1)

    def _by_task(self, value: ndarray) -> Tensor:
        return torch.from_numpy(value.astype(np.float32)).unflatten(0, self.shape)


def _as(rows: Tensor, like: Tensor) -> Tensor:
    """[task, row] with as many axes more as `like` has."""
    return rows.reshape(*rows.shape, *[1] * (like.ndim - 2))


def _over_time(values: Sequence[Tensor], steps: int, axis: int) -> Tensor:
    """Values of each step, side by side; the last stands for steps that nobody took."""
    at_least_1d = [value if value.ndim else value.unsqueeze(0) for value in values]
    return torch.stack([*at_least_1d, *[at_least_1d[-1]] * (steps - len(at_least_1d))], axis)
