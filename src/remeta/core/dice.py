"""DiCE (Foerster et al. 2018): losses whose derivatives include that of what was sampled.

The expectation of a sampled cost depends on the policy that drew the samples, which automatic
differentiation does not see. A factor that is one in value and has the derivative of the actions'
probability makes it see that, for derivatives of any order.
"""

import torch
from jaxtyping import Float
from torch import Tensor

from remeta.core.episodes import Episodes, masked_mean
from remeta.core.returns import discounted_sums, linear_baseline, standardised


def dice_weight(
    log_prob: Float[Tensor, "*episode time"], mask: Float[Tensor, "*episode time"]
) -> Float[Tensor, "*episode time"]:
    """W_t = prod over t' <= t of pi / stop(pi): the actions to which step t is owed."""
    drawn = (log_prob * mask).cumsum(-1)
    return torch.exp(drawn - drawn.detach())


def dice(
    log_prob: Float[Tensor, "*episode time"],
    cost: Float[Tensor, "*episode time"],
    mask: Float[Tensor, "*episode time"],
) -> Float[Tensor, ""]:
    """E[W_t c_t]: the mean cost in value, its every derivative that of the expected one."""
    return masked_mean(dice_weight(log_prob, mask) * cost, mask)


def policy_gradient_loss(
    log_prob: Float[Tensor, "episode time"],
    advantage: Float[Tensor, "episode time"],
    mask: Float[Tensor, "episode time"],
) -> Float[Tensor, ""]:
    """-E[sum_t log pi A], over whole episodes."""
    return -(log_prob * advantage * mask).sum(-1).mean()


def episode_mean(
    value: Float[Tensor, "episode time"], mask: Float[Tensor, "episode time"]
) -> Float[Tensor, ""]:
    """Mean over episodes of the mean over their steps, however long they lasted."""
    return ((value * mask).sum(-1) / mask.sum(-1)).mean()


def one_step_advantage(
    reward: Float[Tensor, "*episode time"],
    value: Float[Tensor, "*episode time"],
    mask: Float[Tensor, "*episode time"],
) -> Float[Tensor, "*episode time"]:
    """r_t + V_t+1 - V_t, undiscounted; nothing is to come after the last step."""
    here = value * mask
    following = torch.cat([here[..., 1:], torch.zeros_like(here[..., :1])], -1)
    return reward * mask + following - here


def fitted_value(
    episodes: Episodes, reward: Float[Tensor, "task episode time"]
) -> Float[Tensor, "task episode time"]:
    """V_t, the linear baseline of the undiscounted reward to go, fitted per task."""
    return linear_baseline(episodes, discounted_sums(reward * episodes.mask, 1.0))


def to_go_advantage(
    episodes: Episodes, reward: Float[Tensor, "task episode time"]
) -> Float[Tensor, "task episode time"]:
    """R_t - V_t of rewards of unit size, standardised per task: the scale of rewards is lost."""
    mask = episodes.mask.to(reward.dtype)
    square = (reward * mask).square().sum((-2, -1), keepdim=True)
    size = (square / mask.sum((-2, -1), keepdim=True)).sqrt()
    unit = torch.where(size > 0, reward / size, 0.0)
    to_go = discounted_sums(unit * mask, 1.0)
    return standardised(to_go - fitted_value(episodes, unit), mask)
