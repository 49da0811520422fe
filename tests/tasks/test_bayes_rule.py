"""The most that anyone can know of a label of `ant_classify`, from the labels of n others."""

import numpy as np

from remeta.tasks.ant_classify import AntClassify, hyperplanes

BAYES = [0.79, 0.87, 0.92, 0.94, 0.96, 0.97, 0.97, 0.98]  # of n = 1 ... 8 demonstrations


def bayes(tasks, rng, guesses):
    """How often the better half of all hyperplanes that agree with n demonstrations is right."""
    family, shown = AntClassify(), len(BAYES)
    rows = np.repeat(tasks, shown + 1, axis=0)
    state = family.start(rng, rows)
    sign = np.where(family.labels(state, rows) == 1, 1, -1)[:, None]
    first, second = state[:, -8:-4], state[:, -4:]
    truths = np.stack([sign * first, -sign * second], 1)  # what is on the normal's side
    sides = truths.reshape(len(tasks), shown + 1, 2, 4) @ hyperplanes(rng, guesses).T >= 0
    agree = np.logical_and.accumulate(sides[:, :-1].all(2), axis=1)
    right = (agree & sides[:, -1:].all(2)).sum(-1)
    wrong = (agree & ~sides[:, -1:].any(2)).sum(-1)
    return (right > wrong) + 0.5 * (right == wrong)


def test_bayes_rule_is_as_often_right_as_the_table_says(rng):
    found = np.concatenate([bayes(hyperplanes(rng, 50), rng, 10_000) for _ in range(12)])
    error = np.sqrt(np.array(BAYES) * (1 - np.array(BAYES)) / len(found))
    assert (np.abs(found.mean(0) - BAYES) < 4 * error + 0.01).all()
    per_task = found.mean(1)
    assert abs(per_task.mean() - 0.924) < 4 * per_task.std() / np.sqrt(len(found)) + 0.005
