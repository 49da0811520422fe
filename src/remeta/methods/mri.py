"""MRI: learning to reinforcement-learn by imitation (Algorithm 1, equations 3-4, appendix A).

The start is meta-learned so that one policy-gradient step on a few rollouts imitates an expert of
the task. Rollouts are drawn once per meta-iteration; many supervised outer steps reuse them with
importance weights.

    phi_i  = theta - alpha grad_theta L_i(theta),  L_i = -E_t[ w_t log pi_theta(a_t|s_t) A_t ],
    w_t    = pi_theta(a_t|s_t) / pi_collected(a_t|s_t)                            (per step)
    theta <- Adam on mean_i L_BC(phi_i), demonstrations of task i

Differs from the paper, which is silent or contradicts its own official code:
* importance weights and correction are per step, as in Algorithm 1 and the official code; equation
  4 shows whole trajectories, and `correction: trajectory` is the form of appendix A;
* the imitation loss is `mse_std`, the official code's expected squared error (equation 3 is `nll`);
* demonstrations may be drawn in minibatches; the official code uses all of them in every step.
"""

from typing import ClassVar, Literal

from pydantic import NonNegativeFloat, NonNegativeInt, PositiveFloat, PositiveInt
from torch import Tensor

from remeta.core.adam import Moments
from remeta.core.adapt import adapt
from remeta.core.episodes import Batch, Demos, mean_returns
from remeta.core.objectives import Correction, ImitationLoss
from remeta.core.returns import with_advantages
from remeta.core.weights import Weights
from remeta.experience.practice import Practice
from remeta.frozen import Frozen
from remeta.learners.imitated import adam_steps, imitation_error, told, trial_loss
from remeta.nets.policy import GaussianPolicy


class Params(Frozen):
    """What a run of it may choose."""

    kind: Literal["mri"]
    inner_rate: NonNegativeFloat  # alpha; 0 leaves plain imitation
    outer_rate: PositiveFloat  # Adam's
    imitation_steps: PositiveInt  # N_BC, supervised steps between data collections
    demo_samples: NonNegativeInt  # state-actions per task and step; 0 takes all
    correction: Correction
    loss: ImitationLoss
    discount: PositiveFloat
    task_chunk: PositiveInt  # tasks differentiated at once: memory, not results


class MRI:
    """A start from which one policy-gradient step imitates the task's expert."""

    needs: ClassVar = ("demos",)

    def __init__(self, params: Params, policy: GaussianPolicy):
        self.params, self.policy = params, policy
        self.weights = policy.initial_weights()
        self.moments = Moments.zeros(self.weights)

    def meta_step(self, practice: Practice) -> dict[str, float]:
        """One meta-iteration: rollouts from theta, then N_BC corrected imitation steps."""
        indices = practice.draw_tasks()
        rollouts = practice.rollouts(self.policy.actor(self.weights), indices)
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
        return mean_returns(before=rollouts) | told(losses, self.weights)

    def outer_loss(self, start: Weights, support: Batch, demos: Demos) -> Tensor:
        """L_BC(phi_i) of one task."""
        adapted = adapt(self.inner_loss, start, [support], self.params.inner_rate)
        return self.imitation_loss(adapted, demos)

    def inner_loss(self, weights: Weights, sampler: Weights, support: Batch) -> Tensor:
        """The inner loss of one task."""
        return trial_loss(self.policy, self.params.correction, weights, sampler, support)

    def imitation_loss(self, weights: Weights, demos: Demos) -> Tensor:
        """L_BC of one task, its demonstrations [sample, ...]."""
        return imitation_error(self.policy, self.params.loss, weights, demos)
