"""MAESN: exploration by a latent variable that is drawn once per episode (Gupta et al. 2018).

    z     ~  N(mean_i, std_i),  once per episode of task i;   a ~ pi_theta(. | s, z)
    S_i   =  -E_episodes[ log N(z; mean_i, std_i) A_0 ],   mean_i' = mean_i - rate dS_i, std_i' too
    J     =  mean_i( E_t[ pi' / pi'_old A' ] - divergence KL(N(mean_i, std_i) || N(0, 1)) )

A trust region moves theta, all means and stds, and the rates, one for each of their numbers, up J,
whose episodes are drawn after the inner step: z = mean_i' + std_i' noise is differentiated through
the step. The divergence is that of the Gaussians before it. On a new task they begin at N(0, 1),
which the divergence keeps those of training close to, and only they move.

As in the official code theta does not adapt (the paper moves it, too; the code's factor for that is
0 as released) and means begin N(0, 1). Differs from it: tasks of an iteration are different ones;
training and tests pay the panel's own reward, where the code trains on the dense and tests on the
sparse one; rates at test are halved from the second step on and then stay, as for all.
"""

from typing import ClassVar, Literal, Self

import torch
from pydantic import NonNegativeFloat, PositiveFloat, PositiveInt
from torch import Tensor
from torch.func import vmap

from remeta.core import gaussian
from remeta.core.episodes import Batch, mean_returns
from remeta.core.returns import with_advantages
from remeta.core.weights import Weights, flat, module_weights, prefixed
from remeta.experience.adaptation import Schedule
from remeta.experience.inner import RATE
from remeta.experience.latents import (
    TASK,
    LatentAdaptation,
    beside,
    draw_noise,
    draws,
    latent_step,
    shared,
    with_noise,
)
from remeta.experience.practice import Bare, Practice
from remeta.learners.ascent import Ascent, Steps
from remeta.nets.latent import GAUSSIAN, LatentPolicy, gaussian_of
from remeta.nets.policy import Shape


class Params(Steps):
    """What a run of it may choose."""

    kind: Literal["maesn"]
    latent: PositiveInt  # numbers of z
    inner_rate: PositiveFloat  # of each of the Gaussians' numbers, at first
    divergence: NonNegativeFloat  # weight of how far Gaussians are from the prior
    discount: PositiveFloat


class MAESN:
    """A policy and a Gaussian for every training task, of which one step makes much."""

    needs: ClassVar = ()

    def __init__(self, params: Params, policy: LatentPolicy, means: Tensor):
        self.params, self.policy = params, policy
        found = policy.initial_weights()
        rates = {name: torch.full_like(found[name], params.inner_rate) for name in GAUSSIAN}
        own = dict(zip(GAUSSIAN, (means, torch.zeros_like(means)), strict=True))
        rest = {name: value for name, value in found.items() if name not in GAUSSIAN}
        self.weights = rest | prefixed(TASK, own) | prefixed(RATE, rates)
        self.ascent = Ascent(policy, self.adapt_one, params, self.penalty)

    @classmethod
    def build(cls, params: Params, shape: Shape, bare: Bare, generator: torch.Generator) -> Self:
        """Untrained; the means of all training tasks are drawn from the prior."""
        policy, tasks = LatentPolicy(shape, params.latent, generator), len(bare().tasks)
        return cls(params, policy, torch.randn(tasks, params.latent, generator=generator))

    def adaptation(self, schedule: Schedule) -> LatentAdaptation:
        """From the prior, at rates that the schedule's are factors of."""
        return LatentAdaptation(self.policy, schedule.rates, schedule.discount)

    def meta_step(self, practice: Practice) -> dict[str, float]:
        """One meta-iteration: rollouts, a step of the Gaussians, rollouts, a trust region."""
        support, query, metrics = self.sample(practice)
        self.weights, step, _ = self.ascent.within_region(self.weights, support, query)
        practice.counts.updates += 1
        log_std = self.weights[f"{TASK}.latent_log_std"]
        metrics |= {"latent_std": float(log_std.exp().mean())}
        metrics |= {"rate": float(flat(module_weights(self.weights, RATE)).mean())}
        return metrics | step.metrics

    def sample(self, practice: Practice) -> tuple[Batch, Batch, dict[str, float]]:
        """Draws before adaptation and what came of them, then rollouts of the adapted."""
        indices, discount = practice.draw_tasks(), self.params.discount
        tags = torch.eye(len(practice.tasks))[indices]
        start = shared(self.weights) | self.gaussians(self.weights, tags)
        noise = draw_noise(start, practice.episodes, practice.rng)
        before = practice.rollouts(with_noise(self.policy, start, noise), indices)
        support = draws(start, noise, with_advantages(before, discount), tags)
        with torch.no_grad():
            adapted = vmap(self.adapt_one, (None, 0))(self.weights, support)
        noise = draw_noise(adapted, practice.episodes, practice.rng)
        actor = with_noise(self.policy, adapted, noise)
        after = practice.rollouts(actor, indices, adapted=True)
        metrics = mean_returns(before=before, after=after)
        metrics["std"] = float(torch.exp(self.weights["log_std"]).mean())
        return support, beside(with_advantages(after, discount), noise), metrics

    def gaussians(self, start: Weights, tags: Tensor) -> Weights:
        """Those of the tasks that these tags, one-hot [..., task], tell."""
        return {name: tags @ table for name, table in module_weights(start, TASK).items()}

    def adapt_one(self, start: Weights, support: Batch) -> Weights:
        """The policy of one task after a step of its Gaussian."""
        own = self.gaussians(start, support.obs[0, 0])
        return latent_step(shared(start) | own, support, module_weights(start, RATE))

    def penalty(self, start: Weights, support: Batch) -> Tensor:
        """What is added to -J of one task: how far its Gaussian is from the prior before a step."""
        mean, log_std = gaussian_of(self.gaussians(start, support.obs[0, 0]))
        return self.params.divergence * gaussian.divergence_from_prior(mean, log_std)
