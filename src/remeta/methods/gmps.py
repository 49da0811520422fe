"""GMPS: guided meta-policy search (Algorithms 1 and 2), which learns MRI's inner step, too.

The start is meta-learned so that one policy-gradient step on a few rollouts imitates an expert of
the task, together with z, an input that is the same at all times (a bias transformation, appendix
C), and with a step size eta of every number of the policy:

    phi_i  = theta - eta * grad_theta L_i(theta),  L_i = -E_t[ w_t log pi_theta(a_t|s_t) A_t ],
    w_t    = pi_theta(a_t|s_t) / pi_collected(a_t|s_t)                            (per step)
    theta, eta <- Adam on mean_i L_BC(phi_i), data of task i, N_BC steps on the same rollouts

The data are demonstrations, D_i, and with aggregation what experts answer in the states that the
adapted policies visit (Algorithm 1, lines 6-11):

    D_i <- D_i + { (s, E[pi*_i(.|s)]) : s visited by phi_i }

Differs from the paper, which is silent or contradicts its own official code:
* the imitation loss: a likelihood in the paper (`nll`), the squared error of the mean in the code
  (`mse`), which leaves the spread to the inner step; ours is MRI's, `mse_std`, unless told;
* neither has MRI's correction of the meta-gradient: `correction: none`, its forms are options;
* all rates begin at one number and may become negative, as in the code; `rates: fixed` with
  `bias: 0` and `aggregate_every: 0` is MRI;
* `head` moves the last layer and z or, of a policy that sees, all but its convolutions, as in the
  code, and the log-std. What these find in a picture is then found once in an outer step.
"""

from typing import Literal, Self

import numpy as np
import torch
from jaxtyping import Float
from pydantic import NonNegativeInt, PositiveFloat, PositiveInt
from torch import Tensor

from remeta.core.adam import Moments
from remeta.core.episodes import Batch, Demos, Episodes, mean_returns
from remeta.core.objectives import Correction, ImitationLoss
from remeta.core.returns import with_advantages
from remeta.core.weights import Weights
from remeta.experience.adaptation import Schedule
from remeta.experience.gradients import GradientAdaptation
from remeta.experience.inner import Inner, InnerStep
from remeta.experience.practice import Practice
from remeta.frozen import Advice
from remeta.learners.imitated import adam_steps, imitation_error, told, trial_loss
from remeta.nets.policy import GaussianPolicy, Shape
from remeta.nets.vision import SeeingShape


class Params(Inner):
    """What a run of it may choose."""

    kind: Literal["gmps"]
    outer_rate: PositiveFloat  # Adam's
    imitation_steps: PositiveInt  # N_BC, supervised steps between data collections
    demo_samples: NonNegativeInt  # state-actions per task and step; 0 takes all
    aggregate_every: NonNegativeInt  # meta-iterations; 0 learns from demonstrations alone
    correction: Correction
    loss: ImitationLoss
    discount: PositiveFloat
    task_chunk: PositiveInt  # tasks differentiated at once: memory, not results


class GMPS:
    """A start, and the steps from it, whose outcome imitates the task's expert."""

    needs = ("demos", "expert")  # the expert only if it aggregates

    def __init__(self, params: Params, policy: GaussianPolicy):
        self.params, self.policy = params, policy
        self.needs = ("demos", "expert") if params.aggregate_every else ("demos",)
        self.inner = InnerStep(policy, params)
        self.weights = self.inner.start()
        self.moments = Moments.zeros(self.weights)
        self.iteration = 0

    @classmethod
    def build(cls, params: Params, shape: Shape, _: object, generator: torch.Generator) -> Self:
        """Untrained."""
        if params.aggregate_every and isinstance(shape, SeeingShape):
            raise Advice("aggregate_every shows experts no pictures; by sight it has to be 0.")
        return cls(params, params.policy(shape, generator))

    def adaptation(self, schedule: Schedule) -> GradientAdaptation:
        """At test by the learned rates."""
        return self.inner.adaptation(schedule)

    def meta_step(self, practice: Practice) -> dict[str, float]:
        """One meta-iteration: rollouts from theta, N_BC imitation steps, and perhaps more data."""
        indices = practice.draw_tasks()
        rollouts = practice.rollouts(self.inner.actor(self.weights), indices)
        support = with_advantages(rollouts, self.params.discount)
        batches = (
            (support, practice.pairs(indices, self.params.demo_samples))
            for _ in range(self.params.imitation_steps)
        )
        self.weights, self.moments, losses = adam_steps(
            self.outer_loss,
            (self.weights, self.moments),
            batches,
            self.params.outer_rate,
            self.params.task_chunk,
        )
        practice.counts.updates += len(losses)
        self.iteration += 1
        metrics = mean_returns(before=rollouts) | told(losses, self.weights)
        metrics |= self.inner.metrics(self.weights)
        if self.params.aggregate_every and self.iteration % self.params.aggregate_every == 0:
            metrics |= self.aggregate(practice)
        return metrics

    def aggregate(self, practice: Practice) -> dict[str, float]:
        """Experts answer in the states that adapted policies visit, of every training task."""
        everyone = np.arange(len(practice.tasks))
        before = practice.rollouts(self.inner.actor(self.weights), everyone)
        support = with_advantages(before, self.params.discount)
        adapted = self.inner.adapted(self.inner_loss, self.weights, support)
        after = practice.rollouts(self.policy.actor(adapted), everyone, adapted=True)
        states = visited(after)
        practice.learn_from(Demos(states, practice.ask(everyone, states)))
        return mean_returns(after=after)

    def outer_loss(self, start: Weights, support: Batch, demos: Demos) -> Tensor:
        """L_BC(phi_i) of one task."""
        adapted = self.inner.adapt(self.inner_loss, start, support)
        return imitation_error(self.policy, self.params.loss, adapted, demos)

    def inner_loss(self, weights: Weights, sampler: Weights, support: Batch) -> Tensor:
        """L_i of one task."""
        return trial_loss(self.policy, self.params.correction, weights, sampler, support)


def visited(rollouts: Episodes) -> Float[Tensor, "task state obs"]:
    """States in which an action was taken, those of the first episodes first.

    Where some episodes ended early, tasks are cut to the shortest one's number of them.
    """
    taken = rollouts.mask.flatten(1)
    count = int(taken.sum(-1).min())
    first = torch.argsort(taken, dim=1, descending=True, stable=True)[:, :count]
    states = rollouts.obs.flatten(1, 2)
    return states.gather(1, first[..., None].expand(-1, -1, states.shape[-1]))
