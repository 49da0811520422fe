"""ProMP: proximal meta-policy search (Rothfuss et al. 2019, Algorithm 1, equations 11-13).

    phi_i  = theta + alpha grad_theta E_t[ pi_theta / pi_old A_t ]        (rollouts of pi_old)
    theta <- Adam on mean_i E_t[ min(rho A, clip(rho, 1 - c, 1 + c) A) ]
             - eta mean_i E_t[ KL(pi_old || pi_theta) ] ,   rho = pi_phi_i / pi_old,i

The ratio of the inner step is that of one action and is not detached: its second derivative is the
paper's low-variance estimate of the curvature. Several outer steps reuse the rollouts; phi_i is
computed anew in each. The divergence is over the rollouts before adaptation, rho over those after.

As in the official code, whose run scripts fix eta although its default would adapt it: with a
`target`, eta is halved below target / 1.5 and doubled above 1.5 target after every iteration.
"""

from typing import ClassVar, Literal

import torch
from pydantic import NonNegativeFloat, PositiveFloat, PositiveInt
from torch import Tensor
from torch.func import grad, vmap

from remeta.core import gaussian
from remeta.core.adam import Moments, adam_step
from remeta.core.adapt import inner_losses
from remeta.core.batching import mean_gradient
from remeta.core.episodes import Batch, masked_mean, mean_returns
from remeta.core.objectives import clipped_surrogate, ratio_surrogate
from remeta.core.returns import with_advantages
from remeta.core.trust_region import value_and_vjp
from remeta.core.weights import Weights, gradient_norms, shifted
from remeta.experience.practice import Practice
from remeta.frozen import Frozen
from remeta.nets.policy import GaussianPolicy

Outputs = tuple[Tensor, Tensor]  # mean and log-std
Data = tuple[Batch, Outputs, Batch]  # before adaptation, pi_old there, after


class Params(Frozen):
    """What a run of it may choose."""

    kind: Literal["promp"]
    inner_rate: NonNegativeFloat  # alpha
    outer_rate: PositiveFloat  # Adam's
    outer_steps: PositiveInt  # on the same rollouts
    clip: PositiveFloat  # c
    penalty: NonNegativeFloat  # eta, the first if it adapts
    target: NonNegativeFloat  # divergence for which eta adapts; 0 keeps it as it is
    discount: PositiveFloat
    task_chunk: PositiveInt


class ProMP:
    """A start as MAML's, moved several times by a clipped surrogate."""

    needs: ClassVar = ()

    def __init__(self, params: Params, policy: GaussianPolicy):
        self.params, self.policy = params, policy
        self.weights = policy.initial_weights()
        self.moments = Moments.zeros(self.weights)
        self.penalty = params.penalty

    def meta_step(self, practice: Practice) -> dict[str, float]:
        """One meta-iteration: rollouts before and after adaptation, then a few steps of Adam."""
        data, metrics = self.sample(practice)
        losses = []
        for _ in range(self.params.outer_steps):
            gradient, loss = self.outer_gradient(data)
            metrics = gradient_norms(gradient) | metrics  # those of the first step
            self.weights, self.moments = adam_step(
                self.weights, gradient, self.moments, self.params.outer_rate
            )
            losses.append(float(loss))
        practice.counts.updates += len(losses)
        divergence = self.outer_divergence(data)
        metrics |= {"loss_first": losses[0], "loss": losses[-1]}
        metrics |= {"divergence": divergence, "penalty": self.penalty}
        self.penalty = next_penalty(self.penalty, divergence, self.params.target)
        return metrics

    def meta_gradient(self, practice: Practice) -> tuple[Weights, dict[str, float]]:
        """Gradient of the first step's loss on fresh rollouts, and what was seen on the way."""
        data, metrics = self.sample(practice)
        return self.outer_gradient(data)[0], metrics

    def sample(self, practice: Practice) -> tuple[Data, dict[str, float]]:
        """Rollouts of theta and of what it adapts to, and metrics of both."""
        indices = practice.draw_tasks()
        before = practice.rollouts(self.policy.actor(self.weights), indices)
        support = with_advantages(before, self.params.discount)
        with torch.no_grad():
            adapted, old = vmap(self.adapt_one, (None, 0))(self.weights, support)
        after = practice.rollouts(self.policy.actor(adapted), indices, adapted=True)
        metrics = mean_returns(before=before, after=after)
        metrics["std"] = float(torch.exp(self.weights["log_std"]).mean())
        metrics |= inner_losses(self.inner_loss, self.weights, adapted, support)
        return (support, old, with_advantages(after, self.params.discount)), metrics

    def adapt_one(self, start: Weights, support: Batch) -> tuple[Weights, Outputs]:
        """phi_i, and what theta does on its own rollouts, from the same forward pass."""
        outputs, pull = value_and_vjp(
            lambda weights: self.policy.distribution(weights, support.obs), start
        )
        (gradient,) = pull(grad(self.inner_surrogate)(outputs, support))
        return shifted(start, gradient, -self.params.inner_rate), outputs

    def inner_surrogate(self, outputs: Outputs, support: Batch) -> Tensor:
        """The inner loss of one task, by what the policy does [episode, time, act]."""
        log_prob = gaussian.log_prob(support.act, *outputs)
        return ratio_surrogate(log_prob, support.log_prob, support.advantage, support.mask)

    def inner_loss(self, weights: Weights, sampler: Weights, support: Batch) -> Tensor:
        """The inner loss."""
        return self.inner_surrogate(self.policy.distribution(weights, support.obs), support)

    def outer_loss(self, start: Weights, support: Batch, old: Outputs, query: Batch) -> Tensor:
        """What is minimised, for one task."""
        adapted, outputs = self.adapt_one(start, support)
        log_prob = self.policy.log_prob(adapted, query.obs, query.act)
        gain = clipped_surrogate(
            log_prob, query.log_prob, query.advantage, query.mask, self.params.clip
        )
        divergence = gaussian.kl_divergence(*old, *outputs)
        return gain + self.penalty * masked_mean(divergence, support.mask)

    def outer_gradient(self, data: Data) -> tuple[Weights, Tensor]:
        """Gradient and value of the mean outer loss."""
        return mean_gradient(self.outer_loss, self.weights, data, self.params.task_chunk)

    def outer_divergence(self, data: Data) -> float:
        """How far the outer steps went, mean over the tasks."""
        support, (mean, log_std), _ = data
        with torch.no_grad():
            outputs = self.policy.distribution(self.weights, support.obs)
            divergence = gaussian.kl_divergence(mean, log_std[:, None, None], *outputs)
            return float(vmap(masked_mean)(divergence, support.mask).mean())


def next_penalty(penalty: float, divergence: float, target: float) -> float:
    """Halved where the divergence stayed well below its target, doubled where well above."""
    if target and divergence < target / 1.5:
        return penalty / 2
    return 2 * penalty if target and divergence > 1.5 * target else penalty
