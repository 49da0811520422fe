"""RL2: a policy whose memory is the adaptation (Duan et al. 2016, Wang et al. 2016), by PPO.

    h_t, pi_t  =  net(h_t-1; s_t, a_t-1, r_t-1, d_t-1),   h_0 nought at the start of a trial
    A_t        =  sum_t' (discount trace)^(t'-t) (r_t' + discount V_t'+1 - V_t')   over the trial
    theta     <-  Adam on -E[min(rho A, clip(rho, 1 - c, 1 + c) A)],   several times per batch

A trial is some episodes of a task, one after the other. What is remembered outlives them, and an
advantage counts what later episodes come to, so that finding out pays; the last step of a trial is
followed by nothing. V is the linear baseline fitted to the trials of each task, and advantages are
standardised per task, as in ProMP's code for RL2. Gradients go back through whole trials.

Differs from official codes:
* the last action, its reward and whether it ended an episode are fed across the border of episodes,
  too. ProMP's and garage's wrappers feed noughts at every reset, and so never show the reward of an
  episode's last step;
* a trial is so many steps, as in VariBAD's: who falls early begins another episode, and what was
  under way at the end of the trial is learned from, too;
* a gated recurrent unit, where ProMP has an LSTM; rewards as they are, where VariBAD scales them.
On a new task every row is a trial, which goes on as long as is asked: a step is an episode more.
Users could not reproduce the published table of RL2 on Meta-World with its own settings.
"""

from dataclasses import replace
from typing import ClassVar, Literal, Self

import torch
from pydantic import PositiveFloat, PositiveInt
from torch import Tensor

from remeta.core import gaussian
from remeta.core.adam import Moments, adam_step
from remeta.core.episodes import Batch
from remeta.core.objectives import clipped_surrogate
from remeta.core.returns import (
    discounted_sums,
    generalised_advantage,
    linear_baseline,
    standardised,
)
from remeta.core.stretches import Stretches
from remeta.core.weights import Weights
from remeta.experience.adaptation import Schedule
from remeta.experience.practice import Practice
from remeta.experience.recurrence import RecurrentAdaptation, seen
from remeta.frozen import Frozen
from remeta.nets.policy import Shape
from remeta.nets.recurrent import RecurrentPolicy


class Params(Frozen):
    """What a run of it may choose."""

    kind: Literal["rl2"]
    memory: PositiveInt  # numbers that are carried along
    trial: PositiveInt  # episodes
    rate: PositiveFloat  # Adam's
    epochs: PositiveInt  # steps on the same trials
    clip: PositiveFloat  # c
    discount: PositiveFloat
    trace: PositiveFloat  # lambda


class RL2:
    """The policy that earns most over whole trials."""

    needs: ClassVar = ()

    def __init__(self, params: Params, policy: RecurrentPolicy):
        self.params, self.policy = params, policy
        self.weights = policy.initial_weights()
        self.moments = Moments.zeros(self.weights)

    @classmethod
    def build(cls, params: Params, shape: Shape, _: object, generator: torch.Generator) -> Self:
        """Untrained."""
        return cls(params, RecurrentPolicy(shape, params.memory, generator))

    def adaptation(self, schedule: Schedule) -> RecurrentAdaptation:
        """By memory."""
        return RecurrentAdaptation(self.policy)

    def meta_step(self, practice: Practice) -> dict[str, float]:
        """One iteration: a trial in every row, then some steps of Adam."""
        indices, horizon = practice.draw_tasks(), practice.world.horizon
        shape = len(indices), practice.episodes
        agent = RecurrentAdaptation(self.policy).begin(self.weights, shape, practice.rng)
        trials = practice.stretches(agent, indices, self.params.trial * horizon)
        loss = self.improve(trials)
        practice.counts.updates += self.params.epochs
        std = float(torch.exp(self.weights["log_std"]).mean())
        return {
            "return_before": float(trials.reward[..., :horizon].sum(-1).mean()),
            "return_after": float(trials.reward[..., -horizon:].sum(-1).mean()),
            "loss": loss,
            "std": std,
        }

    def improve(self, trials: Stretches) -> float:
        """Steps of Adam on the same trials; the loss before the last."""
        batch, value = self.judged(trials), torch.zeros(())
        for _ in range(self.params.epochs):
            gradient, value = self.gradient(batch)
            rate = self.params.rate
            self.weights, self.moments = adam_step(self.weights, gradient, self.moments, rate)
        return float(value)

    def judged(self, trials: Stretches) -> Batch:
        """Trials made ready to learn from; an observation is all that the net sees."""
        whole = replace(trials, mask=torch.ones_like(trials.mask))
        reward, discount = trials.reward.double(), self.params.discount
        value = linear_baseline(whole, discounted_sums(reward, discount))
        advantage = generalised_advantage(reward, value, discount, self.params.trace)
        return Batch(
            obs=seen(trials),
            act=trials.act,
            advantage=standardised(advantage, whole.mask.double()).to(trials.obs.dtype),
            mask=whole.mask,
            log_prob=trials.log_prob,
        )

    def gradient(self, batch: Batch) -> tuple[Weights, Tensor]:
        """Of the loss, and its value; `torch.func` would take a recurrent net apart first."""
        leaves = {name: weight.detach().requires_grad_() for name, weight in self.weights.items()}
        loss = self.loss(leaves, batch)
        slopes = torch.autograd.grad(loss, list(leaves.values()))
        return dict(zip(leaves, slopes, strict=True)), loss.detach()

    def loss(self, weights: Weights, batch: Batch) -> Tensor:
        """PPO's, over the steps of all trials."""
        mean, log_std = self.policy.over_trials(weights, batch.obs)
        log_prob = gaussian.log_prob(batch.act, mean, log_std)
        return clipped_surrogate(
            log_prob, batch.log_prob, batch.advantage, batch.mask, self.params.clip
        )
