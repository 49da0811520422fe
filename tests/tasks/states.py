"""States as they occur: after some random actions, so that legs bend, touch, and move."""

import mujoco
import numpy as np

from remeta.tasks.sim import FULL


def travelled(family, tasks, steps, rng):
    """States of one row per task after `steps` random actions."""
    state = family.start(rng, tasks)
    for _ in range(steps):
        state, _, _ = family.advance(
            state, rng.uniform(-1, 1, (len(state), family.act_size)), tasks
        )
    return state


def place_of(family, state):
    """What the family's reward measures the distance from, with the coordinates of its goals."""
    match family.name:
        case "point":
            return state
        case "reacher":
            return family.tip(state)
        case _:
            return family.centre(state)[:, :2]


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
