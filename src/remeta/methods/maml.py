"""MAML for reinforcement learning (Finn et al. 2017, Algorithm 3), as MRI's papers compare with.

    phi_i  = theta - alpha grad_theta L_i(theta),   L_i = -E_t[ log pi_theta(a_t|s_t) A_t ]
    theta <- an outer step on J(theta) = mean_i E_t[ pi_phi_i(theta) / pi_old A ], post-update data

The outer step is a trust region (mean KL from the adapted policies, conjugate gradients with exact
Fisher products through the inner step) or one Adam step on the policy gradient.

Differs from official code: its curvature product is a finite difference whose base is, by a slip of
positional arguments, 1 / norm(theta); ours is exact. Its outer step leaves the log-std alone in one
of two repositories; ours moves all parameters, as the paper says. `curvature_subsample` k > 1 takes
every k-th time step in the curvature products only, common practice for trust regions.

E-MAML (Stadie et al. 2018) adds a term that rewards theta for the roll-outs it adapts from,
-exploration R_i E_t[ log pi_theta(a_t|s_t) ], R_i the mean reward of task i after adaptation,
rewards standardised over all tasks (the official code of ProMP); `exploration: 0` leaves MAML.
Its gradients may be cut, and it tells more.
"""

from functools import partial
from typing import Literal

import torch
from pydantic import NonNegativeFloat, PositiveFloat, PositiveInt
from torch import Tensor
from torch.func import vmap

from remeta.core import gaussian
from remeta.core.adam import Moments, adam_step
from remeta.core.adapt import adapt, inner_losses
from remeta.core.batching import chunks, mean_gradient
from remeta.core.episodes import Earned, Trial, masked_mean, share_of_mean, thinned
from remeta.core.objectives import ratio_surrogate, reinforce
from remeta.core.returns import credited, prepared
from remeta.core.trust_region import Product, TrustRegion, fisher_product, trust_region_step
from remeta.core.weights import Weights, flat, norms, shortened, unflattener
from remeta.experience.practice import Practice
from remeta.frozen import Frozen
from remeta.nets.policy import GaussianPolicy

Parts = list[tuple[Trial, Trial]]  # tasks in chunks: pre-update and post-update roll-outs


class Common(Frozen):
    inner_rate: NonNegativeFloat
    outer: Literal["trust_region", "gradient"]
    outer_rate: PositiveFloat  # of `gradient`, Adam's
    trust_region: TrustRegion
    curvature_subsample: PositiveInt  # every k-th time step in curvature products; 1 takes all
    discount: PositiveFloat
    task_chunk: PositiveInt


class Params(Common):
    kind: Literal["maml"]


class ExploringParams(Common):
    kind: Literal["e_maml"]
    exploration: NonNegativeFloat  # weight of E-MAML's term
    epsilon: PositiveFloat  # Adam's
    max_norm: PositiveFloat  # of a gradient that Adam sees


