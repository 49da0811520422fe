"""An inner step that is learned with the start: which numbers of a policy move, and how far each.

    phi = theta - eta * grad L(theta)

eta is one number, or has one for every number that moves: then it is a part of what is learned,
and lies beside the policy's own weights, as `rate.` and their name.
"""

from dataclasses import dataclass
from functools import cached_property
from typing import Literal

import torch
from pydantic import NonNegativeFloat, NonNegativeInt
from torch import Tensor
from torch.func import vmap

from remeta.core.adapt import Loss, gradient_step
from remeta.core.episodes import Batch, Episodes, PicturedBatch
from remeta.core.objectives import reinforce
from remeta.core.returns import with_advantages
from remeta.core.weights import Weights, flat, module_weights, prefixed
from remeta.experience.acting import MemorylessActor
from remeta.experience.adaptation import Schedule
from remeta.experience.gradients import GradientAdaptation
from remeta.frozen import Advice, Frozen
from remeta.nets.biased import BiasedPolicy
from remeta.nets.policy import GaussianPolicy, Shape
from remeta.nets.vision import SeeingShape, VisionPolicy

RATE = "rate"


class Inner(Frozen):
    """What a run of it may choose."""

    inner_rate: NonNegativeFloat  # of every number that moves; where rates are learned, at first
    rates: Literal["fixed", "learned"]
    bias: NonNegativeInt  # numbers of the bias variable z; without any there is none
    # What moves: all, the last layer (of a policy that sees, all but its eye) and z, or z alone.
    adapted: Literal["all", "head", "bias"]

    def policy(self, shape: Shape, generator: torch.Generator) -> GaussianPolicy:
        """Untrained."""
        if not self.bias:
            return shape.gaussian(generator)
        kind = VisionPolicy if isinstance(shape, SeeingShape) else BiasedPolicy
        return kind(shape, self.bias, generator)


def whole(rate: float) -> Inner:
    """Everything moves, at one rate that stays."""
    return Inner(inner_rate=rate, rates="fixed", bias=0, adapted="all")


@dataclass(frozen=True)
class InnerStep:
    """One step of a task from a start, which is a policy's weights and perhaps their rates."""

    policy: GaussianPolicy
    params: Inner

    @cached_property
    def moving(self) -> tuple[str, ...]:
        """Names of the policy's weights that a step moves; none stands for all of them."""
        if self.params.adapted == "all":
            return ()
        z = ("bias",) if self.params.bias else ()
        if self.params.adapted == "head":
            return *self.policy.head, *z
        if not z:
            raise Advice("adapted: bias moves a variable that bias: 0 leaves out; give it a size.")
        return z

    def start(self) -> Weights:
        """Untrained."""
        weights = self.policy.initial_weights()
        if self.params.rates == "fixed":
            return weights
        moving = {name: weights[name] for name in self.moving or weights}
        rate = self.params.inner_rate
        return weights | prefixed(RATE, {n: torch.full_like(w, rate) for n, w in moving.items()})

    def acting(self, start: Weights) -> Weights:
        """The policy's own weights."""
        return {name: value for name, value in start.items() if not name.startswith(f"{RATE}.")}

    def actor(self, start: Weights) -> MemorylessActor:
        """Who acts by these."""
        return self.policy.actor(self.acting(start))

    def adapt(self, loss: Loss, start: Weights, batch: Batch, factor: float = 1.0) -> Weights:
        """The policy's own weights after one step on a task; `factor` scales every rate."""
        rate: float | Weights = self.params.inner_rate * factor
        if self.params.rates == "learned":
            rate = {name: factor * own for name, own in module_weights(start, RATE).items()}
        return gradient_step(loss, self.acting(start), self.looked(start, batch), rate, self.moving)

    def looked(self, start: Weights, batch: Batch) -> Batch:
        """What the policy finds in the pictures of a batch, once, if the step leaves its eye."""
        if not (self.moving and isinstance(batch, PicturedBatch)):
            return batch
        assert isinstance(self.policy, VisionPolicy)
        found = self.policy.look(start, batch.seen)
        return Batch(found, batch.act, batch.advantage, batch.mask, batch.log_prob)

    def adapted(self, loss: Loss, start: Weights, batches: Batch) -> Weights:
        """The same for every task of [task, ...] from one start, nothing to be differentiated."""
        with torch.no_grad():
            return vmap(lambda batch: self.adapt(loss, start, batch))(batches)

    def adaptation(self, schedule: Schedule) -> GradientAdaptation:
        """At test: as in training, at rates that the schedule's are factors of."""

        def loss(moving: Weights, sampler: Weights, batch: Batch) -> Tensor:
            log_prob = self.policy.log_prob(moving, batch.seen, batch.act)
            return reinforce(log_prob, batch.advantage, batch.mask)

        def update(weights: Weights, rollouts: Episodes, factor: float) -> Weights:
            batches = with_advantages(rollouts, schedule.discount)
            step = vmap(lambda own, batch: self.adapt(loss, own, batch, factor))
            with torch.no_grad():
                return weights | step(weights, batches)

        return GradientAdaptation(lambda weights, _: self.actor(weights), update, schedule.rates)

    def metrics(self, start: Weights) -> dict[str, float]:
        """The mean rate, and the share of rates that are negative, which nothing forbids."""
        rates = module_weights(start, RATE)
        if not rates:
            return {}
        every = flat(rates)
        return {"rate": float(every.mean()), "rate_negative": float((every < 0).float().mean())}
