"""MAML for reinforcement learning (Finn et al. 2017, Algorithm 3), as MRI's papers compare with.

    phi_i  = theta - alpha grad_theta L_i(theta),   L_i = -E_t[ log pi_theta(a_t|s_t) A_t ]
    theta <- an outer step on J(theta) = mean_i E_t[ pi_phi_i(theta) / pi_old A ], post-update data

The outer step is a trust region (mean KL from the adapted policies, conjugate gradients with exact
Fisher products through the inner step) or one Adam step on the policy gradient.

Differs from official code: its curvature product is a finite difference whose base is, by a slip of
positional arguments, 1 / norm(theta); ours is exact. Its outer step leaves the log-std alone in one
of two repositories; ours moves all parameters, as the paper says. `curvature_subsample` k > 1 takes
every k-th time step in the curvature products only, common practice for trust regions.

E-MAML (Stadie et al. 2018) adds a term that rewards theta for the rollouts it adapts from,
-exploration R_i E_t[ log pi_theta(a_t|s_t) ], R_i the mean reward of task i after adaptation,
rewards standardised over all tasks (the official code of ProMP); `exploration: 0` leaves MAML.
Its gradients may be clipped, and it reports more.

Of each task, `support` are the rollouts that adaptation learns from, and `query` those of the
adapted policy, by which it is judged.
"""

from functools import partial
from typing import ClassVar, Literal

import torch
from pydantic import NonNegativeFloat, PositiveFloat, PositiveInt
from torch import Tensor
from torch.func import vmap

from remeta.core import gaussian
from remeta.core.adam import Moments, adam_step
from remeta.core.adapt import adapt, inner_losses
from remeta.core.batching import chunks, mean_gradient
from remeta.core.episodes import (
    Batch,
    CreditedBatch,
    masked_mean,
    mean_returns,
    step_weights,
    subsampled,
)
from remeta.core.objectives import ratio_surrogate, reinforce
from remeta.core.returns import with_advantages, with_post_reward
from remeta.core.trust_region import Product, TrustRegion, fisher_product, trust_region_step
from remeta.core.weights import Weights, clip_norm, flat, gradient_norms, unflattener
from remeta.experience.practice import Practice
from remeta.frozen import Frozen
from remeta.nets.policy import GaussianPolicy

Parts = list[tuple[Batch, Batch]]  # support and query of a few tasks at a time


class Common(Frozen):
    """What a run of either may choose."""

    inner_rate: NonNegativeFloat
    outer: Literal["trust_region", "gradient"]
    outer_rate: PositiveFloat  # of `gradient`, Adam's
    trust_region: TrustRegion
    curvature_subsample: PositiveInt  # every k-th time step in curvature products; 1 takes all
    discount: PositiveFloat
    task_chunk: PositiveInt


class Params(Common):
    """MAML's."""

    kind: Literal["maml"]


class ExploringParams(Common):
    """E-MAML's."""

    kind: Literal["e_maml"]
    exploration: NonNegativeFloat  # weight of E-MAML's term
    epsilon: PositiveFloat  # Adam's
    max_norm: PositiveFloat  # of a gradient that Adam sees


