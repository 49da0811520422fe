"""NoRML: meta-learning that adapts without rewards (Yang et al. 2019), and what it is made of.

    phi_i = theta - alpha grad_theta L_i(theta) + e
    L_i   = -E_t[ log pi_theta(a_t|s_t) A_psi(s_t, a_t, s_t+1) ]
    theta, psi, e <- Adam on mean_i -E_t[ pi_phi_i / pi_old A_t ], rollouts of phi_i

What is learned from after adaptation are rewards as ever, A_t = G_t - b(s_t, t); what is adapted by
is a learned opinion A_psi of what a step led to, and a learned offset e. At test no reward is read.
Every further step of adaptation adds e again, as the official evaluation does.

Its relatives are options. With `advantage: null` this is MAML, which adapts by rewards, its inner
loss the ratio -E_t[ pi_theta / pi_old A_t ]; with `offset: false` e is nought. alpha is one number
or, with `learned_rate`, one for every weight, learned from there. Without any of these and with an
`inner_rate` of 0 it is domain randomisation: one policy for all tasks.

The numbers are the official code's; the paper was not to be had. Its baseline b, a ridge regression
of every task's returns on cubes of state and clock, is ours. Differs from it:
* it standardises the advantages after adaptation behind the loop over tasks instead of in it, so
  only those of a batch's last task: `last_only`; `all` are what was meant;
* it clips the ratio after adaptation, which is 1 wherever it is looked at, since every batch serves
  for one step: nothing is ever clipped, and we do not;
* it whitens targets of the half-cheetah's baseline and takes that back afterwards, which changes
  nothing but what the ridge shrinks; we do not.
"""

from typing import ClassVar, Literal, Self

import torch
from jaxtyping import Float
from pydantic import NonNegativeFloat, PositiveFloat, PositiveInt
from torch import Tensor
from torch.func import vmap

from remeta.core.adam import Moments, adam_step
from remeta.core.adapt import gradient_step
from remeta.core.batching import mean_gradient
from remeta.core.episodes import Batch, Episodes, mean_returns, record
from remeta.core.objectives import ratio_surrogate, reinforce
from remeta.core.returns import cubic_features, discounted_sums, ridge_fit, standardised
from remeta.core.stretches import Stretches
from remeta.core.weights import Weights, module_weights, prefixed
from remeta.experience.acting import MemorylessActor
from remeta.experience.adaptation import Schedule
from remeta.experience.gradients import GradientAdaptation
from remeta.experience.practice import Bare, Practice
from remeta.frozen import Frozen
from remeta.nets.norml import Judge, JudgingPolicy
from remeta.nets.policy import Activation, Shape


class AdvantageNet(Frozen):
    """A_psi."""

    hidden: list[PositiveInt]
    activation: Activation
    sees_after: bool  # s_t+1; without it, what tells the tasks apart is hardly seen


class Params(Frozen):
    """What a run of it may choose."""

    kind: Literal["norml"]
    advantage: AdvantageNet | None  # none: that of the rewards
    offset: bool
    inner_rate: NonNegativeFloat  # alpha, or where it begins
    learned_rate: bool
    outer_rate: PositiveFloat  # Adam's at first
    decay_over: PositiveInt  # iterations in which it falls to nought
    log_std: float  # of every action, at first
    standardise: Literal["all", "last_only"]
    discount: PositiveFloat
    task_chunk: PositiveInt


@record
class Steps(Batch):
    """A batch that knows what each step led to."""

    after: Float[Tensor, "*task episode time obs"]


