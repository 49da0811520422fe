"""The training side of a panel: its tasks, what experts know of them, and what was spent."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import ClassVar, TypeVar

import numpy as np
import torch
from jaxtyping import Float, Int
from numpy import ndarray
from torch import Tensor
from torch.utils import _pytree as pytree

from remeta.core.episodes import Demonstrations, Demos, Episodes
from remeta.core.stretches import Stretches
from remeta.experience.acting import Actor, MemorylessActor
from remeta.experience.collect import collect
from remeta.experience.demos import transitions
from remeta.experience.stretches import collect_stretches
from remeta.experience.world import World

R = TypeVar("R", bound=Episodes)
Indices = Int[ndarray, "batch"]  # places in the training set
Teacher = Callable[[Float[ndarray, "task _"]], MemorylessActor]  # tasks to who solves them


@dataclass
class Counts:
    """All that was spent, rollouts before and after the update of the inner loop apart."""

    pre_episodes: int = 0
    post_episodes: int = 0
    env_steps: int = 0
    updates: int = 0
    expert_queries: int = 0  # states in which an expert was asked what to do


@dataclass
class Practice:
    """What a method may learn from; the tasks are those of the training set and no others."""

    world: World
    tasks: Float[ndarray, "task _"]
    demos: Demos | None  # of the same tasks, in the same order
    batch: int  # tasks per meta-iteration
    episodes: int  # rollouts per task
    rng: np.random.Generator
    shown: Demonstrations | None = None  # the same demonstrations, each by itself
    teacher: Teacher | None = None  # an expert that may be asked
    counts: Counts = field(default_factory=Counts)
    answers: dict[str, Tensor] = field(default_factory=dict)  # experts' beside `demos`, likewise

    STATE_ATTRIBUTES: ClassVar = ("rng", "counts", "answers")  # what learning from it changes

    def draw_tasks(self) -> Indices:
        """Indices of the tasks of one meta-iteration, none twice."""
        return self.rng.choice(len(self.tasks), min(self.batch, len(self.tasks)), replace=False)

    def rollouts(
        self,
        actor: Actor,
        indices: Indices,
        *,
        adapted: bool = False,
        deterministic: bool = False,
        episodes: int | None = None,
    ) -> Episodes:
        """One episode in every row of these tasks; who is not adapted yet explores."""
        options = {"explore": not adapted, "deterministic": deterministic}
        tasks, rows = self.tasks[indices], episodes or self.episodes
        return self._counted(collect(self.world, tasks, actor, rows, self.rng, **options), adapted)

    def stretches(
        self,
        actor: Actor,
        indices: Indices,
        steps: int,
        *,
        adapted: bool = False,
        deterministic: bool = False,
        rows: int | None = None,
    ) -> Stretches:
        """So many steps in every row of these tasks, one episode after the other.

        Of an agent, whose memory outlives its episodes, every row is a trial.
        """
        options = {"explore": not adapted, "deterministic": deterministic}
        setting = self.world, self.tasks[indices], actor, rows or self.episodes
        rollouts = collect_stretches(*setting, steps, self.rng, **options)
        return self._counted(rollouts, adapted)

    def pairs(self, indices: Indices, samples: int) -> Demos:
        """State-actions that experts showed in these tasks; so many random ones, or 0 for all."""
        demos, rows = self._known(), torch.from_numpy(indices)[:, None]
        if not samples:
            return pytree.tree_map(lambda part: part[rows[:, 0]], demos)
        pick = torch.from_numpy(self.rng.integers(demos.obs.shape[1], size=(len(indices), samples)))
        return pytree.tree_map(lambda part: part[rows, pick], demos)

    def learn_from(self, answers: Demos) -> None:
        """From now on also from these pairs, which experts of all training tasks gave."""
        more = {"obs": answers.obs, "act": answers.act}
        self.answers = {
            name: torch.cat([self.answers[name], part], 1) if self.answers else part
            for name, part in more.items()
        }

    def _known(self) -> Demos:
        assert self.demos is not None
        if not self.answers:
            return self.demos
        obs = torch.cat([self.demos.obs, self.answers["obs"]], 1)
        return Demos(obs, torch.cat([self.demos.act, self.answers["act"]], 1))

    def transitions(self, indices: Indices, count: int) -> dict[str, Tensor]:
        """So many random steps that experts took in each of these tasks, [batch, count, size]."""
        assert self.shown is not None
        return transitions(self.shown, indices, count, self.rng)

    def demonstrations(
        self, indices: Indices, count: int, rng: np.random.Generator | None = None
    ) -> Demonstrations:
        """So many random demonstrations of each of these tasks, none twice; all if there are fewer.

        Who must not be noticed by what else is drawn brings an `rng` of its own.
        """
        assert self.shown is not None
        each = np.tile(np.arange(self.shown.mask.shape[1]), (len(indices), 1))
        pick = torch.from_numpy((rng or self.rng).permuted(each, axis=1)[:, :count])
        rows = torch.from_numpy(indices)[:, None]
        return pytree.tree_map(lambda part: part[rows, pick], self.shown)

    def ask(
        self, indices: Indices, obs: Float[Tensor, "batch row obs"]
    ) -> Float[Tensor, "batch row act"]:
        """What an expert of each of these tasks would do in these states; every one is counted."""
        assert self.teacher is not None
        teacher = self.teacher(self.tasks[indices])
        self.counts.expert_queries += obs.shape[:-1].numel()
        return teacher(obs[..., : self.world.family.obs_size])[0]

    def _counted(self, rollouts: R, adapted: bool) -> R:
        count = int(rollouts.episodes.sum())
        if adapted:
            self.counts.post_episodes += count
        else:
            self.counts.pre_episodes += count
        self.counts.env_steps += rollouts.steps
        return rollouts


Bare = Callable[[], Practice]  # the world and its training tasks, without what is needed beside
