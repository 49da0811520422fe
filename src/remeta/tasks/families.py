"""All families by name."""

from collections.abc import Callable
from typing import Any

from remeta.tasks.ant_goal import AntGoal
from remeta.tasks.family import Family
from remeta.tasks.point import Point
from remeta.tasks.reacher import Reacher

FAMILIES: dict[str, Callable[..., Family]] = {
    "point": Point,
    "reacher": Reacher,
    "ant_goal": AntGoal,
}


def build(name: str, **options: Any) -> Family:
    return FAMILIES[name](**options)
