import mujoco
import numpy as np
import pytest

from remeta.tasks.limb import Limb
from remeta.tasks.reacher import arm
from remeta.tasks.sawyer_door import doorway
from tests.tasks.states import same_bytes

ROWS = 40


@pytest.fixture(scope="module")
def model():
    return doorway().compile()


def poses(model, rng):
    return rng.uniform(-2, 2, (ROWS, model.nq))


@pytest.mark.parametrize("tip", ["right_l2", "hand", "door"])
def test_points_are_where_mujoco_has_them(model, tip, rng):
    qpos, points = poses(model, rng), rng.normal(size=(3, 2, ROWS))
    found = Limb(model, tip).locate(qpos, points)
    assert found.shape == (ROWS, 6)
    data = mujoco.MjData(model)
    for row in range(ROWS):
        data.qpos[:] = qpos[row]
        mujoco.mj_kinematics(model, data)
        body = data.body(tip)
        expected = body.xpos + points[..., row].T @ body.xmat.reshape(3, 3).T
        np.testing.assert_allclose(found[row], expected.ravel(), atol=1e-12)


def test_one_point_serves_all_rows(model, rng):
    limb, qpos, point = Limb(model, "hand"), poses(model, rng), rng.normal(size=(3, 1, 1))
    assert same_bytes(limb.locate(qpos, point), limb.locate(qpos, np.tile(point, (1, 1, ROWS))))


@pytest.mark.parametrize("rows", [*range(1, 18), 33])
def test_a_row_does_not_know_of_others(model, rows, rng):
    """However many there are: vectorised loops treat the last few rows in another way."""
    limb, qpos, points = Limb(model, "hand"), poses(model, rng), rng.normal(size=(3, 2, ROWS))
    together = limb.locate(qpos, points)
    assert same_bytes(limb.locate(qpos[:rows], points[..., :rows]), together[:rows])
    assert same_bytes(limb.locate(qpos[-rows:], points[..., -rows:]), together[-rows:])
    spread = np.concatenate([qpos, qpos], axis=-1)[:, : qpos.shape[1]]  # another stride
    assert same_bytes(limb.locate(spread[:rows], points[..., :rows]), together[:rows])


def test_a_limb_that_turns_otherwise_is_refused():
    with pytest.raises(ValueError, match="another axis"):
        Limb(arm().compile(), "tips_arm")
