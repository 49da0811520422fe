"""What sampling costs beside the physics it cannot do without."""

from collections.abc import Callable
from dataclasses import replace
from functools import partial
from typing import Any

import numpy as np
from numpy import ndarray

from remeta.bench.entry import Entry, Target, alone, compared, over
from remeta.bench.ground import Ground
from remeta.bench.timing import alternate
from remeta.core.episodes import Episodes
from remeta.experience.collect import collect
from remeta.papers.registry import panel_named
from remeta.pipeline.data import family_of
from remeta.tasks.camera import eyes, off_screen
from remeta.tasks.sim import Sim

PhysicsCalls = list[tuple[Any, ...]]  # states, controls and any models of each control step


class Recorder:
    """A Sim that remembers what it was asked to step."""

    def __init__(self, sim: Sim):
        self.sim = sim
        self.calls: PhysicsCalls = []

    def __getattr__(self, name: str) -> Any:
        return getattr(self.sim, name)

    def step(self, state: ndarray, control: ndarray, *models: Any) -> ndarray:
        self.calls.append((state.copy(), control.copy(), *models))
        return self.sim.step(state, control, *models)


def sampler(ground: Ground) -> Callable[[], Episodes]:
    """Collects the same roll-outs each time: policy, physics, rewards, observations, records."""
    actor = partial(ground.policy.distribution, ground.own_weights())
    sizes, world, tasks = ground.sizes, ground.world, ground.tasks
    return lambda: collect(world, tasks, actor, sizes.episodes, ground.rng())


def recorded(ground: Ground) -> tuple[Episodes, PhysicsCalls]:
    """The sampler's roll-outs, and every step of physics that was in them."""
    family: Any = ground.world.family
    recorder = Recorder(family.sim)
    watched = replace(ground.world, family=replace(family, sim=recorder))
    actor = partial(ground.policy.distribution, ground.own_weights())
    rollouts = collect(watched, ground.tasks, actor, ground.sizes.episodes, ground.rng())
    return rollouts, recorder.calls


def physics(sim: Sim, calls: PhysicsCalls) -> None:
    """The same steps of the same rows, and nothing else."""
    for call in calls:
        sim.step(*call)


def drawing(panel: str, states: int, rounds: int, at_least: float) -> Entry:
    """Pictures a second of a panel's camera; there is no entry where nothing draws off screen."""
    family: Any = family_of(panel_named(panel).data)
    kind, see = off_screen(), eyes(family)
    state = family.start(np.random.default_rng(0), family.draw(np.random.default_rng(0), states))
    see(state)  # every thread has a context from now on
    seconds = alternate({"drawing": partial(see, state)}, rounds)["drawing"]
    return alone(
        f"drawing_{family.name}",
        f"drawing {family.name} as policies by sight see it, {states:,} at a time by {kind}",
        "pictures/s",
        [states / each for each in seconds],
        Target("ours", ">=", at_least),
    )


def against_physics(ground: Ground, rounds: int, at_least: float) -> Entry:
    family: Any = ground.world.family
    _, calls = recorded(ground)
    seconds = alternate(
        {"sampling": sampler(ground), "physics": partial(physics, family.sim, calls)}, rounds
    )
    rows = sum(len(state) for state, *_ in calls)
    return compared(
        f"sampling_{family.name}",
        f"sampling {family.name} ({rows:,} steps) against its physics alone; ratio: physics' share",
        "s",
        seconds["sampling"],
        seconds["physics"],
        over(seconds["physics"], seconds["sampling"]),
        Target("ratio", ">=", at_least),
    )
