"""Outer steps up the return of what a start adapts to: a trust region, or Adam's.

    J(theta) = mean_i E_t[ pi_phi_i(theta) / pi_old A ],   phi_i what adaptation makes of theta

Of each task, `support` are the rollouts that adaptation learns from, and `query` those of the
adapted policy, by which it is judged. Where nothing adapts, phi_i is theta.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any

import torch
from pydantic import PositiveInt
from torch import Tensor
from torch.func import vmap

from remeta.core import gaussian
from remeta.core.batching import chunks, mean_gradient
from remeta.core.episodes import Batch, masked_mean, step_weights, subsampled
from remeta.core.objectives import ratio_surrogate
from remeta.core.trust_region import (
    Product,
    TrustRegion,
    TrustRegionStep,
    fisher_product,
    trust_region_step,
)
from remeta.core.weights import Weights, flat, unflattener
from remeta.frozen import Frozen
from remeta.nets.policy import Policy

Parts = list[tuple[Batch, Batch]]  # support and query of a few tasks at a time


class Steps(Frozen):
    """What a run of it may choose."""

    trust_region: TrustRegion
    curvature_subsample: PositiveInt  # every k-th time step in curvature products; 1 takes all
    task_chunk: PositiveInt


@dataclass(frozen=True)
class Ascent:
    """Of a policy that `adapt` makes of a start and the rollouts of one task."""

    policy: Policy
    adapt: Callable[[Weights, Batch], Weights]
    params: Steps
    # What is added to -J of a task, by its start and what adaptation learns from.
    more: Callable[[Weights, Any], Tensor] | None = None

    def loss(self, start: Weights, support: Batch, query: Batch) -> Tensor:
        """-J of one task; its gradient at the old start is the meta policy gradient."""
        log_prob = self.policy.log_prob(self.adapt(start, support), query.seen, query.act)
        loss = ratio_surrogate(log_prob, query.log_prob, query.advantage, query.mask)
        return loss + self.more(start, support) if self.more else loss

    def gradient(self, start: Weights, support: Batch, query: Batch) -> tuple[Weights, Tensor]:
        """Gradient and value of -J."""
        return mean_gradient(self.loss, start, (support, query), self.params.task_chunk)

    def within_region(
        self, start: Weights, support: Batch, query: Batch
    ) -> tuple[Weights, TrustRegionStep, Weights]:
        """Where one trust-region step leads, how it went, and the gradient it went by."""
        unflat, settings = unflattener(start), self.params.trust_region
        gradient, loss = self.gradient(start, support, query)
        parts = list(chunks((support, query), self.params.task_chunk))
        with torch.no_grad():
            old = [self.distributions(start, *part) for part in parts]
            step = trust_region_step(
                lambda vector: self.loss_and_divergence(unflat(vector), parts, old),
                self.curvature(start, parts),
                flat(start),
                float(loss),
                flat(gradient),
                **settings.model_dump(),
            )
        return unflat(step.vector), step, gradient

    def distributions(self, start: Weights, support: Batch, query: Batch) -> tuple[Tensor, Tensor]:
        """Means and log-stds of the adapted policies of some tasks on their own test rollouts."""

        def one(support: Batch, query: Batch) -> tuple[Tensor, Tensor]:
            mean, log_std = self.policy.distribution(self.adapt(start, support), query.seen)
            return mean, log_std.expand_as(mean)

        return vmap(one)(support, query)

    def loss_and_divergence(
        self, start: Weights, parts: Parts, old: list[tuple[Tensor, Tensor]]
    ) -> tuple[Tensor, Tensor]:
        """-J and mean_i KL(pi_old || pi_phi_i(start)) from one pass over the data."""
        losses, divergences = [], []
        for (support, query), (old_mean, old_log_std) in zip(parts, old, strict=True):
            mean, log_std = self.distributions(start, support, query)
            log_prob = gaussian.log_prob(query.act, mean, log_std)
            divergence = gaussian.kl_divergence(old_mean, old_log_std, mean, log_std)
            loss = vmap(ratio_surrogate)(log_prob, query.log_prob, query.advantage, query.mask)
            losses.append(loss + vmap(self.more, (None, 0))(start, support) if self.more else loss)
            divergences.append(vmap(masked_mean)(divergence, query.mask))
        return torch.cat(losses).mean(), torch.cat(divergences).mean()

    def curvature(self, start: Weights, parts: Parts) -> Product:
        """Fisher products of the adapted policies, differentiated through the inner step.

        With `curvature_subsample` k, inner step and outputs both see every k-th time step only.
        """
        every, shares = self.params.curvature_subsample, []
        thin = [tuple(subsampled(data, every) for data in part) for part in parts]
        count = sum(len(query.mask) for _, query in thin)
        for support, query in thin:
            outputs = partial(self.distributions, support=support, query=query)
            shares.append((outputs, step_weights(query.mask, count)))
        return fisher_product(shares, start)
