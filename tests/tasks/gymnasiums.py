"""Gymnasium's own environments of the same models, put into our states."""

import gymnasium
import numpy as np


def environment(name, seed=0, **options):
    env = gymnasium.make(name, **options).unwrapped
    env.reset(seed=seed)
    return env


def stepped(env, family, row, torque):
    """qpos and qvel after Gymnasium's step from a state of ours, the solver cold as in `Sim`."""
    env.set_state(family.sim.qpos(row[None])[0], family.sim.qvel(row[None])[0])
    env.data.qacc_warmstart[:] = 0
    env.do_simulation(np.asarray(torque, dtype=float), env.frame_skip)
    return env.data.qpos.copy(), env.data.qvel.copy()
