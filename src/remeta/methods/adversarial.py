"""Adversarial imitation, off-policy: GAIL and AIRL (Ho & Ermon 2016, Fu et al. 2018).

    min_f  L(f; expert, replay)       a discriminator tells the expert from what the policy did
    max_pi E[sum_t r(f(s_t, a_t))]    SAC, by a reward for being taken for the expert

Both are one method. GAIL sees (s, a) and pays -log(1 - D), or log D as SMILe's code has it; AIRL
pays the logit log D - log(1 - D), which at the optimum is a reward function, and may see (s, s')
or s. One update is a step of the discriminator and one of SAC, on transitions of the replay that
are paid by the discriminator as it is now.

Differs from the papers, as the single-task runs of SMILe's code do: the learner is SAC with a
replay instead of TRPO, and AIRL's discriminator is a plain net without the policy's density in it.
No episode's end is believed, so that no sign of a reward makes it worth anything to end early, or
not to.

Of many tasks the policy sees none: there it imitates the mixture of their experts.
"""

from typing import ClassVar, Literal, Self

import torch
from pydantic import PositiveInt
from torch import Tensor

from remeta.experience.practice import Bare, Practice
from remeta.experience.replay import TaskReplay
from remeta.frozen import Frozen
from remeta.learners import adversary, sac
from remeta.learners.offpolicy import Interleaved, UpdateSchedule
from remeta.learners.settled import SettledSAC
from remeta.nets.discriminator import InputKind
from remeta.nets.policy import Shape


class Params(Frozen):
    """What a run of it may choose."""

    kind: Literal["adversarial"]
    sees: InputKind
    discriminator: adversary.Params
    sac: sac.Params
    rhythm: UpdateSchedule
    replay: PositiveInt  # transitions kept of each task, the last ones
    discriminator_batch: PositiveInt  # of the expert's transitions and ours, per task and update
    batch: PositiveInt  # of SAC, transitions per task and update


class Adversarial(SettledSAC):
    """A policy that SAC trains to be taken for the expert."""

    needs: ClassVar = ("demos",)
    STATE_ATTRIBUTES: ClassVar = ("sac", "adversary", "replay", "loop")

    def __init__(
        self, params: Params, shape: Shape, practice: Practice, generator: torch.Generator
    ):
        self.params = params
        sizes = {"obs": shape.obs_size, "act": shape.act_size}
        self.sac = sac.SAC(params.sac, shape.obs_size, shape.act_size, generator)
        self.adversary = adversary.Adversary(params.discriminator, params.sees, sizes, generator)
        self.replay = TaskReplay(
            len(practice.tasks), params.replay, **sizes, next_obs=shape.obs_size
        )
        self.loop = Interleaved(params.rhythm, practice.world, practice.tasks, practice.rng)

    @classmethod
    def build(cls, params: Params, shape: Shape, bare: Bare, generator: torch.Generator) -> Self:
        """Untrained, its rows at the start of their first episodes."""
        return cls(params, shape, bare(), generator)

    def _update(self, practice: Practice) -> dict[str, Tensor]:
        """On some of the tasks that have been met."""
        rng, count = practice.rng, self.params.discriminator_batch
        indices = self.replay.known_tasks(rng, practice.batch)
        metrics = self.adversary.update(
            practice.transitions(indices, count), self.replay.draw(rng, indices, count)
        )
        batch = self.replay.draw(rng, indices, self.params.batch)
        reward = self.adversary.reward(batch)
        rewarded = batch | {"reward": reward.unsqueeze(-1)}
        return metrics | {"reward": reward.mean()} | self.sac.update(rewarded)
