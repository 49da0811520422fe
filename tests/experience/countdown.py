"""A family whose tasks say how long they last, and that notices a row under a wrong task."""

from dataclasses import dataclass

import numpy as np

from remeta.tasks.family import Places


@dataclass(frozen=True)
class Countdown:
    """State and observation: which task, how old, where; the reward of a step is its number.

    A task is its own number and the age at which its episodes end.
    """

    breaks: bool = False  # ends in a state that is not a number
    name = "countdown"
    obs_size = 3
    act_size = 2
    horizon = 7
    places = Places(columns=(1, 2), cell=1.0)

    def draw(self, rng, count):
        return np.column_stack([np.arange(count), rng.integers(1, 10, count)]).astype(float)

    def start(self, rng, tasks):
        return np.column_stack([tasks[:, 0], np.zeros(len(tasks)), rng.normal(size=len(tasks))])

    def observe(self, state):
        return state

    def advance(self, state, action, tasks):
        assert np.array_equal(state[:, 0], tasks[:, 0]), "a row under another row's task"
        assert (state[:, 1] < tasks[:, 1]).all(), "an episode that ended goes on"
        after = state + np.column_stack([np.zeros(len(state)), np.ones(len(state)), action.sum(-1)])
        done = after[:, 1] >= tasks[:, 1]
        if self.breaks:
            after[done] = np.nan
        return after, state[:, 1] + 1, done


TASKS = np.array([[0, 3], [1, 1], [2, 99], [3, 5]], dtype=float)
LASTING = np.array([3, 1, 7, 5])  # steps, of a horizon of seven
