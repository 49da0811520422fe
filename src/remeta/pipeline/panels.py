"""What a run of a panel is made of: world, method, training tasks, trained weights, protocol."""

from collections.abc import Sequence
from typing import Any

from remeta import methods
from remeta.core.episodes import Demonstrations
from remeta.core.weights import Weights
from remeta.experience.adaptation import Schedule
from remeta.experience.practice import Practice
from remeta.experience.world import World
from remeta.nets.policy import GaussianPolicy, Shape
from remeta.nets.vision import SeeingShape
from remeta.papers.dataset import Dataset
from remeta.papers.panel import Panel
from remeta.pipeline import places
from remeta.pipeline.data import family_of, tasks_of
from remeta.pipeline.models import read_model
from remeta.pipeline.seeding import stream, torch_stream
from remeta.pipeline.settings.params import Settings
from remeta.tasks.camera import eyes


def world_of(settings: Settings, panel: Panel, run: str) -> World:
    """Advice if its policies see and nothing here draws what they would."""
    family = family_of(panel.data, panel.options)
    modes, camera = settings.panel_params(panel).modes, eyes(family) if panel.by_sight else None
    return World(family, settings.horizon(panel, run), modes, camera)


def method_of(
    settings: Settings, panel: Panel, world: World, run: str, seed: int, **instead: Any
) -> methods.Method:
    """A run's method with its untrained policy: one seed, one policy for all with the same nets.

    `instead` are values other than those in params.yaml.
    """
    values = settings.run_values(panel, run)[0] | instead
    params = methods.params_of(values, settings.place_of(panel, run))
    shape, generator = shape_of(settings, panel, world, run), torch_stream(seed, "policy")

    def bare() -> Practice:
        return practice_of(settings, panel, world, run, seed, "method")

    return methods.build(params, shape, bare, generator)


def trained_weights(
    settings: Settings, panel: Panel, run: str, seed: int, like: Weights
) -> Weights:
    """What a run came to; `like` has its shape."""
    profile = settings.profile.name
    about = {"profile": profile, "panel": panel.id, "run": run, "seed": seed}
    remedy = f"run `dvc repro --force train_{panel.id}@{profile}-{run}-{seed}`"
    return read_model(places.model(profile, panel, run, seed), about, like, remedy)


def untrained_policy(
    settings: Settings, panel: Panel, world: World, run: str, seed: int
) -> GaussianPolicy:
    """The policy of no method, where training all others begins."""
    return shape_of(settings, panel, world, run).gaussian(torch_stream(seed, "policy"))


def shape_of(settings: Settings, panel: Panel, world: World, run: str) -> Shape:
    min_log_std, nets = settings.hp.policy.min_log_std, settings.nets(panel, run)
    rest = world.act_size, nets.hidden, min_log_std, nets.activation
    if panel.by_sight:
        family: Any = world.family
        return SeeingShape(family.beside_picture, *rest)
    return Shape(world.obs_size, *rest)


def practice_of(
    settings: Settings,
    panel: Panel,
    world: World,
    run: str,
    seed: int,
    purpose: str = "practice",
) -> Practice:
    """Training tasks, and never a validation or test task; nobody demonstrates anything yet."""
    size, tasks = settings.panel_size(panel), tasks_of(settings, panel.data).train
    rng = stream(seed, panel.id, run, purpose)
    return Practice(world, tasks, None, size.batch, size.episodes, rng)


def schedule_of(
    settings: Settings,
    panel: Panel,
    dataset: Dataset,
    rates: Sequence[float],
    demos: Demonstrations | None = None,
    episodes: int = 0,
) -> Schedule:
    """How the panel lets its runs adapt to tasks of a data set: a step for every rate.

    Of demonstrations, if there are any, a step shows one more. Roll-outs of a task are as many as
    the data set's, unless `episodes` says otherwise.
    """
    return Schedule(
        steps=len(rates),
        episodes=episodes or settings.data_size(dataset).roll_outs,
        discount=settings.protocol(panel).discount,
        rates=rates,
        demos=demos,
        shown=range(1, len(rates) + 1),
        explore=True,
        deterministic=panel.deterministic,
    )
