"""ProMP: proximal meta-policy search (Rothfuss et al. 2019, Algorithm 1, equations 11-13).

    phi_i  = theta + alpha grad_theta E_t[ pi_theta / pi_old A_t ]        (roll-outs of pi_old)
    theta <- Adam on mean_i E_t[ min(rho A, clip(rho, 1 - c, 1 + c) A) ]
             - eta mean_i E_t[ KL(pi_old || pi_theta) ] ,   rho = pi_phi_i / pi_old,i

The ratio of the inner step is that of one action and is not detached: its second derivative is the
paper's low-variance estimate of the curvature. Several outer steps reuse the roll-outs; phi_i is
computed anew in each. The divergence is over the roll-outs before adaptation, rho over those after.

As in the official code, whose run scripts fix eta although its default would adapt it: with a
`target`, eta is halved below target / 1.5 and doubled above 1.5 target after every iteration.
"""

from typing import Literal

import torch
from pydantic import NonNegativeFloat, PositiveFloat, PositiveInt
from torch import Tensor
from torch.func import grad, vmap

from remeta.core import gaussian
from remeta.core.adam import Moments, adam_step
from remeta.core.adapt import inner_losses
from remeta.core.batching import mean_gradient
from remeta.core.episodes import Trial, masked_mean
from remeta.core.objectives import clipped_surrogate, ratio_surrogate
from remeta.core.returns import prepared
from remeta.core.trust_region import reverse
from remeta.core.weights import Weights, norms, shifted
from remeta.experience.practice import Practice
from remeta.frozen import Frozen
from remeta.nets.policy import GaussianPolicy

Outputs = tuple[Tensor, Tensor]  # mean and log-std
Data = tuple[Trial, Outputs, Trial]  # before adaptation, pi_old there, after


class Params(Frozen):
    kind: Literal["promp"]
    inner_rate: NonNegativeFloat  # alpha
    outer_rate: PositiveFloat  # Adam's
    outer_steps: PositiveInt  # on the same roll-outs
    clip: PositiveFloat  # c
    penalty: NonNegativeFloat  # eta, the first if it adapts
    target: NonNegativeFloat  # divergence for which eta adapts; 0 keeps it as it is
    discount: PositiveFloat
    task_chunk: PositiveInt


class ProMP:
    needs_demos = False

    def __init__(self, params: Params, policy: GaussianPolicy):
        self.params, self.policy = params, policy
        self.weights = policy.start()
        self.moments = Moments.none(self.weights)
        self.penalty = params.penalty

    def meta_step(self, practice: Practice) -> dict[str, float]:
        """One meta-iteration: roll-outs before and after adaptation, then a few steps of Adam."""
        data, told = self.sampled(practice)
        losses = []
        for _ in range(self.params.outer_steps):
            slope, loss = self.slope(data)
            told = norms(slope) | told  # those of the first step
            self.weights, self.moments = adam_step(
                self.weights, slope, self.moments, self.params.outer_rate
            )
            losses.append(float(loss))
        practice.counts.updates += len(losses)
        far = self.moved(data)
        told |= {"loss_first": losses[0], "loss": losses[-1]}
        told |= {"divergence": far, "penalty": self.penalty}
        self.penalty = next_penalty(self.penalty, far, self.params.target)
        return told

    def meta_gradient(self, practice: Practice) -> tuple[Weights, dict[str, float]]:
        """Gradient of the first step's loss on fresh roll-outs, and what was seen on the way."""
        data, told = self.sampled(practice)
        return self.slope(data)[0], told

    def sampled(self, practice: Practice) -> tuple[Data, dict[str, float]]:
        """Roll-outs of theta and of what it adapts to, and what they tell."""
        which = practice.draw()
        before = practice.before(self.policy, self.weights, which)
        trials = prepared(before, self.params.discount)
        with torch.no_grad():
            adapted, old = vmap(self.adapt_one, (None, 0))(self.weights, trials)
        after = practice.after(self.policy, adapted, which)
        told = {
            "return_before": float(before.total_reward().mean()),
            "return_after": float(after.total_reward().mean()),
            "std": float(torch.exp(self.weights["log_std"]).mean()),
        } | inner_losses(self.tried, self.weights, adapted, trials)
        return (trials, old, prepared(after, self.params.discount)), told

    def adapt_one(self, start: Weights, trial: Trial) -> tuple[Weights, Outputs]:
        """phi_i, and what theta means where it was tried, from the same forward pass."""
        here, pull = reverse(lambda weights: self.policy.at(weights, trial.obs), start)
        (slope,) = pull(grad(self.try_out)(here, trial))
        return shifted(start, slope, -self.params.inner_rate), here

    def try_out(self, outputs: Outputs, trial: Trial) -> Tensor:
        log_prob = gaussian.log_density(trial.act, *outputs)
        return ratio_surrogate(log_prob, trial.log_prob, trial.advantage, trial.mask)

    def tried(self, weights: Weights, drew: Weights, trial: Trial) -> Tensor:
        """The inner loss."""
        return self.try_out(self.policy.at(weights, trial.obs), trial)

    def surrogate(self, start: Weights, trial: Trial, old: Outputs, test: Trial) -> Tensor:
        """What is minimised, for one task."""
        adapted, here = self.adapt_one(start, trial)
        log_prob = self.policy.log_prob(adapted, test.obs, test.act)
        gain = clipped_surrogate(
            log_prob, test.log_prob, test.advantage, test.mask, self.params.clip
        )
        apart = gaussian.divergence(*old, *here)
        return gain + self.penalty * masked_mean(apart, trial.mask)

    def slope(self, data: Data) -> tuple[Weights, Tensor]:
        return mean_gradient(self.surrogate, self.weights, data, self.params.task_chunk)

    def moved(self, data: Data) -> float:
        """How far the outer steps went, mean over the tasks."""
        trials, (mean, log_std), _ = data
        with torch.no_grad():
            here = self.policy.at(self.weights, trials.obs)
            apart = gaussian.divergence(mean, log_std[:, None, None], *here)
            return float(vmap(masked_mean)(apart, trials.mask).mean())


def next_penalty(penalty: float, divergence: float, target: float) -> float:
    """Halved where the divergence stayed well below its target, doubled where well above."""
    if target and divergence < target / 1.5:
        return penalty / 2
    return 2 * penalty if target and divergence > 1.5 * target else penalty
