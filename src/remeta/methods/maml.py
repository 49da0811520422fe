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

`maml_rates` is GMPS's baseline: rates of every number, learned by the same outer step (which the
paper leaves open), a bias transformation, and a choice of what adapts.
"""

from functools import partial
from typing import ClassVar, Literal, Self

import torch
from pydantic import NonNegativeFloat, PositiveFloat
from torch import Tensor

from remeta.core.adam import Moments, adam_step
from remeta.core.adapt import inner_losses
from remeta.core.episodes import Batch, CreditedBatch, mean_returns
from remeta.core.objectives import reinforce
from remeta.core.returns import with_advantages, with_post_reward
from remeta.core.weights import Weights, clip_norm, gradient_norms
from remeta.experience.adaptation import Schedule
from remeta.experience.gradients import GradientAdaptation, by_policy_gradient
from remeta.experience.inner import Inner, InnerStep, whole
from remeta.experience.practice import Practice
from remeta.learners.ascent import Ascent, Steps
from remeta.nets.policy import GaussianPolicy, Shape


class Common(Steps):
    """What a run of any may choose."""

    inner_rate: NonNegativeFloat
    outer: Literal["trust_region", "gradient"]
    outer_rate: PositiveFloat  # of `gradient`, Adam's
    discount: PositiveFloat


class Params(Common):
    """MAML's."""

    kind: Literal["maml"]


class ExploringParams(Common):
    """E-MAML's."""

    kind: Literal["e_maml"]
    exploration: NonNegativeFloat  # weight of E-MAML's term
    epsilon: PositiveFloat  # Adam's
    max_norm: PositiveFloat  # of a gradient that Adam sees


class RatesParams(Common, Inner):
    """MAML's, with the inner step of GMPS."""

    kind: Literal["maml_rates"]


AnyParams = Params | ExploringParams | RatesParams


class MAML:
    """A start from which one policy-gradient step earns much; E-MAML with its params."""

    needs: ClassVar = ()

    def __init__(self, params: AnyParams, policy: GaussianPolicy):
        self.params, self.policy = params, policy
        self.e_maml = params if isinstance(params, ExploringParams) else None
        inner = params if isinstance(params, RatesParams) else whole(params.inner_rate)
        self.inner = InnerStep(policy, inner)
        more = self.exploration_loss if self.e_maml else None
        self.ascent = Ascent(policy, self.adapt_one, params, more)
        self.weights = self.inner.start()
        self.moments = Moments.zeros(self.weights)

    @classmethod
    def build(cls, params: AnyParams, shape: Shape, _: object, generator: torch.Generator) -> Self:
        """Untrained."""
        if isinstance(params, RatesParams):
            return cls(params, params.policy(shape, generator))
        return cls(params, shape.gaussian(generator))

    def adaptation(self, schedule: Schedule) -> GradientAdaptation:
        """At test by the learned rates, if there are any."""
        if isinstance(self.params, RatesParams):
            return self.inner.adaptation(schedule)
        return by_policy_gradient(self.policy, schedule)

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
        return self.ascent.gradient(self.weights, support, query)[0], metrics

    def sample(self, practice: Practice) -> tuple[Batch, Batch, dict[str, float]]:
        """Rollouts of the start and of what it adapts to."""
        indices = practice.draw_tasks()
        before = practice.rollouts(self.inner.actor(self.weights), indices)
        support = with_advantages(before, self.params.discount)
        adapted = self.adapted(self.weights, support)
        after = practice.rollouts(self.policy.actor(adapted), indices, adapted=True)
        query = with_advantages(after, self.params.discount)
        metrics = mean_returns(before=before, after=after)
        metrics["std"] = float(torch.exp(self.weights["log_std"]).mean())
        metrics |= self.inner.metrics(self.weights)
        if self.e_maml:
            metrics |= inner_losses(self.inner_loss, self.weights, adapted, support)
            support = with_post_reward(support, after)
        return support, query, metrics

    def adapted(self, start: Weights, support: Batch) -> Weights:
        """phi_i for every task."""
        return self.inner.adapted(self.inner_loss, start, support)

    def adapt_one(self, start: Weights, support: Batch) -> Weights:
        """phi_i of one task."""
        return self.inner.adapt(self.inner_loss, start, support)

    def inner_loss(self, weights: Weights, sampler: Weights, support: Batch) -> Tensor:
        """L_i of one task; nothing of it depends on who sampled the batch."""
        log_prob = self.policy.log_prob(weights, support.seen, support.act)
        return reinforce(log_prob, support.advantage, support.mask)

    def exploration_loss(self, start: Weights, support: CreditedBatch) -> Tensor:
        """E-MAML's term of one task."""
        log_prob = self.policy.log_prob(start, support.seen, support.act)
        assert self.e_maml
        return self.e_maml.exploration * reinforce(log_prob, support.post_reward, support.mask)

    def adam_update(self, support: Batch, query: Batch) -> dict[str, float]:
        """One step of Adam; its metrics."""
        gradient, loss = self.ascent.gradient(self.weights, support, query)
        clipped, step = gradient, adam_step
        if self.e_maml:
            clipped = clip_norm(gradient, self.e_maml.max_norm)
            step = partial(adam_step, epsilon=self.e_maml.epsilon)
        rate = self.params.outer_rate
        self.weights, self.moments = step(self.weights, clipped, self.moments, rate)
        return {"loss": float(loss)} | (gradient_norms(gradient) if self.e_maml else {})

    def trust_region_update(self, support: Batch, query: Batch) -> dict[str, float]:
        """One trust-region step; its metrics."""
        self.weights, step, gradient = self.ascent.within_region(self.weights, support, query)
        return step.metrics | (gradient_norms(gradient) if self.e_maml else {})
