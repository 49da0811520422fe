"""All families by name."""

from collections.abc import Callable
from functools import partial
from typing import Any

from remeta.tasks.ant_dir import AntDir
from remeta.tasks.ant_goal import AntGoal
from remeta.tasks.cheetah import Cheetah
from remeta.tasks.corner import PointCorner
from remeta.tasks.family import Family
from remeta.tasks.point import Point
from remeta.tasks.reacher import Reacher

FAMILIES: dict[str, Callable[..., Family]] = {
    "point": Point,
    "reacher": Reacher,
    "ant_goal": AntGoal,
    "point_corner": PointCorner,
    "cheetah_dir": partial(Cheetah, "direction"),
    "cheetah_vel": partial(Cheetah, "velocity"),
    "ant_dir": AntDir,
}


def build(name: str, **options: Any) -> Family:
    return FAMILIES[name](**options)
