"""SAC that is told the task: can reinforcement learning alone do what SMILe learns from experts?

The control of SMILe's appendix D.3. One policy for all training tasks sees the task at the end of
every observation, in tests, too, and learns from the world's reward, which is sparse there. No
expert is known to it, and nothing adapts.

Differs from the official code, unless `goal` is `official`: that repeats the numbers of a task
along the wrong axis whenever the learner updates, so that half of a task's rows see the first
number in the place of all, the next part the second, and so on: with goals (x, y) nobody ever
learns from a goal but (x, x) and (y, y), while whoever acts is shown the right one.
"""

from typing import ClassVar, Literal, Self

import torch
from jaxtyping import Float
from pydantic import PositiveInt
from torch import Tensor

from remeta.experience.practice import Bare, Practice
from remeta.experience.replay import TaskReplay
from remeta.frozen import Frozen
from remeta.learners import sac
from remeta.learners.offpolicy import Interleaved, UpdateSchedule
from remeta.learners.settled import SettledSAC
from remeta.nets.policy import Shape


class Params(Frozen):
    """What a run of it may choose."""

    kind: Literal["sparse_sac"]
    goal: Literal["right", "official"]  # what updates see of it
    sac: sac.Params
    rhythm: UpdateSchedule
    replay: PositiveInt  # transitions kept of each task, the last ones
    batch: PositiveInt  # of these per task and update


class SparseSAC(SettledSAC):
    """One policy of all tasks, each of which it sees."""

    needs: ClassVar = ()
    STATE_ATTRIBUTES: ClassVar = ("sac", "replay", "loop")

    def __init__(
        self, params: Params, shape: Shape, practice: Practice, generator: torch.Generator
    ):
        self.params, obs_size = params, shape.obs_size
        self.sac = sac.SAC(params.sac, obs_size, shape.act_size, generator)
        kept = {"obs": obs_size, "act": shape.act_size, "next_obs": obs_size}
        kept |= {"reward": 1, "done": 1}
        self.replay = TaskReplay(len(practice.tasks), params.replay, **kept)
        self.loop = Interleaved(params.rhythm, practice.world, practice.tasks, practice.rng)

    @classmethod
    def build(cls, params: Params, shape: Shape, bare: Bare, generator: torch.Generator) -> Self:
        """Untrained, its rows at the start of their first episodes."""
        return cls(params, shape, bare(), generator)

    def _update(self, practice: Practice) -> dict[str, Tensor]:
        """On some of the tasks that have been met."""
        indices = self.replay.known_tasks(practice.rng, practice.batch)
        batch = self.replay.draw(practice.rng, indices, self.params.batch)
        if self.params.goal == "official":
            size = practice.tasks.shape[1]
            for name in ("obs", "next_obs"):
                batch[name][..., -size:] = repeated_wrongly(batch[name][..., -size:])
        return {"reward": batch["reward"].mean()} | self.sac.update(batch)


def repeated_wrongly(goals: Float[Tensor, "task row goal"]) -> Float[Tensor, "task row goal"]:
    """The same goal in all rows of a task, as the official code repeats it."""
    return goals[:, 0].repeat_interleave(goals.shape[1], -1).reshape(goals.shape)
