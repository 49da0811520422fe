"""MAME: meta-exploration for model-agnostic reinforcement learning (equations 1-5).

A policy mu explores a task, a self-supervised net M with an embedding z shared with a second policy
pi is asked to predict what mu met, and the embedding's error tells pi the task:

    L_i(z)  = E_t[ W_t (M(s_t, a_t, z) - Mbar_t)^2 ],   Mbar_t the return to go (mu's rollouts)
    z_i     = z - alpha grad_z L_i(z)                    only z adapts
    J       = mean_i E_t[ pi_z_i(a_t|s_t) / pi_old A_t ] (pi's rollouts)

pi, M and z climb J through the inner step. mu climbs it through W_t = prod mu / stop(mu), DiCE's
weights: r_t = dJ/dW_t, the worth of a step to J, is a reward without any further model, and

    r_t = -alpha <grad_z_i J, grad_z l_t> ,   l_t = step t's share of L_i
    dJ/dphi = E[ sum_t grad log mu(a_t|s_t) A_t ] ,   A_t = r_t + V_t+1 - V_t

The paper's equations 2, 3 and 5 lack the minus of r_t, which z_i = z - alpha grad L brings along:
as printed, mu would climb down. The official code is right, its gradient being that of -J.

Differs from the paper, which is silent, or from its official code:
* L_i is a mean over steps where the paper sums; the code does the same (alpha absorbs it);
* `one_step` is the paper's A_t, `to_go` the code's: R_t - V_t with r_t by its root mean square,
  standardised, here without the code's final factor, the quotient of two numbers near zero;
* `e_maml` scores mu by a task's mean return after adaptation, standardised over the tasks: the code
  pairs episodes at random and standardises per task, which removes what the score should tell;
* `policy_gradient` adapts z, too, where one branch of the code adapts all of pi;
* gradients are clipped per module as in the code, whose loss is 10 times ours: its 0.5 is our 0.05
  and its Adam epsilon of 1e-5 our 1e-6;
* nets are those of MAML, z only their input; in the code z of a graphics card never learned, for
  which stands `embedding_rate: 0`.
"""

from typing import ClassVar, Literal, Self

import torch
from pydantic import NonNegativeFloat, PositiveFloat, PositiveInt
from torch import Tensor
from torch.func import vmap

from remeta.core import gaussian
from remeta.core.adam import Moments, adam_step
from remeta.core.batching import mean_and_task_gradients, mean_gradient
from remeta.core.dice import (
    dice_weight,
    episode_mean,
    fitted_value,
    one_step_advantage,
    policy_gradient_loss,
    to_go_advantage,
)
from remeta.core.episodes import Batch, Episodes, masked_mean, mean_returns, subsampled
from remeta.core.objectives import ratio_surrogate
from remeta.core.returns import with_advantages
from remeta.core.weights import (
    Weights,
    by_module,
    clip_norm,
    gradient_norms,
    module_weights,
    prefixed,
)
from remeta.experience.adaptation import Schedule
from remeta.experience.gradients import GradientAdaptation
from remeta.experience.practice import Practice
from remeta.experience.self_supervision import ExplorationBatch, Inner, SelfSupervision
from remeta.frozen import Frozen
from remeta.nets.exploring import ExploringPolicy
from remeta.nets.policy import Shape

DIAGNOSTICS_EVERY = 5  # every so many steps are enough for what is reported and not learned from


class Params(Frozen):
    """What a run of it may choose."""

    kind: Literal["mame"]
    embedding: PositiveInt  # numbers in z; the paper is silent, the code has 100, 64, 32
    inner_rate: NonNegativeFloat  # alpha, of z
    outer_rate: PositiveFloat  # Adam's, of pi and M
    explore_rate: NonNegativeFloat  # of mu; at 0 it explores as it did at the start
    embedding_rate: NonNegativeFloat  # of z
    inner: Inner
    explore: Literal["one_step", "to_go", "dice", "e_maml"]
    target_scale: PositiveFloat  # what M predicts is divided by it; 1 in the paper
    epsilon: PositiveFloat  # Adam's
    max_norm: PositiveFloat  # of each module's gradient
    discount: PositiveFloat
    task_chunk: PositiveInt