class MAML:
    """A start from which one policy-gradient step earns much; E-MAML with its params."""

    needs: ClassVar = ()

    def __init__(self, params: Params | ExploringParams, policy: GaussianPolicy):
        self.params, self.policy = params, policy
        self.e_maml = params if isinstance(params, ExploringParams) else None
        self.weights = policy.initial_weights()
        self.moments = Moments.zeros(self.weights)

    def meta_step(self, practice: Practice) -> dict[str, float]:
        """One meta-iteration: rollouts, adaptation, rollouts of the adapted, outer step."""
        support, query, metrics = self.sample(practice)
        practice.counts.updates += 1
        if self.params.outer == "trust_region":
            return metrics | self.trust_region_update(support, query)
        return metrics | self.adam_update(support, query)

    def meta_gradient(self, practice: Practice) -> tuple[Weights, dict[str, float]]:
        """Gradient of -J on fresh rollouts, and what was seen on the way."""
        support, query, metrics = self.sample(practice)
        return self.outer_gradient(support, query)[0], metrics

    def sample(self, practice: Practice) -> tuple[Batch, Batch, dict[str, float]]:
        """Rollouts of the start and of what it adapts to."""
        indices = practice.draw_tasks()
        before = practice.rollouts(self.policy.actor(self.weights), indices)
        support = with_advantages(before, self.params.discount)
        adapted = self.adapted(self.weights, support)
        after = practice.rollouts(self.policy.actor(adapted), indices, adapted=True)
        query = with_advantages(after, self.params.discount)
        metrics = mean_returns(before=before, after=after)
        metrics["std"] = float(torch.exp(self.weights["log_std"]).mean())
        if self.e_maml:
            metrics |= inner_losses(self.inner_loss, self.weights, adapted, support)
            support = with_post_reward(support, after)
        return support, query, metrics

    def adapted(self, start: Weights, support: Batch) -> Weights:
        """phi_i for every task."""
        with torch.no_grad():
            return vmap(self.adapt_one, (None, 0))(start, support)

    def adapt_one(self, start: Weights, support: Batch) -> Weights:
        """phi_i of one task."""
        return adapt(self.inner_loss, start, [support], self.params.inner_rate)

    def inner_loss(self, weights: Weights, sampler: Weights, support: Batch) -> Tensor:
        """L_i of one task; nothing of it depends on who sampled the batch."""
        log_prob = self.policy.log_prob(weights, support.obs, support.act)
        return reinforce(log_prob, support.advantage, support.mask)

    def outer_loss(self, start: Weights, support: Batch, query: Batch) -> Tensor:
        """-J of one task; its gradient at the old start is the meta policy gradient."""
        log_prob = self.policy.log_prob(self.adapt_one(start, support), query.obs, query.act)
        loss = ratio_surrogate(log_prob, query.log_prob, query.advantage, query.mask)
        if isinstance(support, CreditedBatch):
            return loss + self.exploration_loss(start, support)
        return loss

    def exploration_loss(self, start: Weights, support: CreditedBatch) -> Tensor:
        """E-MAML's term of one task."""
        log_prob = self.policy.log_prob(start, support.obs, support.act)
        assert self.e_maml
        return self.e_maml.exploration * reinforce(log_prob, support.post_reward, support.mask)

    def outer_gradient(self, support: Batch, query: Batch) -> tuple[Weights, Tensor]:
        """Gradient and value of -J."""
        chunk = self.params.task_chunk
        return mean_gradient(self.outer_loss, self.weights, (support, query), chunk)

    def adam_update(self, support: Batch, query: Batch) -> dict[str, float]:
        """One step of Adam; its metrics."""
        gradient, loss = self.outer_gradient(support, query)
        clipped, step = gradient, adam_step
        if self.e_maml:
            clipped = clip_norm(gradient, self.e_maml.max_norm)
            step = partial(adam_step, epsilon=self.e_maml.epsilon)
        rate = self.params.outer_rate
        self.weights, self.moments = step(self.weights, clipped, self.moments, rate)
        return {"loss": float(loss)} | (gradient_norms(gradient) if self.e_maml else {})

    def trust_region_update(self, support: Batch, query: Batch) -> dict[str, float]:
        """One trust-region step; its metrics."""
        settings, unflat = self.params.trust_region, unflattener(self.weights)
        gradient, loss = self.outer_gradient(support, query)
        parts = list(chunks((support, query), self.params.task_chunk))
        with torch.no_grad():
            old = [self.adapted_distributions(self.weights, *part) for part in parts]
            step = trust_region_step(
                lambda vector: self.loss_and_divergence(unflat(vector), parts, old),
                self.curvature(parts),
                flat(self.weights),
                float(loss),
                flat(gradient),
                **settings.model_dump(),
            )
        self.weights = unflat(step.vector)
        return step.metrics | (gradient_norms(gradient) if self.e_maml else {})

    def adapted_distributions(
        self, start: Weights, support: Batch, query: Batch
    ) -> tuple[Tensor, Tensor]:
        """Means and log-stds of the adapted policies of some tasks on their own test rollouts."""

        def one(support: Batch, query: Batch) -> tuple[Tensor, Tensor]:
            mean, log_std = self.policy.distribution(self.adapt_one(start, support), query.obs)
            return mean, log_std.expand_as(mean)

        return vmap(one)(support, query)

    def loss_and_divergence(
        self, start: Weights, parts: Parts, old: list[tuple[Tensor, Tensor]]
    ) -> tuple[Tensor, Tensor]:
        """-J and mean_i KL(pi_old || pi_phi_i(start)) from one pass over the data."""
        losses, divergences = [], []
        for (support, query), (old_mean, old_log_std) in zip(parts, old, strict=True):
            mean, log_std = self.adapted_distributions(start, support, query)
            log_prob = gaussian.log_prob(query.act, mean, log_std)
            divergence = gaussian.kl_divergence(old_mean, old_log_std, mean, log_std)
            loss = vmap(ratio_surrogate)(log_prob, query.log_prob, query.advantage, query.mask)
            if isinstance(support, CreditedBatch):
                loss = loss + vmap(self.exploration_loss, (None, 0))(start, support)
            losses.append(loss)
            divergences.append(vmap(masked_mean)(divergence, query.mask))
        return torch.cat(losses).mean(), torch.cat(divergences).mean()

    def curvature(self, parts: Parts) -> Product:
        """Fisher products of the adapted policies, differentiated through the inner step.

        With `curvature_subsample` k, inner step and outputs both see every k-th time step only.
        """
        every, shares = self.params.curvature_subsample, []
        thin = [tuple(subsampled(data, every) for data in part) for part in parts]
        count = sum(len(query.mask) for _, query in thin)
        for support, query in thin:
            outputs = partial(self.adapted_distributions, support=support, query=query)
            shares.append((outputs, step_weights(query.mask, count)))
        return fisher_product(shares, self.weights)
