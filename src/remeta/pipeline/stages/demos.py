"""Demonstrations: an expert is scored, and recorded if it is good enough."""

import numpy as np

from remeta.experience.collect import collect
from remeta.experience.demos import DemoFile
from remeta.experience.world import World
from remeta.frozen import Advice
from remeta.pipeline import machine, places
from remeta.pipeline.seeding import stream
from remeta.pipeline.settings.names import family_named
from remeta.pipeline.settings.params import Settings
from remeta.pipeline.stages.expert import SEED, expert_actors
from remeta.tasks import families
from remeta.tasks.family import Family
from remeta.tasks.tasksets import TaskSets


def record_demos(family: str) -> None:
    """Record and score the expert; a bad one stops here and teaches nobody."""
    settings, name = Settings.load(), family_named(family)
    machine.prepare()
    profile, size = settings.profile, settings.world_size(name)
    tasks = TaskSets.read(places.tasks(profile.name, name), name).train
    actor_for = expert_actors(settings, name)
    rng = stream(SEED, "demos", name)
    score_world = World(families.build(name), size.horizon)
    scored = collect(score_world, tasks, actor_for(tasks, 0.0), 1, rng, deterministic=True)
    scores = scored.total_reward().numpy()
    _refuse_bad(settings, name, scores)
    world = World(_demo_family(name), size.horizon)
    noise = settings.hp.demos[name].noise
    found = collect(world, tasks, actor_for(tasks, noise), size.demos_per_task, rng)
    DemoFile(
        family=name,
        tasks=tasks,
        obs=found.obs.numpy(),
        act=found.act.clamp(-1, 1).numpy(),
        mask=found.mask.numpy(),
        scores=scores,
        seed=SEED,
        expert_env_steps=profile.experts[name].env_steps if name in profile.experts else 0,
    ).write(places.demos(profile.name, name))
    print(
        f"demos {name}: expert scores {scores.mean():.1f} on average, {scores.min():.1f} at worst"
    )


def _demo_family(name: str) -> Family:
    # The official point demonstrations start scattered around the goal, the tests at the origin.
    return families.build(name, scattered=True) if name == "point" else families.build(name)


def _refuse_bad(settings: Settings, name: str, scores: np.ndarray) -> None:
    if name not in settings.profile.experts:
        return
    wanted = settings.profile.experts[name].quality
    if scores.mean() < wanted:
        raise Advice(
            f"the expert of {name} scores {scores.mean():.1f} on its training tasks, below "
            f"profile.experts.{name}.quality = {wanted}; raise its env_steps."
        )