class MAML:
    needs_demos = False

    def __init__(self, params: Params | ExploringParams, policy: GaussianPolicy):
        self.params, self.policy = params, policy
        self.more = params if isinstance(params, ExploringParams) else None
        self.weights = policy.start()
        self.moments = Moments.none(self.weights)

    def meta_step(self, practice: Practice) -> dict[str, float]:
        """One meta-iteration: roll-outs, adaptation, roll-outs of the adapted, outer step."""
        trials, tests, told = self.sampled(practice)
        outer = self.trust_region if self.params.outer == "trust_region" else self.gradient
        practice.counts.updates += 1
        return told | outer(trials, tests)

    def meta_gradient(self, practice: Practice) -> tuple[Weights, dict[str, float]]:
        """Gradient of -J on fresh roll-outs, and what was seen on the way."""
        trials, tests, told = self.sampled(practice)
        return self.slope(trials, tests)[0], told

    def sampled(self, practice: Practice) -> tuple[Trial, Trial, dict[str, float]]:
        """Roll-outs of the start and of what it adapts to."""
        which = practice.draw()
        before = practice.before(self.policy, self.weights, which)
        trials = prepared(before, self.params.discount)
        adapted = self.adapted(self.weights, trials)
        after = practice.after(self.policy, adapted, which)
        tests = prepared(after, self.params.discount)
        told = {
            "return_before": float(before.total_reward().mean()),
            "return_after": float(after.total_reward().mean()),
            "std": float(torch.exp(self.weights["log_std"]).mean()),
        }
        if self.more:
            told |= inner_losses(self.try_out, self.weights, adapted, trials)
            trials = credited(trials, after)
        return trials, tests, told

    def adapted(self, start: Weights, trials: Trial) -> Weights:
        """phi_i for every task."""
        with torch.no_grad():
            return vmap(self.adapt_one, (None, 0))(start, trials)

    def adapt_one(self, start: Weights, trial: Trial) -> Weights:
        return adapt(self.try_out, start, [trial], self.params.inner_rate)

    def try_out(self, weights: Weights, drew: Weights, trial: Trial) -> Tensor:
        log_prob = self.policy.log_prob(weights, trial.obs, trial.act)
        return reinforce(log_prob, trial.advantage, trial.mask)

    def surrogate(self, start: Weights, trial: Trial, test: Trial) -> Tensor:
        """-J of one task; its gradient at the old start is the meta policy gradient."""
        log_prob = self.policy.log_prob(self.adapt_one(start, trial), test.obs, test.act)
        loss = ratio_surrogate(log_prob, test.log_prob, test.advantage, test.mask)
        return loss + self.credit(start, trial) if isinstance(trial, Earned) else loss

    def credit(self, start: Weights, trial: Earned) -> Tensor:
        """E-MAML's term of one task."""
        log_prob = self.policy.log_prob(start, trial.obs, trial.act)
        assert self.more
        return self.more.exploration * reinforce(log_prob, trial.earned, trial.mask)

    def slope(self, trials: Trial, tests: Trial) -> tuple[Weights, Tensor]:
        chunk = self.params.task_chunk
        return mean_gradient(self.surrogate, self.weights, (trials, tests), chunk)

    def gradient(self, trials: Trial, tests: Trial) -> dict[str, float]:
        slope, loss = self.slope(trials, tests)
        cut = shortened(slope, self.more.max_norm) if self.more else slope
        step = partial(adam_step, epsilon=self.more.epsilon) if self.more else adam_step
        self.weights, self.moments = step(self.weights, cut, self.moments, self.params.outer_rate)
        return {"loss": float(loss)} | (norms(slope) if self.more else {})

    def trust_region(self, trials: Trial, tests: Trial) -> dict[str, float]:
        settings, unflat = self.params.trust_region, unflattener(self.weights)
        slope, loss = self.slope(trials, tests)
        parts = list(chunks((trials, tests), self.params.task_chunk))
        with torch.no_grad():
            old = [self.outcomes(self.weights, *part) for part in parts]
            step = trust_region_step(
                lambda vector: self.loss_and_divergence(unflat(vector), parts, old),
                self.curvature(parts),
                flat(self.weights),
                float(loss),
                flat(slope),
                **settings.model_dump(),
            )
        self.weights = unflat(step.vector)
        return {
            "loss": step.loss,
            "divergence": step.divergence,
            "accepted": float(step.accepted),
            "tries": float(step.tries),
            **(norms(slope) if self.more else {}),
        }

    def outcomes(self, start: Weights, trials: Trial, tests: Trial) -> tuple[Tensor, Tensor]:
        """Means and log-stds of the adapted policies of some tasks on their own test roll-outs."""

        def one(trial: Trial, test: Trial) -> tuple[Tensor, Tensor]:
            mean, log_std = self.policy.at(self.adapt_one(start, trial), test.obs)
            return mean, log_std.expand_as(mean)

        return vmap(one)(trials, tests)

    def loss_and_divergence(
        self, start: Weights, parts: Parts, old: list[tuple[Tensor, Tensor]]
    ) -> tuple[Tensor, Tensor]:
        """-J and mean_i KL(pi_old || pi_phi_i(start)) from one pass over the data."""
        losses, divergences = [], []
        for (trials, tests), (old_mean, old_log_std) in zip(parts, old, strict=True):
            mean, log_std = self.outcomes(start, trials, tests)
            log_prob = gaussian.log_density(tests.act, mean, log_std)
            apart = gaussian.divergence(old_mean, old_log_std, mean, log_std)
            losses.append(
                vmap(ratio_surrogate)(log_prob, tests.log_prob, tests.advantage, tests.mask)
            )
            if isinstance(trials, Earned):
                losses[-1] = losses[-1] + vmap(self.credit, (None, 0))(start, trials)
            divergences.append(vmap(masked_mean)(apart, tests.mask))
        return torch.cat(losses).mean(), torch.cat(divergences).mean()

    def curvature(self, parts: Parts) -> Product:
        """Fisher products of the adapted policies, differentiated through the inner step.

        With `curvature_subsample` k, inner step and outputs both see every k-th time step only.
        """
        every = self.params.curvature_subsample
        thin = [tuple(thinned(data, every) for data in part) for part in parts]
        count = sum(len(tests.mask) for _, tests in thin)
        return fisher_product(
            [
                (
                    partial(self.outcomes, trials=trials, tests=tests),
                    share_of_mean(tests.mask, count),
                )
                for trials, tests in thin
            ],
            self.weights,
        )
