"""All families by name."""

from collections.abc import Callable
from functools import partial
from typing import Any

from remeta.tasks.ant_classify import AntClassify
from remeta.tasks.ant_dir import AntDir
from remeta.tasks.ant_goal import AntGoal
from remeta.tasks.ant_reach import AntReach
from remeta.tasks.cartpole_sensor import CartpoleSensor
from remeta.tasks.cheetah import Cheetah
from remeta.tasks.cheetah_motor import CheetahMotor
from remeta.tasks.cheetah_run import CheetahRun
from remeta.tasks.corner import PointCorner
from remeta.tasks.family import Family
from remeta.tasks.point import Point
from remeta.tasks.point_arc import PointArc
from remeta.tasks.point_rotation import PointRotation
from remeta.tasks.reacher import Reacher
from remeta.tasks.runners import Runner
from remeta.tasks.sawyer_door import SawyerDoor
from remeta.tasks.sawyer_push import SawyerPush
from remeta.tasks.walker_dynamics import WalkerDynamics

FAMILIES: dict[str, Callable[..., Family]] = {
    "point": Point,
    "reacher": Reacher,
    "ant_goal": AntGoal,
    "ant_quarter": partial(AntGoal, form="gmps"),
    "point_corner": PointCorner,
    "point_arc": PointArc,
    "cheetah_dir": partial(Cheetah, "direction"),
    "cheetah_vel": partial(Cheetah, "velocity"),
    "ant_dir": AntDir,
    "point_rotation": PointRotation,
    "cartpole_sensor": CartpoleSensor,
    "cheetah_motor": CheetahMotor,
    "hopper": partial(Runner, "hopper"),
    "walker2d": partial(Runner, "walker2d"),
    "half_cheetah": partial(Runner, "half_cheetah"),
    "sawyer_push": SawyerPush,
    "sawyer_door": SawyerDoor,
    "cheetah_run": CheetahRun,
    "ant_reach": AntReach,
    "walker_dynamics": WalkerDynamics,
    "ant_classify": AntClassify,
}


def build(name: str, **options: Any) -> Family:
    return FAMILIES[name](**options)
