"""States as they occur: after some random actions, so that legs bend, touch, and move."""

import mujoco
import numpy as np

from remeta.tasks.sim import FULL
from tests.tasks.scripts import episode, pull


def travelled(family, tasks, steps, rng):
    """States of one row per task after `steps` random actions."""
    state = family.start(rng, tasks)
    for _ in range(steps):
        state, _, _ = family.advance(state, some_actions(family, len(state), rng), tasks)
    return state


def some_actions(family, rows, rng):
    return family.act_bound * rng.uniform(-1, 1, (rows, family.act_size))


def place_of(family, state):
    """What the family's reward measures places or speeds of, as far as its observations tell."""
    match family.name, getattr(family, "form", ""):
        case (("point" | "point_corner" | "point_arc"), _):
            return state
        case "point_rotation", _:
            return state[:, :2] / 2
        case "cartpole_sensor", _:
            return state[:, :1] / (4.8 if family.sensors == "masked" else 1)
        case (("cheetah_motor" | "hopper" | "walker2d" | "half_cheetah"), _):
            return state[:, :0]
        case "walker_dynamics", _:
            return state[:, :0]
        case "cheetah_run", _:  # a frame ago
            return family.sim.qpos(state)[:, :1] - 0.01 * family.sim.qvel(state)[:, :1]
        case (("ant_reach" | "ant_classify"), _):
            return family.sim.qpos(state)[:, :2]
        case "reacher", _:
            return family.tip(state)
        case "ant_goal", _:
            return family.centre(state)[:, :2]
        case "ant_quarter", _:
            return family.sim.qpos(state)[:, :2]
        case "sawyer_push", _:
            return family.block(state)[:, :2]
        case "sawyer_door", _:
            return state[:, -3:-1]
        case _, "promp":
            return state[:, :0]
        case "ant_dir", _:
            return family.sim.qpos(state)[:, :2]
        case _, "finn_gym":
            return family.sim.qpos(state)[:, :1]
        case _:
            return np.stack([data_at(family.sim, row).subtree_com[1] for row in state])[:, :1]


def judged(family, state):
    """A state, an action, and for each row a task that pays it more than another does."""
    rest = np.zeros((len(state), family.act_size))
    match family.name:
        case "point_corner":
            side = np.where(state > 0, 1.0, -1.0)
            return 1.7 * side, family.act_bound * side, 2 * side, -2 * side
        case "cheetah_dir" | "ant_dir" | "cheetah_vel" | "cheetah_run":
            after = family.advance(state, rest, np.zeros((len(state), 1)))[0]
            pace = np.diff([family.sim.qpos(rows)[:, :1] for rows in (state, after)], axis=0)[0]
            pace /= family.sim.frame_skip * family.sim.model.opt.timestep
            if family.name in ("cheetah_vel", "cheetah_run"):
                return state, rest, pace, pace + 3
            return state, rest, np.sign(pace), -np.sign(pace)
        case "sawyer_door":
            far = np.full((len(state), 1), 0.5)
            state = episode(family, far, pull, steps=75)[0]
            return state, rest, far, family.angle(state)[:, None] / 2
        case "sawyer_push":
            state = state.copy()
            state[:, family.sim.nq - 5] += 0.1  # the block, away from where it started
            place = family.block(state)[:, :2]
            return state, rest, place + 0.01, place + 1.5
        case _:
            place = place_of(family, state)
            return state, rest, place + 0.01, place + 1.5


def physics(family, state):
    """The part of a family's rows that is simulated; the rest is found from it."""
    return state[:, : family.sim.state_size] if hasattr(family, "sim") else state


def data_at(sim, row):
    """MuJoCo's own account of one state, everything computed anew."""
    data = mujoco.MjData(sim.model)
    mujoco.mj_setState(sim.model, data, row[: sim.state_size], FULL)
    mujoco.mj_forward(sim.model, data)
    return data


def same_bytes(first, second):
    return first.shape == second.shape and np.ascontiguousarray(first).tobytes() == (
        np.ascontiguousarray(second).tobytes()
    )
