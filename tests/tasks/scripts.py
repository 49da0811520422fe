"""What a person would have the Sawyer do, given the task; rows act at once."""

import numpy as np
import torch

from remeta.learners.analytic import door_expert


def push(family, state, goals):
    """Up to the block, then straight towards the goal, slower on the last two centimetres."""
    hand, block = np.split(family.observe(state), 2, axis=-1)
    way = goals - block[:, :2]
    left = np.linalg.norm(way, axis=-1, keepdims=True)
    ahead = way / np.abs(way).max(-1, keepdims=True) * np.minimum(left / 0.02, 1)
    closer = np.column_stack([(block - hand)[:, 0] / 0.01, np.ones(len(way))])
    touches = hand[:, 1:2] > block[:, 1:2] - 0.079
    return padded(family, np.where(touches, ahead, closer))


def pull(family, state, targets):
    """As the expert, whatever the family's own form of observation."""
    seen = torch.from_numpy(np.concatenate([state[:, -9:-6], state[:, -3:]], axis=-1)).float()
    return padded(family, door_expert(targets)(seen[:, None])[:, 0].numpy())


def padded(family, action):
    """Nothing else is done; at most one step's length on each axis."""
    filled = np.zeros((len(action), family.act_size))
    filled[:, : action.shape[1]] = np.clip(action, -1, 1)
    return filled


def episode(family, tasks, script, steps=None):
    """The last state, and all rewards [row, time]."""
    state, rewards = family.start(np.random.default_rng(0), tasks), []
    for _ in range(steps or family.horizon):
        state, reward, done = family.advance(state, script(family, state, tasks), tasks)
        assert not done.any()
        rewards.append(reward)
    return state, np.stack(rewards, axis=-1)
