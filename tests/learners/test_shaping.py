"""What experts are paid for, where the task's own reward is not what they learn by."""

import numpy as np

from remeta.learners.expert import Params, shaped
from remeta.tasks.sawyer_push import SawyerPush
from tests.learners.test_expert import EXPERT
from tests.tasks.states import travelled

ROWS = 4


def paid(family, obs, after, goals, **changes):
    params = Params.model_validate(EXPERT | {"progress": 50.0, "closeness": 5.0} | changes)
    return shaped(family, obs, after, goals, np.ones(len(obs)), params)


def test_an_arm_is_paid_for_progress_with_what_is_left(rng):
    family = SawyerPush()
    goals = family.draw(rng, ROWS)
    obs, after = (family.observe(travelled(family, goals, steps, rng)) for steps in (2, 6))
    left, less = family.remaining(obs, goals), family.remaining(after, goals)
    np.testing.assert_allclose(paid(family, obs, after, goals), 50 * (left - less) - 5 * less)
    assert (paid(family, obs, after, goals, progress=0.0) == 1).all()


def test_a_push_has_left_the_way_to_the_block_and_the_blocks_to_its_goal():
    obs = np.array([[0.0, 0.4, 0.05, 0.0, 0.5, 0.02]])
    left = SawyerPush().remaining(obs, np.array([[0.3, 0.9]]))
    np.testing.assert_allclose(left, 0.1 + 0.5)
