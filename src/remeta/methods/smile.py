"""SMILe: adversarial imitation of many experts at once, by contexts (Ghasemipour et al. 2019).

    z       ~  enc(some demonstrations of the task)
    min_f   E_expert[-log D(x, z)] + E_replay[-log(1 - D(x, z))],   D = sigmoid(f)
    max_pi  E[sum_t f(x_t, z)]      SAC, paid the logit log D - log(1 - D)

x is (s, a) or, state-only, (s, s'); then the encoder reads no action either. The encoder learns by
the discriminator's loss and by nothing else. Every training task has a replay of its own, whose
transitions are judged, and learned from, in contexts that are drawn anew each time; whoever acts
keeps one context for an episode. One update is a step of the discriminator and the encoder, and
one of SAC. A constant context leaves single-task AIRL, of the mixture of all experts.

The numbers are those of the author's earlier code, as far as its specifications are public; the
paper's own recipe never was. Differs from it:
* the expert's transitions are drawn from all demonstrations of a task, and ours from all of its
  replay, where the code takes 16 steps of each of 8 demonstrations and 8 episodes: the same in
  expectation, and less alike;
* uniform actions fill the replay at first, where the code rolls its untrained policy out once in
  every task; rows are in different steps of their episodes, where the code learns between episodes;
* the critics are SAC's of today, without a net for V (`learners/sac.py`), and all weights begin
  Xavier-uniform;
* the penalty is of the logit without its bound (`learners/adversary.py`).
The paper's equation 6 has a minus before its second expectation: equation 4's plus is what its code
computes, and what is meant.
"""

from functools import partial
from typing import ClassVar, Literal

import numpy as np
import torch
from pydantic import PositiveInt
from torch import Tensor

from remeta.experience.practice import Indices, Practice
from remeta.experience.replay import TaskReplay
from remeta.frozen import Frozen
from remeta.learners import adversary, sac, watching
from remeta.learners.offpolicy import Interleaved, UpdateSchedule
from remeta.learners.onlooker import Onlooker
from remeta.nets.policy import Shape


class Params(Frozen):
    """What a run of it may choose."""

    kind: Literal["smile"]
    sees: watching.ReadKind  # discriminator and encoder
    watcher: watching.Params
    discriminator: adversary.Params
    sac: sac.Params
    rhythm: UpdateSchedule
    replay: PositiveInt  # transitions kept of each task, the last ones
    discriminator_batch: PositiveInt  # of the expert's transitions and ours, per task and update
    batch: PositiveInt  # of SAC, transitions per task and update


class SMILe(Onlooker):
    """A policy that does in any context what the expert does in the task that it was read from."""

    ACTOR: ClassVar = "sac.actor"
    STATE_ATTRIBUTES: ClassVar = ("watcher", "sac", "adversary", "replay", "loop", "contexts")

    def __init__(
        self, params: Params, shape: Shape, practice: Practice, generator: torch.Generator
    ):
        super().__init__(params, shape, practice, generator, params.sees)
        self.sac = sac.SAC(params.sac, self.sees, shape.act_size, generator)
        judge = params.discriminator, params.sees, self.sizes
        self.adversary = adversary.Adversary(*judge, generator, params.watcher.context)
        kept = self.sizes | {"next_obs": shape.obs_size}
        self.replay = TaskReplay(len(practice.tasks), params.replay, **kept)
        self.loop = Interleaved(params.rhythm, practice.world, practice.tasks, practice.rng)

    def meta_step(self, practice: Practice) -> dict[str, float]:
        """Some steps in the world, then some updates."""
        self.watcher.fit(practice)
        act, update = partial(self._act, practice), partial(self.update, practice)
        return self.loop.learn(practice, act, self.replay.record, update)

    @torch.no_grad()
    def _act(self, practice: Practice, obs: Tensor, indices: Indices) -> np.ndarray:
        seen = self.seen(practice, obs, indices, self.loop.stream.age)
        return self.sac.sample(seen)[0].numpy()

    def update(self, practice: Practice) -> dict[str, Tensor]:
        """A step of all that learns, on some of the tasks that have been met."""
        indices = self.replay.known_tasks(practice.rng, practice.batch)
        return self._discriminate(practice, indices) | self._imitate(practice, indices)

    def _discriminate(self, practice: Practice, indices: Indices) -> dict[str, Tensor]:
        """A step of f, and one of the encoder by f's loss."""
        count = self.params.discriminator_batch
        expert = practice.transitions(indices, count)
        ours = self.replay.draw(practice.rng, indices, count)
        both = self.watcher.scaled(expert), self.watcher.scaled(ours)
        return self.watcher.teach(practice, indices, partial(self.adversary.update, *both))

    def _imitate(self, practice: Practice, indices: Indices) -> dict[str, Tensor]:
        """A step of SAC, in fresh contexts."""
        context = self.watcher.context(practice, indices)
        batch = self.watcher.scaled(self.replay.draw(practice.rng, indices, self.params.batch))
        reward = self.adversary.reward(batch, context)
        rewarded = batch | {"reward": reward.unsqueeze(-1)}
        return {"reward": reward.mean()} | self.sac.update(rewarded, context)
