"""Telling an expert from a policy: losses and rewards of a logit f that is high for the expert.

    D = sigmoid(f) = P(expert | s, a),   at best  f = log p_expert(s, a) - log p_policy(s, a)

This sign holds throughout. GAIL's paper has D -> 1 on the policy and a cost log D, which is the
reward -log D' of its mirror image D' = 1 - D, the `minus_log_policy` below.
"""

from typing import Literal

import torch
import torch.nn.functional as F
from jaxtyping import Float
from torch import Tensor

Loss = Literal["cross_entropy", "least_squares"]
Reward = Literal["log_odds", "log_expert", "minus_log_policy"]


def cross_entropy(
    expert: Float[Tensor, "*batch"], policy: Float[Tensor, "*other"]
) -> Float[Tensor, ""]:
    """-(E_expert[log D] + E_policy[log(1 - D)]) / 2."""
    return (F.softplus(-expert).mean() + F.softplus(policy).mean()) / 2


def least_squares(
    expert: Float[Tensor, "*batch"], policy: Float[Tensor, "*other"]
) -> Float[Tensor, ""]:
    """(E_expert[(D - 1)^2] + E_policy[D^2]) / 2."""
    short, high = 1 - torch.sigmoid(expert), torch.sigmoid(policy)
    return (short.square().mean() + high.square().mean()) / 2


def discriminator_loss(
    kind: Loss, expert: Float[Tensor, "*batch"], policy: Float[Tensor, "*other"]
) -> Float[Tensor, ""]:
    """How badly f tells the two apart, in one of two measures."""
    measure = cross_entropy if kind == "cross_entropy" else least_squares
    return measure(expert, policy)


def gradient_penalty(gradient: Float[Tensor, "*batch dim"]) -> Float[Tensor, ""]:
    """E[(|df/dx| - 1)^2] of the gradients by the inputs: zero if all are of length one."""
    return (torch.linalg.vector_norm(gradient, dim=-1) - 1).square().mean()


def reward(kind: Reward, logit: Float[Tensor, "*batch"]) -> Float[Tensor, "*batch"]:
    """What a policy earns for being taken for the expert.

    Where episodes may end early, the sign decides whether it pays to: `log_expert` is never above
    zero, so that to end soon is good; `minus_log_policy` never below, so that to live on is.
    """
    match kind:
        case "log_odds":  # log D - log(1 - D)
            return logit
        case "log_expert":  # log D
            return -F.softplus(-logit)
        case "minus_log_policy":  # -log(1 - D)
            return F.softplus(logit)
