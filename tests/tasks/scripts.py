"""What a person would have the Sawyer do, given the task; rows act at once."""

import numpy as np

HINGE = np.array([0.2, 1.0])
OVER = np.array([0.0, 0.0, 0.03])  # from the grasp point to a hand whose fingers are about it
HIGH, LOW = 0.355, 0.345  # the fingers are above the bar; they are behind it


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
    """Over the handle, down with a finger behind its bar, then around the hinge."""
    hand, grasp = state[:, -9:-6], state[:, -3:]
    way = (grasp + OVER - hand) / 0.01
    off = np.linalg.norm(way[:, :2], axis=-1, keepdims=True) / 100
    rise = np.column_stack([way[:, :2], (0.37 - hand[:, 2]) / 0.01])
    rise[:, 1] = np.where(
        hand[:, 2] < HIGH, np.minimum(way[:, 1], (78 - 100 * hand[:, 1])), way[:, 1]
    )
    arm = hand[:, :2] - HINGE
    along = np.column_stack([-arm[:, 1], arm[:, 0]]) / np.linalg.norm(arm, axis=-1, keepdims=True)
    left = targets - family.angle(state)[:, None]
    turn = np.column_stack([along * np.clip(20 * left, -1, 1), way[:, 2]])
    hooked = (off < 0.06) & (hand[:, 2:] < LOW)
    return padded(family, np.where(hooked, turn, np.where(off < 0.02, way, rise)))


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
