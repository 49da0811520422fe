"""A run as it adapts, on film."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
from jaxtyping import Float
from numpy import ndarray

from remeta import methods
from remeta.core.episodes import Episodes
from remeta.core.stretches import Stretches
from remeta.core.weights import detached
from remeta.experience.adaptation import adaptation_curve
from remeta.frozen import Advice
from remeta.page.films.film import films
from remeta.page.films.poses import Poses, path_of
from remeta.papers.panel import Panel
from remeta.papers.registry import panel_named
from remeta.pipeline import machine, places
from remeta.pipeline.data import tasks_of
from remeta.pipeline.panels import method_of, trained_weights, world_of
from remeta.pipeline.places import RESULTS
from remeta.pipeline.seeding import stream
from remeta.pipeline.settings.params import Settings
from remeta.pipeline.stages.evaluate import Evaluation
from remeta.pipeline.stages.trained_run import as_in_training
from remeta.pipeline.tuning import as_chosen
from remeta.storage import write_bytes
from remeta.tasks.poses import Watched

TASKS = 20  # of a world of points, at once; of robots there is one
STEPS, FRAMES = 6, {True: 40, False: 25}  # at most; by whether there is a robot


def film(panel_id: str, run: str, seed: int) -> None:
    """Record poses if the run's model is here, and draw those that there are."""
    panel = panel_named(panel_id)
    if run in panel.lenders:
        raise Advice(f"{run} is trained in {panel.lenders[run]}; film it there.")
    settings = as_chosen(Settings.load(), panel, run)
    settings.refuse_unknown(panel, run)
    path = path_of(RESULTS, settings.profile.name, panel, run, seed)
    if not path.exists() or places.model(settings.profile.name, panel, run, seed).exists():
        machine.prepare()
        recorded(settings, panel, run, seed).write(path)
        print(f"{path}, {path.stat().st_size:,} bytes of poses: `remeta page` shows them")
    for place, one in enumerate(films(Poses.read(path))):
        name = f"{panel.id}-{run}-{seed}{'-all' * place}.webp"
        drawn = Path(settings.profile.figures) / "films" / name
        write_bytes(drawn, one.webp)
        print(f"{drawn}, {len(one.webp):,} bytes: {one.told}")


def recorded(settings: Settings, panel: Panel, run: str, seed: int) -> Poses:
    world = world_of(settings, panel, run)
    watched, robot = Watched(world.family), hasattr(world.family, "sim")
    sets, world = tasks_of(settings, panel.tested), replace(world, family=watched)
    held_out = len(sets.test) > 0 and sets.choices is None
    tasks = (sets.test if len(sets.test) else sets.train)[: 1 if robot else TASKS]
    curve = [
        (spent.steps, _seen(watched, len(tasks), rollouts), rollouts.mean_return().numpy())
        for spent, rollouts in _curve(settings, panel, world, tasks, run, seed)
    ]
    kept = [curve[place] for place in _spread(len(curve))]
    steps, poses, returns = zip(*kept, strict=True)
    frames = _frames(poses, FRAMES[robot])
    return Poses(panel.id, run, seed, steps, held_out, tasks, frames, np.stack(returns))


def _curve(
    settings: Settings, panel: Panel, world: Any, tasks: ndarray, run: str, seed: int
) -> Iterator[tuple[Any, Episodes]]:
    """By the panel's protocol; where it has none, one step as in training."""
    if settings.panel_params(panel).test is not None:
        return Evaluation(settings, panel, world, tasks, run, seed).scored()
    method = method_of(settings, panel, world, run, seed)
    start = trained_weights(settings, panel, run, seed, detached(method.weights))
    schedule = as_in_training(method, panel.updates, settings.panel_size(panel).episodes)
    adaptation, rng = methods.adaptation_of(method, schedule), stream(seed, panel.id, run, "film")
    return adaptation_curve(world, adaptation, start, tasks, schedule, rng)


def _seen(
    watched: Watched, tasks: int, rollouts: Episodes | Stretches
) -> Float[ndarray, "task time _"]:
    """Of the first episode of every task; what was seen is then forgotten."""
    seen = _unbroken(watched.seen, rollouts) if isinstance(rollouts, Stretches) else watched.seen
    every = np.stack(seen, 1)
    watched.seen.clear()
    return every[:: len(every) // tasks]


def _unbroken(seen: Sequence[ndarray], rollouts: Stretches) -> list[ndarray]:
    """Without what is seen at the starts of later episodes; who has ended one stands still."""
    ended = rollouts.last.flatten(0, 1).numpy() > 0
    looks = iter(seen)
    path = [next(looks)]
    for now in ended.T:
        path.append(next(looks))
        if now.any():
            next(looks)
    first = ended.argmax(1) + 1
    times, rows = np.arange(first.max() + 1), np.arange(len(first))
    return [np.stack(path)[np.minimum(time, first), rows] for time in times]


def _frames(paths: Sequence[ndarray], most: int) -> Float[ndarray, "step task frame _"]:
    """As many of every path; one that ends earlier stands still until all have ended."""
    last = max(path.shape[1] for path in paths) - 1
    chosen = np.array(_spread(last + 1, most))
    return np.stack([path[:, np.minimum(chosen, path.shape[1] - 1)] for path in paths])


def _spread(count: int, most: int = STEPS) -> list[int]:
    """At most so many places, the first and the last among them."""
    return [int(place) for place in np.unique(np.linspace(0, count - 1, min(count, most)).round())]
