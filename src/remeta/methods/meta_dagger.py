"""Meta-DAgger: Meta-BC that goes on asking the experts, the strong baseline of SMILe's paper.

    D_i <- demonstrations of task i
    D_i <- D_i + { (s, a*(s)) : s visited by pi(.|s, z), z ~ enc(some demonstrations of i) }
    L   =  E_s,a*[(tanh(mean(s, z)) - a*)^2]  over D_i

What moves the world is the policy's own action; what is remembered is the expert's, a question in
every step (`expert_queries` in the costs of a run). Everything else is Meta-BC's. D_i keeps its
last steps: where a run is long, what was demonstrated is the first to go.

The paper is silent; the author's runs learned on the mean before tanh, and let their policies draw
actions whose spread no squared error trains. Here rows act by the mean unless told to be `noisy`,
as there; the loss is Meta-BC's (`learners/clone.py`). Differs further: what the policy meets is
learned from at once, where that code learns from demonstrations alone for an epoch first.
"""

from functools import partial
from typing import ClassVar, Literal

import numpy as np
import torch
from pydantic import PositiveInt
from torch import Tensor

from remeta.experience.practice import Indices, Practice
from remeta.experience.replay import TaskReplay
from remeta.experience.stream import Step
from remeta.frozen import Frozen
from remeta.learners import clone, watching
from remeta.learners.offpolicy import Interleaved, UpdateSchedule
from remeta.learners.onlooker import Onlooker
from remeta.nets.policy import Shape


class Params(Frozen):
    """What a run of it may choose."""

    kind: Literal["meta_dagger"]
    watcher: watching.Params
    clone: clone.Params
    rhythm: UpdateSchedule
    noisy: bool  # whether rows draw their actions, or take the mean
    replay: PositiveInt  # steps kept of each task, the last ones; demonstrations come first
    batch: PositiveInt  # of these per task and update


class MetaDAgger(Onlooker):
    """A policy cloned from experts who correct it wherever it goes."""

    ACTOR: ClassVar = "clone.policy"
    needs: ClassVar = ("demos", "context", "expert")
    STATE_ATTRIBUTES: ClassVar = ("watcher", "clone", "replay", "loop", "contexts")

    def __init__(
        self, params: Params, shape: Shape, practice: Practice, generator: torch.Generator
    ):
        super().__init__(params, shape, practice, generator)
        self.clone = clone.Clone(params.clone, self.sees, shape.act_size, generator)
        self.replay = TaskReplay(len(practice.tasks), params.replay, **self.sizes)
        self.loop = Interleaved(params.rhythm, practice.world, practice.tasks, practice.rng)

    def meta_step(self, practice: Practice) -> dict[str, float]:
        """Some steps in the world, all of them labelled, then some updates."""
        self.watcher.fit(practice)
        self._begin(practice)
        act, label = partial(self._act, practice), partial(self._label, practice)
        return self.loop.learn(practice, act, label, partial(self._update, practice))

    def _begin(self, practice: Practice) -> None:
        """With all that was demonstrated, once: nothing is left to take as soon as there is any."""
        assert practice.shown is not None
        taken = (practice.shown.mask > 0) & (not self.replay.filled.any())
        parts = {name: getattr(practice.shown, name)[taken].numpy() for name in self.sizes}
        self.replay.add(torch.nonzero(taken)[:, 0].numpy(), **parts)

    @torch.no_grad()
    def _act(self, practice: Practice, obs: Tensor, indices: Indices) -> np.ndarray:
        seen = self.seen(practice, obs, indices, self.loop.stream.age)
        if self.params.noisy:
            return self.policy.sample(seen, self.clone.generator)[0].numpy()
        return self.policy.mean_action(seen).numpy()

    @torch.no_grad()
    def _label(self, practice: Practice, step: Step) -> None:
        """Remember what the experts would have done."""
        asked = torch.from_numpy(step["obs"]).unsqueeze(1)
        act = practice.ask(step["indices"], asked).squeeze(1)
        self.replay.record(step | {"act": act.numpy()})

    def _update(self, practice: Practice) -> dict[str, Tensor]:
        indices = practice.draw_tasks()
        drawn = self.replay.draw(practice.rng, indices, self.params.batch)
        learn = partial(self.clone.update, self.watcher.scaled(drawn))
        return self.watcher.teach(practice, indices, learn)
