import numpy as np
import pytest

from remeta.tasks.official_tasks import DOOR_TEST, DOOR_TRAIN, DOOR_VALIDATION
from remeta.tasks.sawyer_door import SawyerDoor
from tests.tasks.scripts import episode, pull
from tests.tasks.states import data_at, some_actions

ROWS = 6


@pytest.fixture(scope="module")
def family():
    return SawyerDoor()


@pytest.fixture(scope="module")
def opened(family):
    """Doors on their way; the hands of the last two rows are far from the handle, later."""
    targets = np.array([[0.1], [0.2], [0.3], [0.6], [0.6], [0.6]])
    state, _ = episode(family, targets, pull, steps=75)
    away = np.zeros((ROWS, 3))
    away[-2:, 2] = 1  # upwards, out of the handle
    for _ in range(12):
        state = family.advance(state, away, targets)[0]
    return state


def test_the_door_is_the_papers(family):
    model = family.sim.model
    door = model.joint("door")
    assert model.dof_damping[door.dofadr[0]] == 100 and model.dof_armature[door.dofadr[0]] == 0
    np.testing.assert_array_equal(door.range, [-3, 3])
    np.testing.assert_allclose(model.actuator_gainprm[:, 0], 100)
    np.testing.assert_allclose(model.actuator_biasprm[:, 1], -100)
    np.testing.assert_array_equal(model.geom("panel").size, [0.01, 0.2, 0.2])
    np.testing.assert_array_equal(model.geom("bar").size, [0.01, 0.1, 0.01])


def test_the_door_starts_closed_with_its_bar_before_the_robot(family, rng):
    state = family.start(rng, family.draw(rng, 1))
    np.testing.assert_allclose(family.angle(state), 0, atol=1e-6)
    np.testing.assert_allclose(family.observe(state)[0, 3:], [-0.1, 0.9, 0.3], atol=1e-3)


def test_an_open_door_has_turned_about_its_hinge_towards_the_robot(family, opened):
    """Seen from the hinge at (0.2, 1), the grasp point keeps its distance; it goes to smaller y."""
    closed = family.observe(family.start(np.random.default_rng(0), np.ones((1, 1))))[0, 3:5]
    closed = closed - [0.2, 1.0]
    for angle, grasp in zip(family.angle(opened), family.observe(opened)[:, 3:5], strict=True):
        turn = np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])
        np.testing.assert_allclose(grasp - [0.2, 1.0], turn @ closed, atol=1e-3)
        assert angle > 0.05 and grasp[1] < 0.9


@pytest.mark.parametrize("inputs", ["official", "paper"])
def test_an_observation_is_hand_and_door(inputs, opened, rng):
    family = SawyerDoor(inputs=inputs, gripper="driven")
    tasks, state = family.draw(rng, ROWS), opened
    for _ in range(3):
        state = family.advance(state, some_actions(family, ROWS, rng), tasks)[0]
    obs = family.observe(state)
    assert obs.shape == (ROWS, family.obs_size)
    for row in range(ROWS):
        data = data_at(family.sim, state[row])
        door = data.body("door")
        grasp = door.xpos + door.xmat.reshape(3, 3) @ [0.1, -0.1, 0]
        closed = (data.joint("r_close").qpos[0] - data.joint("l_close").qpos[0]) / 2
        official = [*data.body("hand").xpos, *grasp]
        paper = [*data.body("hand").xpos, closed, *grasp, data.joint("door").qpos[0]]
        expected = official if inputs == "official" else paper
        np.testing.assert_allclose(obs[row], expected, atol=1e-12)


def expected_pay(kind, angle, target, reach):
    if kind == "printed":
        return abs(10 * angle) if angle <= target else abs(10 * (target - (angle - target)))
    pay = 0.0
    if reach < 0.1:
        pay = max(10 * angle, 0) if angle <= target else max(10 * (2 * target - angle), 0)
    return pay - (reach if kind == "dense" else 0)


@pytest.mark.parametrize("kind", ["sparse", "dense", "printed"])
def test_the_reward_is_its_formula_after_the_action(kind, opened):
    """Doors short of their target, beyond it, beyond twice it; hands at the handle and away."""
    family, rest = SawyerDoor(kind), np.zeros((ROWS, 3))
    for share in (0.3, 0.8, 1.5):
        targets = share * family.angle(opened)[:, None]
        after, reward, done = family.advance(opened, rest, targets)
        assert not done.any()
        reach = np.linalg.norm(after[:, -3:] - after[:, -6:-3], axis=-1)
        assert (reach < 0.1).tolist() == [True] * 4 + [False] * 2
        for row in range(ROWS):
            angle = data_at(family.sim, after[row]).joint("door").qpos[0]
            expected = expected_pay(kind, angle, targets[row, 0], reach[row])
            np.testing.assert_allclose(reward[row], expected, rtol=1e-9)


def test_a_door_that_is_pushed_inwards_pays_only_as_printed(opened):
    state = opened.copy()
    sparse, printed = SawyerDoor("sparse"), SawyerDoor("printed")
    state[:, sparse.sim.nq] = -0.2  # the door's angle, last of the coordinates
    state = sparse.complete(state[:, :-9])
    rest, targets = np.zeros((ROWS, 3)), np.full((ROWS, 1), 0.5)
    assert (sparse.advance(state, rest, targets)[1] == 0).all()
    assert (printed.advance(state, rest, targets)[1] > 1).all()


def test_every_target_can_be_met_within_an_episode(family):
    """The best that can be had is 10 x* a step; a script has nine tenths of it in the end."""
    targets = DOOR_VALIDATION[1:]
    state, rewards = episode(family, targets, pull)
    np.testing.assert_allclose(family.angle(state), targets[:, 0], atol=0.01)
    best = 10 * targets[:, 0]
    assert (rewards <= best[:, None] + 1e-9).all()
    assert (rewards[:, -1] > 0.9 * best).all()


def test_who_does_not_find_the_handle_sees_no_reward(family, rng):
    """What makes it sparse: a policy that has learned nothing is not paid."""
    tasks = np.full((30, 1), 0.5)
    noise = lambda *_: rng.standard_normal((30, 3))  # noqa: E731
    assert (episode(family, tasks, noise)[1] == 0).all()


def test_targets_are_up_to_sixty_degrees(family, rng):
    targets = family.draw(rng, 4000)
    assert targets.min() >= 0 and targets.max() <= np.pi / 3
    np.testing.assert_allclose([targets.min(), targets.max()], [0, np.pi / 3], atol=0.005)
    for given in (DOOR_TRAIN, DOOR_VALIDATION, DOOR_TEST):
        assert given.shape == (20, 1)
        assert given.min() >= 0 and given.max() <= np.pi / 3
    np.testing.assert_allclose(np.diff(DOOR_VALIDATION[:, 0]), np.pi / 57)
