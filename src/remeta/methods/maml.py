"""MAML for reinforcement learning (Finn et al. 2017, Algorithm 3), as MRI's papers compare with.

    phi_i  = theta - alpha grad_theta L_i(theta),   L_i = -E_t[ log pi_theta(a_t|s_t) A_t ]
    theta <- an outer step on J(theta) = mean_i E_t[ pi_phi_i(theta) / pi_old A ], post-update data

The outer step is a trust region (mean KL from the adapted policies, conjugate gradients with exact
Fisher products through the inner step) or one Adam step on the policy gradient.

Differs from official code: its curvature product is a finite difference whose base is, by a slip of
positional arguments, 1 / norm(theta); ours is exact. Its outer step leaves the log-std alone in one
of two repositories; ours moves all parameters, as the paper says. `curvature_subsample` k > 1 takes
every k-th time step in the curvature products only, common practice for trust regions.
"""

from functools import partial
from typing import Literal

import torch
from pydantic import NonNegativeFloat, PositiveFloat, PositiveInt
from torch import Tensor
from torch.func import vmap
from torch.utils import _pytree as pytree

from remeta.core import gaussian
from remeta.core.adam import Moments, adam_step
from remeta.core.adapt import adapt
from remeta.core.batching import chunks, mean_gradient
from remeta.core.episodes import Trial, masked_mean
from remeta.core.objectives import ratio_surrogate, reinforce
from remeta.core.returns import prepared
from remeta.core.trust_region import Product, fisher_product, trust_region_step
from remeta.core.weights import Weights, flat, unflattener
from remeta.experience.practice import Practice
from remeta.frozen import Frozen
from remeta.nets.policy import GaussianPolicy

Parts = list[tuple[Trial, Trial]]  # tasks in chunks: pre-update and post-update roll-outs


class TrustRegion(Frozen):
    radius: PositiveFloat
    iterations: PositiveInt  # of conjugate gradients
    damping: NonNegativeFloat
    shrink: PositiveFloat
    tries: PositiveInt


class Params(Frozen):
    kind: Literal["maml"]
    inner_rate: NonNegativeFloat
    outer: Literal["trust_region", "gradient"]
    outer_rate: PositiveFloat  # of `gradient`, Adam's
    trust_region: TrustRegion
    curvature_subsample: PositiveInt  # every k-th time step in curvature products; 1 takes all
    discount: PositiveFloat
    task_chunk: PositiveInt


class MAML:
    needs_demos = False

    def __init__(self, params: Params, policy: GaussianPolicy):
        self.params, self.policy = params, policy
        self.weights = policy.start()
        self.moments = Moments.none(self.weights)

    def meta_step(self, practice: Practice) -> dict[str, float]:
        """One meta-iteration: roll-outs, adaptation, roll-outs of the adapted, outer step."""
        which = practice.draw()
        before = practice.before(self.policy, self.weights, which)
        trials = prepared(before, self.params.discount)
        adapted = self.adapted(self.weights, trials)
        after = practice.after(self.policy, adapted, which)
        tests = prepared(after, self.params.discount)
        outer = self.trust_region if self.params.outer == "trust_region" else self.gradient
        practice.counts.updates += 1
        return {
            "return_before": float(before.total_reward().mean()),
            "return_after": float(after.total_reward().mean()),
            "std": float(torch.exp(self.weights["log_std"]).mean()),
        } | outer(trials, tests)

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
        return ratio_surrogate(log_prob, test.log_prob, test.advantage, test.mask)

    def gradient(self, trials: Trial, tests: Trial) -> dict[str, float]:
        slope, loss = mean_gradient(
            self.surrogate, self.weights, (trials, tests), self.params.task_chunk
        )
        self.weights, self.moments = adam_step(
            self.weights, slope, self.moments, self.params.outer_rate
        )
        return {"loss": float(loss)}

    def trust_region(self, trials: Trial, tests: Trial) -> dict[str, float]:
        settings, unflat = self.params.trust_region, unflattener(self.weights)
        slope, loss = mean_gradient(
            self.surrogate, self.weights, (trials, tests), self.params.task_chunk
        )
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
                (partial(self.outcomes, trials=trials, tests=tests), _share(tests.mask, count))
                for trials, tests in thin
            ],
            self.weights,
        )


def thinned(trial: Trial, every: int) -> Trial:
    return pytree.tree_map(lambda leaf: leaf[:, :, ::every], trial)


def _share(mask: Tensor, tasks: int) -> Tensor:
    """Weight of each step in the mean over tasks of the mean over their steps."""
    return mask / mask.sum((-2, -1), keepdim=True) / tasks
