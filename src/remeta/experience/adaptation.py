"""What becomes of a start on a new task, whatever it is that adapts: one protocol with a memory.

A gradient moves weights, inference a posterior, a recurrent net its hidden state, a demonstration
the context. All of it is a memory, which begins the same for every task, lets somebody act, and
learns from what that came to.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Protocol, Self

import numpy as np
from jaxtyping import Float
from numpy import ndarray

from remeta.core.episodes import Demonstrations, Episodes
from remeta.core.weights import Weights
from remeta.experience.acting import Actor
from remeta.experience.collect import collect_and_remember
from remeta.experience.stretches import stretch_and_remember
from remeta.experience.world import World


@dataclass(frozen=True)
class Schedule:
    """What an adaptation is granted: so many steps, rollouts and demonstrations of every task."""

    steps: int
    episodes: int  # rollouts of a task at a time: before every step and after the last
    row_steps: int = 0  # if not one episode each: so many steps, one episode after the other
    discount: float = 1.0
    rates: Sequence[float] = ()  # of every step, for those who follow a gradient
    demos: Demonstrations | None = None  # of the tasks, for those who learn from them
    shown: Sequence[int] = ()  # how many of these are known after each step
    explore: bool = False  # rollouts before the first step take their modes
    deterministic: bool = False


@dataclass(frozen=True)
class Spent:
    """What adaptation to every task has taken so far."""

    steps: int
    episodes: Float[ndarray, "task"]
    env_steps: Float[ndarray, "task"]

    @classmethod
    def nothing(cls, tasks: int) -> Self:
        """Before the first step."""
        return cls(0, np.zeros(tasks), np.zeros(tasks))

    @classmethod
    def on(cls, rollouts: Episodes) -> Self:
        """A step that learned from all rollouts of a task together."""
        return cls(1, rollouts.episodes.numpy(), rollouts.env_steps.numpy())

    @classmethod
    def per_row(cls, rollouts: Episodes) -> Self:
        """A step that every row took on its own, on average over the rows of a task."""
        rows = rollouts.mask.shape[1]
        pooled = cls.on(rollouts)
        return cls(1, pooled.episodes / rows, pooled.env_steps / rows)

    def __add__(self, more: "Spent") -> "Spent":
        return Spent(
            self.steps + more.steps,
            self.episodes + more.episodes,
            self.env_steps + more.env_steps,
        )


class Adaptation(Protocol):
    """How a start becomes the policy of a task; its memory is of all tasks together."""

    def begin(self, start: Weights, shape: tuple[int, int], rng: np.random.Generator) -> Any:
        """The memory before anything is known of the tasks, in rows [task, row]."""
        ...

    def actor(self, memory: Any, rng: np.random.Generator) -> Actor:
        """Who acts with this memory."""
        ...

    def learn(self, memory: Any, rollouts: Episodes, actor: Actor) -> tuple[Any, Spent]:
        """The memory after one step, and what it took.

        Learned from are the rollouts of who acted before; `actor` is that one as it was at their
        ends, with whatever its rows remember.
        """
        ...


def adaptation_curve(
    world: World,
    adaptation: Adaptation,
    start: Weights,
    tasks: Float[ndarray, "task _"],
    schedule: Schedule,
    rng: np.random.Generator,
) -> Iterator[tuple[Spent, Episodes]]:
    """Rollouts of every task after 0, 1, ... steps of adaptation, and what was spent before them.

    The rollouts of a step are what the next one learns from, so nothing is sampled twice. Adapted
    policies never explore.
    """
    shape = len(tasks), schedule.episodes
    memory, spent = adaptation.begin(start, shape, rng), Spent.nothing(len(tasks))
    for step in range(schedule.steps + 1):
        rollouts, actor = _sampled(world, adaptation.actor(memory, rng), tasks, schedule, step, rng)
        yield spent, rollouts
        if step < schedule.steps:
            memory, more = adaptation.learn(memory, rollouts, actor)
            spent = spent + more


def adapted_actor(
    world: World,
    adaptation: Adaptation,
    start: Weights,
    tasks: Float[ndarray, "task _"],
    schedule: Schedule,
    rng: np.random.Generator,
) -> Actor:
    """Who acts after the last step of adaptation to these tasks."""
    memory = adaptation.begin(start, (len(tasks), schedule.episodes), rng)
    for step in range(schedule.steps):
        rollouts, actor = _sampled(world, adaptation.actor(memory, rng), tasks, schedule, step, rng)
        memory, _ = adaptation.learn(memory, rollouts, actor)
    return adaptation.actor(memory, rng)


def _sampled(
    world: World,
    actor: Actor,
    tasks: Float[ndarray, "task _"],
    schedule: Schedule,
    step: int,
    rng: np.random.Generator,
) -> tuple[Episodes, Actor]:
    """Rollouts after so many steps, and the actor as it was at their ends."""
    how = {"explore": schedule.explore and not step, "deterministic": schedule.deterministic}
    place = world, tasks, actor, schedule.episodes
    if schedule.row_steps:
        return stretch_and_remember(*place, schedule.row_steps, rng, **how)
    return collect_and_remember(*place, rng, **how)
