"""Adversarial imitation, off-policy: GAIL and AIRL (Ho & Ermon 2016, Fu et al. 2018).

    min_f  L(f; expert, replay)       a discriminator tells the expert from what the policy did
    max_pi E[sum_t r(f(s_t, a_t))]    SAC, by a reward for being taken for the expert

Both are one method. GAIL sees (s, a) and pays -log(1 - D), or log D, as its official off-policy
code does; AIRL pays the logit log D - log(1 - D), which at the optimum is a reward function, and
may see (s, s') or s. One update is a step of the discriminator and one of SAC, on transitions of
the replay that are paid by the discriminator as it is now.

Differs from the papers, as the official off-policy code does: the learner is SAC with a replay
instead of TRPO, and AIRL's discriminator is a plain net, without the policy's density in it. No
episode's end is believed, so that no sign of a reward makes ending early, or late, worth anything.

Of many tasks the policy sees none: there it imitates the mixture of their experts.
"""

from typing import Literal

import numpy as np
import torch
from pydantic import PositiveInt
from torch import Tensor

from remeta.core.weights import Weights
from remeta.experience.replay import TaskReplay
from remeta.experience.stream import Step
from remeta.frozen import Frozen
from remeta.learners import adversary, sac
from remeta.learners.offpolicy import Experience, Interleaved, Schedule, averaged
from remeta.nets.discriminator import Sees


class Params(Frozen):
    """What a run of it may choose."""

    kind: Literal["adversarial"]
    sees: Sees
    discriminator: adversary.Params
    sac: sac.Params
    schedule: Schedule
    replay: PositiveInt  # transitions kept of each task, the last ones
    discriminator_batch: PositiveInt  # of the expert's transitions and ours, per task and update
    batch: PositiveInt  # of SAC, transitions per task and update


class Adversarial:
    """A policy that SAC trains to be taken for the expert."""

    needs_demos = True
    LIVING = ("sac", "adversary", "replay", "loop")

    def __init__(self, params: Params, practice: Experience, generator: torch.Generator):
        self.params, family = params, practice.world.family
        sizes = {"obs": family.obs_size, "act": family.act_size}
        self.sac = sac.SAC(params.sac, family.obs_size, family.act_size, generator)
        self.adversary = adversary.Adversary(params.discriminator, params.sees, sizes, generator)
        self.replay = TaskReplay(
            len(practice.tasks), params.replay, **sizes, next_obs=family.obs_size
        )
        self.loop = Interleaved(params.schedule, practice.world, practice.tasks, practice.rng)

    @property
    def weights(self) -> Weights:
        """Of the policy."""
        return self.sac.actor.initial_weights()

    @weights.setter
    def weights(self, weights: Weights) -> None:
        self.sac.actor.load_state_dict(weights)

    def meta_step(self, practice: Experience) -> dict[str, float]:
        """Some steps in the world, then some updates."""
        before = self.loop.taken
        metrics = self.loop.round(
            practice.rng, self._act, self._store, lambda: self._update(practice)
        )
        practice.counts.env_steps += self.loop.taken - before
        practice.counts.updates += len(metrics)
        return averaged(metrics)

    @torch.no_grad()
    def _act(self, obs: Tensor, indices: np.ndarray) -> np.ndarray:
        return self.sac.sample(obs)[0].numpy()

    def _store(self, step: Step) -> None:
        self.replay.add(step["indices"], **{name: step[name] for name in self.replay.columns})

    def _update(self, practice: Experience) -> dict[str, Tensor]:
        rng, known = practice.rng, np.flatnonzero(self.replay.filled)
        metrics = self.adversary.update(
            practice.expert.draw(rng, known, self.params.discriminator_batch),
            self.replay.draw(rng, known, self.params.discriminator_batch),
        )
        batch = self.replay.draw(rng, known, self.params.batch)
        reward = self.adversary.reward(batch)
        paid = batch | {"reward": reward.unsqueeze(-1)}
        return metrics | {"reward": reward.mean()} | self.sac.update(paid)