class MAME:
    """A start of two policies, one that explores, and an embedding that adapts."""

    needs: ClassVar = ()

    def __init__(self, params: Params, policy: ExploringPolicy):
        self.params, self.policy = params, policy
        self.weights = policy.initial_weights()
        self.moments = Moments.zeros(self.weights)
        self.inner = SelfSupervision(policy, params.inner, params.target_scale, params.discount)

    @classmethod
    def build(cls, params: Params, shape: Shape, _: object, generator: torch.Generator) -> Self:
        """Untrained, with nets of its own."""
        return cls(params, ExploringPolicy(shape, params.embedding, generator))

    def adaptation(self, schedule: Schedule) -> GradientAdaptation:
        """At test mu acts first and then pi, and z alone moves."""
        return GradientAdaptation(self.inner.actor, self.inner.update, schedule.rates)

    def meta_step(self, practice: Practice) -> dict[str, float]:
        """One meta-iteration: mu explores, z adapts, pi acts, everything takes one step of Adam."""
        gradient, metrics = self.meta_gradient(practice)
        own = {"explore": self.params.explore_rate, "embedding": self.params.embedding_rate}
        clipped, rates = {}, {}
        for module, part in by_module(gradient).items():
            clipped |= clip_norm(part, self.params.max_norm)
            rates |= dict.fromkeys(part, own.get(module, self.params.outer_rate))
        self.weights, self.moments = adam_step(
            self.weights, clipped, self.moments, rates, epsilon=self.params.epsilon
        )
        practice.counts.updates += 1
        return metrics

    def meta_gradient(self, practice: Practice) -> tuple[Weights, dict[str, float]]:
        """Gradient of -J by all weights on fresh rollouts, and what was seen on the way."""
        chunk, mu = self.params.task_chunk, module_weights(self.weights, "explore")
        indices = practice.draw_tasks()
        rollouts = practice.rollouts(self.policy.explore.actor(mu), indices)
        support = self.inner.exploration_batch(rollouts)
        adapted = self.adapted(self.weights, support)
        after = practice.rollouts(self.policy.actor(adapted), indices, adapted=True)
        query = with_advantages(after, self.params.discount)
        ones = torch.ones_like(support.mask)
        gradient, by_weight, loss = mean_and_task_gradients(
            self.outer_loss, self.weights, ones, (support, query), chunk
        )
        advantage = self.advantage(rollouts, exploration_reward(by_weight), after)
        explore, _ = mean_gradient(self.explore_loss, mu, (support, advantage), chunk)
        gradient = gradient | prefixed("explore", explore)
        metrics = mean_returns(before=rollouts, after=after) | {"loss": float(loss)}
        return gradient, metrics | self.diagnostics(adapted, support) | gradient_norms(gradient)

    def adapted(self, start: Weights, support: ExplorationBatch) -> Weights:
        """z_i for every task, beside what all tasks share."""
        rate = self.params.inner_rate

        def one(support: ExplorationBatch) -> Tensor:
            return self.inner.adapt(start, support, rate)["embedding"]

        with torch.no_grad():
            return start | {"embedding": vmap(one)(support)}

    def outer_loss(
        self, start: Weights, weight: Tensor, support: ExplorationBatch, query: Batch
    ) -> Tensor:
        """-J of one task, as a function of the weights W_t, too."""
        adapted = self.inner.adapt(start, support, self.params.inner_rate, weight)
        log_prob = self.policy.log_prob(adapted, query.obs, query.act)
        return ratio_surrogate(log_prob, query.log_prob, query.advantage, query.mask)

    def advantage(self, rollouts: Episodes, reward: Tensor, after: Episodes) -> Tensor:
        """What each action of mu was worth, beyond what was to be expected: A_t."""
        match self.params.explore:
            case "one_step":
                worth = one_step_advantage(reward, fitted_value(rollouts, reward), rollouts.mask)
            case "to_go":
                worth = to_go_advantage(rollouts, reward)
            case "dice":
                worth = reward
            case "e_maml":
                total = after.mean_return()
                gain = (total - total.mean()) / (total.std(correction=0) + 1e-8)
                worth = gain[:, None, None].expand_as(reward)
        return worth.to(rollouts.obs.dtype)

    def explore_loss(
        self, weights: Weights, support: ExplorationBatch, advantage: Tensor
    ) -> Tensor:
        """-J of one task by mu; for `dice` from its definition, without any baseline."""
        log_prob = self.policy.explore.log_prob(weights, support.obs, support.act)
        if self.params.explore == "dice":
            return -(dice_weight(log_prob, support.mask) * advantage * support.mask).sum(-1).mean()
        return policy_gradient_loss(log_prob, advantage, support.mask)

    def diagnostics(self, adapted: Weights, support: ExplorationBatch) -> dict[str, float]:
        """What the figures show beside the returns, from every few steps."""

        def one(z: Tensor, support: ExplorationBatch) -> tuple[Tensor, ...]:
            own = self.weights | {"embedding": z}
            mu = self.policy.explore_distribution(own, support.obs)
            pi = self.policy.distribution(own, support.obs)
            losses = (self.inner.step_losses(w, support) for w in (self.weights, own))
            return (
                *(episode_mean(loss, support.mask) for loss in losses),
                masked_mean(gaussian.kl_divergence(*mu, *pi), support.mask),
                (z - self.weights["embedding"]).norm(),
            )

        with torch.no_grad():
            values = vmap(one)(adapted["embedding"], subsampled(support, DIAGNOSTICS_EVERY))
        names = "inner_loss_before", "inner_loss_after", "divergence_explore", "shift"
        return {
            **{name: float(value.mean()) for name, value in zip(names, values, strict=True)},
            "std": float(self.weights["exploit.log_std"].exp().mean()),
            "std_explore": float(self.weights["explore.log_std"].exp().mean()),
        }


def exploration_reward(by_weight: Tensor) -> Tensor:
    """r_t = dJ/dW_t of each episode, from the gradient of -J, a mean over episodes."""
    return -by_weight.double() * by_weight.shape[1]
