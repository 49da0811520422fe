"""What happened in a world: episodes of equal length, with a mask where one ended early."""

from dataclasses import dataclass, fields
from typing import Any, Self, TypeVar, dataclass_transform

import torch
from jaxtyping import Float, UInt8
from torch import Tensor
from torch.utils import _pytree as pytree

T = TypeVar("T")


@dataclass_transform(frozen_default=True)
def record(plain: type[T]) -> type[T]:
    """A frozen dataclass that `torch.func` walks like a dict of tensors."""
    kind = dataclass(frozen=True)(plain)
    names = [field.name for field in fields(kind)]  # pyright: ignore[reportArgumentType]

    def leaves(value: Any) -> tuple[list[Any], None]:
        return [getattr(value, name) for name in names], None

    pytree.register_pytree_node(
        kind,
        leaves,
        lambda children, _: _rebuilt(kind, names, children),
        serialized_type_name=f"remeta.{kind.__name__}",
    )
    return kind


def _rebuilt(kind: type, names: list[str], children: Any) -> Any:
    # Bypasses __init__: vmap and grad rebuild records with sentinels that no shape check accepts.
    value = object.__new__(kind)
    for name, child in zip(names, children, strict=True):
        object.__setattr__(value, name, child)
    return value


@record
class Episodes:
    """Rollouts as they were collected; `log_prob` is that of the policy that acted."""

    obs: Float[Tensor, "*task episode time obs"]
    act: Float[Tensor, "*task episode time act"]
    reward: Float[Tensor, "*task episode time"]
    mask: Float[Tensor, "*task episode time"]  # 1 while the episode lasts, 0 after it ended
    log_prob: Float[Tensor, "*task episode time"]

    @property
    def env_steps(self) -> Float[Tensor, "*task"]:
        """How many steps were taken in each task."""
        return self.mask.sum((-2, -1))

    @property
    def episodes(self) -> Float[Tensor, "*task"]:
        """How many episodes there are of each task."""
        return torch.full_like(self.mask[..., 0, 0], self.mask.shape[-2])

    @property
    def steps(self) -> int:
        """How many were taken in all tasks together."""
        return int(self.env_steps.sum())

    def mean_return(self) -> Float[Tensor, "*task"]:
        """Mean over episodes of the undiscounted sum of rewards."""
        return (self.reward * self.mask).sum(-1).mean(-1)

    def to(self, device: torch.device) -> Self:
        """The same on another device."""
        return pytree.tree_map(lambda part: part.to(device), self)


@record
class Sight:
    """What an actor gets for an observation where there is a camera."""

    obs: Float[Tensor, "*batch obs"]
    image: UInt8[Tensor, "*batch height width colour"]


@record
class LastStep:
    """What every row did last and what came of it; noughts before a row's first step."""

    act: Float[Tensor, "task row act"]
    reward: Float[Tensor, "task row 1"]
    done: Float[Tensor, "task row 1"]  # 1 where it ended an episode


@record
class Pictured(Episodes):
    """Rollouts with the pictures that were seen; black after an episode ended."""

    images: UInt8[Tensor, "*task episode time height width colour"]


@record
class Batch:
    """Rollouts made ready to learn from: every action carries its advantage."""

    obs: Float[Tensor, "*task episode time obs"]
    act: Float[Tensor, "*task episode time act"]
    advantage: Float[Tensor, "*task episode time"]
    mask: Float[Tensor, "*task episode time"]
    log_prob: Float[Tensor, "*task episode time"]

    @property
    def seen(self) -> Any:
        """What a policy acted on: observations, or sights."""
        return self.obs


@record
class PicturedBatch(Batch):
    """A batch with the pictures that were seen."""

    images: UInt8[Tensor, "*task episode time height width colour"]

    @property
    def seen(self) -> Sight:
        return Sight(self.obs, self.images)


@record
class CreditedBatch(Batch):
    """A batch that knows what reward its task gave after it was learned from."""

    post_reward: Float[Tensor, "*task episode time"]


@record
class Demonstrations:
    """What an expert did, each demonstration by itself, with a mask where one was over."""

    obs: Float[Tensor, "*task demo time obs"]
    act: Float[Tensor, "*task demo time act"]
    next_obs: Float[Tensor, "*task demo time obs"]
    mask: Float[Tensor, "*task demo time"]


@record
class Demos:
    """State-action pairs of an expert, whatever demonstration they are from."""

    obs: Float[Tensor, "*task sample obs"]
    act: Float[Tensor, "*task sample act"]

    @property
    def seen(self) -> Any:
        """What a policy is to act on: observations, or sights."""
        return self.obs


@record
class PicturedDemos(Demos):
    """With what a camera saw."""

    images: UInt8[Tensor, "*task sample height width colour"]

    @property
    def seen(self) -> Sight:
        return Sight(self.obs, self.images)


def masked_mean(value: Float[Tensor, "*batch"], mask: Float[Tensor, "*batch"]) -> Float[Tensor, ""]:
    """Mean over the steps that were really taken."""
    return (value * mask).sum() / mask.sum()


def mean_returns(**rollouts: Episodes) -> dict[str, float]:
    """A metric for each, by name: the mean over tasks of their mean return."""
    return {f"return_{name}": float(each.mean_return().mean()) for name, each in rollouts.items()}


def subsampled(data: T, every: int) -> T:
    """Every k-th time step of records [task, episode, time, ...]."""
    return pytree.tree_map(lambda leaf: leaf[:, :, ::every], data)


def step_weights(
    mask: Float[Tensor, "task episode time"], tasks: int
) -> Float[Tensor, "task episode time"]:
    """Weight of each step in the mean over so many tasks of the mean over their steps."""
    return mask / mask.sum((-2, -1), keepdim=True) / tasks
