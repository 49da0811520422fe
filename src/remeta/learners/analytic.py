"""Experts that have nothing to learn: the task and what is seen tell them what to do."""

from collections.abc import Callable

import torch
from jaxtyping import Float
from numpy import ndarray
from torch import Tensor

from remeta.tasks.point import REACH

STEP = 0.01  # metres by which an action of 1 leads the hand
HINGE = torch.tensor([0.2, 1.0])  # about which the door turns
SHUT = torch.tensor([-0.3, -0.1])  # from there to the grasp point of a closed door
OVER = torch.tensor([0.0, 0.0, 0.03])  # from the grasp point to a hand whose fingers are about it
ABOVE, HIGH, LOW = 0.37, 0.355, 0.345  # the hand's heights: over the bar; near it; hooked
BEFORE = 0.78  # y at which the hand rises, clear of the handle


def point_expert(tasks: Float[ndarray, "task 2"]) -> Callable[[Tensor], Tensor]:
    """Straight to the goal as fast as allowed: clip(goal - s, ±0.1) / 0.1."""
    goals = torch.from_numpy(tasks).float().unsqueeze(1)
    return lambda obs: ((goals - obs[..., :2]) / REACH).clamp(-1, 1)


def door_expert(targets: Float[ndarray, "task 1"]) -> Callable[[Tensor], Tensor]:
    """Over the handle, down with a finger behind its bar, then around the hinge as far as told."""
    angles = torch.from_numpy(targets).float()

    def act(obs: Float[Tensor, "task row 6"]) -> Float[Tensor, "task row 3"]:
        hand, grasp = obs.split(3, dim=-1)
        way = grasp + OVER - hand
        off = way[..., :2].norm(dim=-1, keepdim=True)
        hooked = (off < 0.06) & (hand[..., 2:] < LOW)
        left = angles - opened(grasp[..., :2])
        lower = torch.where(off < 0.02, way, _rise(hand, way))
        moved = torch.where(hooked, _turn(hand, way, left), lower / STEP)
        return moved.clamp(-1, 1)

    return act


def opened(grasp: Float[Tensor, "*rows 2"]) -> Float[Tensor, "*rows"]:
    """How far a door is open whose grasp point is there, in radians."""
    arm = grasp - HINGE
    across = SHUT[0] * arm[..., 1] - SHUT[1] * arm[..., 0]
    return torch.atan2(across, arm @ SHUT)


def _rise(hand: Tensor, way: Tensor) -> Tensor:
    """To a place over the handle; before that up, at a distance from it."""
    near = torch.minimum(way[..., 1], BEFORE - hand[..., 1])
    ahead = torch.where(hand[..., 2] < HIGH, near, way[..., 1])
    return torch.stack([way[..., 0], ahead, ABOVE - hand[..., 2]], dim=-1)


def _turn(hand: Tensor, way: Tensor, left: Tensor) -> Tensor:
    """Around the hinge, slower on the last few degrees."""
    arm = hand[..., :2] - HINGE
    along = torch.stack([-arm[..., 1], arm[..., 0]], dim=-1) / arm.norm(dim=-1, keepdim=True)
    pull = along * (20 * left).clamp(-1, 1)[..., None]
    return torch.cat([pull, way[..., 2:] / STEP], dim=-1)


# By family.
ANALYTIC = {"point": point_expert, "point_arc": point_expert, "sawyer_door": door_expert}