class NoRML:
    """A start, an opinion of steps, an offset, from which one step without rewards earns much."""

    needs: ClassVar = ()

    def __init__(self, params: Params, policy: JudgingPolicy, horizon: int):
        self.params, self.policy, self.row_steps = params, policy, horizon
        found = policy.initial_weights()
        start = {name: w for name, w in found.items() if not name.startswith("advantage.")}
        self.moving = tuple(start)  # what adaptation moves
        offset = {name: torch.zeros_like(w) for name, w in start.items()}
        rate = {name: torch.full_like(w, params.inner_rate) for name, w in start.items()}
        self.weights = found | (prefixed("offset", offset) if params.offset else {})
        self.weights |= prefixed("rate", rate) if params.learned_rate else {}
        self.moments, self.iteration = Moments.zeros(self.weights), 0

    @classmethod
    def build(cls, params: Params, shape: Shape, bare: Bare, generator: torch.Generator) -> Self:
        """Untrained; a row of its rollouts is as long as the longest episode."""
        net = params.advantage
        judge = Judge(**net.model_dump()) if net else None
        policy = JudgingPolicy(shape, params.log_std, generator, judge)
        return cls(params, policy, bare().world.horizon)

    def meta_step(self, practice: Practice) -> dict[str, float]:
        """One meta-iteration: rollouts, adaptation, rollouts of the adapted, one step of Adam."""
        indices = practice.draw_tasks()
        before = practice.stretches(self.actor(self.weights), indices, self.row_steps)
        support = self.support(before)
        with torch.no_grad():
            adapted = vmap(self.adapt_one, (None, 0))(self.weights, support)
        after = practice.stretches(self.actor(adapted), indices, self.row_steps, adapted=True)
        gradient, loss = self.outer_gradient(support, self.query(after))
        rate = self.params.outer_rate * max(0.0, 1 - self.iteration / self.params.decay_over)
        self.weights, self.moments = adam_step(self.weights, gradient, self.moments, rate)
        self.iteration += 1
        practice.counts.updates += 1
        spreads = {"std": self.weights["log_std"], "std_adapted": adapted["log_std"]}
        metrics = {name: float(torch.exp(log_std).mean()) for name, log_std in spreads.items()}
        return mean_returns(before=before, after=after) | {"loss": float(loss)} | metrics

    def adaptation(self, schedule: Schedule) -> GradientAdaptation:
        """Steps as in training, whatever rates are granted; psi, e and alpha go along."""

        def update(weights: Weights, rollouts: Episodes, _: float) -> Weights:
            assert isinstance(rollouts, Stretches)
            with torch.no_grad():
                return vmap(self.adapt_one)(weights, self.support(rollouts))

        return GradientAdaptation(lambda w, _: self.actor(w), update, [1.0] * schedule.steps)

    def actor(self, weights: Weights) -> MemorylessActor:
        """Who acts by theta, or by the phi of every task."""
        return self.policy.actor({name: weights[name] for name in self.moving})

    def support(self, rollouts: Stretches) -> Steps:
        """What adaptation learns from; where an advantage is learned, no reward is looked at."""
        learned = self.params.advantage is not None
        return steps(
            rollouts, torch.zeros_like(rollouts.mask) if learned else self.advantages(rollouts)
        )

    def query(self, rollouts: Stretches) -> Steps:
        """What the adapted are judged by."""
        advantage = self.advantages(rollouts)
        unit = standardised(advantage, rollouts.mask)
        if self.params.standardise == "last_only":
            unit = torch.cat([advantage[:-1], unit[-1:]])
        return steps(rollouts, unit)

    def advantages(self, rollouts: Stretches) -> Tensor:
        """A_t of the rewards: what comes to less than the baseline of its task is bad."""
        reward, discounts = (
            rollouts.reward * rollouts.mask,
            rollouts.discounts(self.params.discount),
        )
        sums = discounted_sums(reward, discounts).double()
        features = cubic_features(rollouts.obs, rollouts.age / self.row_steps)
        baseline = ridge_fit(features, sums, rollouts.mask)
        return (sums - baseline).to(rollouts.obs.dtype)

    def adapt_one(self, weights: Weights, support: Steps) -> Weights:
        """phi of one task in the place of theta, beside all else that it was made with."""
        rate = module_weights(weights, "rate") or self.params.inner_rate
        if rate:
            stepped = gradient_step(self.inner_loss, weights, support, rate, self.moving)
        else:  # domain randomisation
            stepped = weights
        offset = module_weights(weights, "offset")
        return stepped | {name: stepped[name] + more for name, more in offset.items()}

    def inner_loss(self, weights: Weights, sampler: Weights, support: Steps) -> Tensor:
        """L of one task; nothing of it depends on who sampled the batch."""
        log_prob = self.log_prob(weights, support)
        if self.params.advantage is None:
            return ratio_surrogate(log_prob, support.log_prob, support.advantage, support.mask)
        judged = self.policy.judged(weights, support.obs, support.act, support.after)
        return reinforce(log_prob, judged, support.mask)

    def outer_loss(self, weights: Weights, support: Steps, query: Steps) -> Tensor:
        """What is minimised, for one task."""
        log_prob = self.log_prob(self.adapt_one(weights, support), query)
        return ratio_surrogate(log_prob, query.log_prob, query.advantage, query.mask)

    def log_prob(self, weights: Weights, batch: Steps) -> Tensor:
        """Of what was done, by theta or a phi."""
        own = {name: weights[name] for name in self.moving}
        return self.policy.log_prob(own, batch.obs, batch.act)

    def outer_gradient(self, support: Steps, query: Steps) -> tuple[Weights, Tensor]:
        """Gradient and value of the mean outer loss."""
        chunk = self.params.task_chunk
        return mean_gradient(self.outer_loss, self.weights, (support, query), chunk)


def steps(rollouts: Stretches, advantage: Tensor) -> Steps:
    """Rollouts made ready to learn from."""
    known = {name: getattr(rollouts, name) for name in ("obs", "act", "mask", "log_prob", "after")}
    return Steps(advantage=advantage, **known)
