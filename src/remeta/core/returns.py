"""Returns, the linear baseline fitted per task, and the advantages every method learns from."""

import torch
from jaxtyping import Float
from torch import Tensor

from remeta.core.episodes import Batch, CreditedBatch, Episodes, Pictured, PicturedBatch

RIDGE = 1e-5
FLAT = 1e-6  # below this spread an advantage is rounding noise and must not be blown up


def discounted_sums(
    reward: Float[Tensor, "*batch time"], discount: float | Float[Tensor, "*batch time"]
) -> Float[Tensor, "*batch time"]:
    """G_t = r_t + discount_t G_t+1: the sum over t' >= t of discount^(t'-t) r_t' where it is one.

    A discount of zero ends an episode: what comes after it counts for nothing before it.
    """
    later = torch.zeros_like(reward[..., 0])
    sums = []
    each = torch.as_tensor(discount, dtype=reward.dtype, device=reward.device).expand_as(reward)
    steps = list(zip(reward.unbind(-1), each.unbind(-1), strict=True))
    for r_t, discount_t in reversed(steps):
        later = r_t + discount_t * later
        sums.append(later)
    return torch.stack(sums[::-1], -1)


def generalised_advantage(
    reward: Float[Tensor, "*batch time"],
    value: Float[Tensor, "*batch time"],
    discount: float,
    trace: float,
) -> Float[Tensor, "*batch time"]:
    """A_t = sum over t' >= t of (discount trace)^(t'-t) (r_t' + discount V_t'+1 - V_t').

    Nothing is to come after the last step. At trace 1 this is what is left to come, less V_t.
    """
    following = torch.cat([value[..., 1:], torch.zeros_like(value[..., :1])], -1)
    return discounted_sums(reward + discount * following - value, discount * trace)


def baseline_features(
    obs: Float[Tensor, "*batch time obs"],
) -> Float[Tensor, "*batch time feature"]:
    """[o, o^2, tau, tau^2, tau^3, 1] with o clipped to ±10 and tau = t / 100."""
    o = obs.clamp(-10, 10).double()
    tau = torch.arange(obs.shape[-2], dtype=o.dtype, device=o.device) / 100
    clock = torch.stack([tau, tau**2, tau**3, torch.ones_like(tau)], -1)
    return torch.cat([o, o * o, clock.expand(*o.shape[:-1], 4)], -1)


def linear_baseline(
    episodes: Episodes, target: Float[Tensor, "*task episode time"]
) -> Float[Tensor, "*task episode time"]:
    """Ridge regression of `target` on the features, one fit per task, on the data it is used on.

    In float64, where the ridge alone keeps the system solvable; the official code works in
    float32 and multiplies the ridge by ten until no NaN comes out.
    """
    return ridge_fit(baseline_features(episodes.obs), target, episodes.mask)


def ridge_fit(
    features: Float[Tensor, "*task episode time feature"],
    target: Float[Tensor, "*task episode time"],
    mask: Float[Tensor, "*task episode time"],
) -> Float[Tensor, "*task episode time"]:
    """What linear regression on the features of each task's steps says of the target there."""
    rows = (features * mask[..., None]).flatten(-3, -2)
    goal = (target * mask).double().flatten(-2)[..., None]
    square = rows.mT @ rows + RIDGE * torch.eye(
        rows.shape[-1], dtype=rows.dtype, device=rows.device
    )
    weights = torch.linalg.solve(square, rows.mT @ goal)
    return (features.flatten(-3, -2) @ weights).squeeze(-1).unflatten(-1, target.shape[-2:])


def cubic_features(
    obs: Float[Tensor, "*batch time obs"], clock: Float[Tensor, "*batch time"]
) -> Float[Tensor, "*batch time feature"]:
    """[o, o^2, o^3, tau, tau^2, tau^3, 1], tau the share of an episode that is over."""
    seen = torch.cat([obs, clock.unsqueeze(-1)], -1).double()
    return torch.cat([seen, seen**2, seen**3, torch.ones_like(seen[..., :1])], -1)


def standardised(
    advantage: Float[Tensor, "*task episode time"], mask: Float[Tensor, "*task episode time"]
) -> Float[Tensor, "*task episode time"]:
    """Zero mean and unit spread over each task's steps; zero where nothing tells them apart."""
    count = mask.sum((-2, -1), keepdim=True)
    mean = (advantage * mask).sum((-2, -1), keepdim=True) / count
    centred = (advantage - mean) * mask
    spread = (centred.square().sum((-2, -1), keepdim=True) / count).sqrt()
    return torch.where(spread < FLAT, torch.zeros_like(centred), centred / (spread + 1e-8))


def with_advantages(episodes: Episodes, discount: float) -> Batch:
    """A = G - b, standardised per task (generalised advantages at lambda = 1).

    Of rollouts with pictures b is nought, as in GMPS' official code.
    """
    sums = discounted_sums(episodes.reward * episodes.mask, discount).double()
    by_sight = isinstance(episodes, Pictured)
    advantage = sums if by_sight else sums - linear_baseline(episodes, sums)
    parts = {
        "obs": episodes.obs,
        "act": episodes.act,
        "advantage": standardised(advantage, episodes.mask.double()).to(episodes.obs.dtype),
        "mask": episodes.mask,
        "log_prob": episodes.log_prob,
    }
    return PicturedBatch(**parts, images=episodes.images) if by_sight else Batch(**parts)


def with_post_reward(batch: Batch, after: Episodes) -> CreditedBatch:
    """With the mean reward of each task after adaptation, rewards standardised over all tasks."""
    steps = after.mask.sum()
    centred = (after.reward - (after.reward * after.mask).sum() / steps) * after.mask
    unit = centred / ((centred.square().sum() / steps).sqrt() + 1e-8)
    mean = unit.sum((-2, -1), keepdim=True) / after.mask.sum((-2, -1), keepdim=True)
    return CreditedBatch(
        obs=batch.obs,
        act=batch.act,
        advantage=batch.advantage,
        mask=batch.mask,
        log_prob=batch.log_prob,
        post_reward=mean.expand_as(batch.mask),
    )
