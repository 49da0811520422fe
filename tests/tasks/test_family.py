"""What holds of every family."""

import numpy as np
import pytest

from remeta.tasks.ant_classify import AntClassify
from remeta.tasks.ant_dir import AntDir
from remeta.tasks.ant_goal import AntGoal
from remeta.tasks.ant_reach import AntReach
from remeta.tasks.cartpole_sensor import CartpoleSensor
from remeta.tasks.cheetah import Cheetah
from remeta.tasks.cheetah_motor import CheetahMotor
from remeta.tasks.cheetah_run import CheetahRun
from remeta.tasks.corner import PointCorner
from remeta.tasks.family import spread
from remeta.tasks.point import Point
from remeta.tasks.point_arc import PointArc
from remeta.tasks.point_rotation import PointRotation
from remeta.tasks.reacher import Reacher
from remeta.tasks.runners import Runner
from remeta.tasks.sawyer_door import SawyerDoor
from remeta.tasks.sawyer_push import SawyerPush
from remeta.tasks.walker_dynamics import WalkerDynamics
from tests.tasks.states import judged, physics, place_of, same_bytes, some_actions, travelled

ROWS = 4
GOALS = [  # families whose task is what is paid for
    Point(),
    Reacher("dense"),
    Reacher("sparse"),
    AntGoal("dense"),
    AntGoal("sparse", form="gmps"),
    AntGoal(form="gmps", terms="paper"),
    AntGoal(contact_forces=True),
    PointCorner("exp_maml_r2"),
    PointCorner("exp_maml_r05", "promp10"),
    PointCorner("promp", "promp10"),
    PointArc("sparse"),
    PointArc("dense"),
    Cheetah("direction"),
    Cheetah("velocity", "finn_rllab"),
    Cheetah("velocity", "promp"),
    AntDir(),
    AntDir("promp", contact_forces=True),
    SawyerPush("dense"),
    SawyerPush("sparse", "driven"),
    SawyerDoor("sparse"),
    SawyerDoor("dense", "paper", "driven"),
    CheetahRun(),
    AntReach("dense"),
    AntReach("sparse", "official_24"),
]
OTHERS = [  # families whose task is how the world or its sensors behave, or that have but one
    PointRotation("dense"),
    PointRotation("sparse"),
    CartpoleSensor("masked"),
    CartpoleSensor("full"),
    CheetahMotor(),
    Runner("hopper"),
    Runner("walker2d", "fixed"),
    Runner("half_cheetah"),
    WalkerDynamics("fixed"),
    WalkerDynamics("usual"),
    AntClassify(),
]


def title(family):
    options = (getattr(family, name, "") for name in ("form", "reward", "sensors", "ends"))
    return f"{family.name}-{''.join(options)}-{family.obs_size}"


@pytest.fixture(params=GOALS + OTHERS, ids=title)
def family(request):
    return request.param


def test_observations_and_actions_have_the_sizes_that_are_announced(family, rng):
    tasks = family.draw(rng, ROWS)
    state = travelled(family, tasks, 3, rng)
    assert family.observe(state).shape == (ROWS, family.obs_size)
    after, reward, done = family.advance(state, np.zeros((ROWS, family.act_size)), tasks)
    assert after.shape == state.shape
    assert reward.shape == done.shape == (ROWS,) and done.dtype == bool


@pytest.mark.parametrize("family", GOALS, ids=title)
def test_the_task_is_seen_in_the_reward_and_nowhere_else(family):
    """Two sets of tasks, the same actions: the same states and observations to the byte."""
    draws = np.random.default_rng(1)
    one = family.draw(draws, ROWS)
    other = -one if family.choices is not None else family.draw(draws, ROWS)
    paths = [travelled(family, t, 20, np.random.default_rng(0)) for t in (one, other)]
    assert same_bytes(*paths)
    assert same_bytes(*(family.observe(path) for path in paths))
    state, action, *tasks = judged(family, paths[0])
    more, less = (family.advance(state, action, task)[1] for task in tasks)
    assert (more > less).all()


def test_actions_beyond_the_bound_are_as_good_as_the_bound(family, rng):
    tasks = family.draw(rng, ROWS)
    state = travelled(family, tasks, 5, rng)
    bound = family.act_bound
    wild = bound * rng.normal(0, 3, (ROWS, family.act_size))
    assert (np.abs(wild) > bound).any()
    for mine, clipped in zip(
        family.advance(state, wild, tasks),
        family.advance(state, np.clip(wild, -bound, bound), tasks),
        strict=True,
    ):
        assert same_bytes(mine, clipped)
    tame = family.advance(state, wild / 10, tasks)[0]
    assert not same_bytes(tame, family.advance(state, wild, tasks)[0])


def test_rows_in_a_batch_are_as_if_alone(family, rng):
    tasks = family.draw(rng, ROWS)
    state = travelled(family, tasks, 15, rng)
    action = some_actions(family, ROWS, rng)
    together = family.advance(state, action, tasks)
    for row in range(ROWS):
        this = slice(row, row + 1)
        alone = family.advance(state[this], action[this], tasks[this])
        assert same_bytes(physics(family, alone[0]), physics(family, together[0][this]))
        np.testing.assert_allclose(alone[0], together[0][this], rtol=1e-12, atol=1e-14)
        np.testing.assert_allclose(alone[1], together[1][this], rtol=1e-12)
        np.testing.assert_array_equal(alone[2], together[2][this])
        seen = family.observe(state[this]), family.observe(state)[this]
        np.testing.assert_allclose(*seen, rtol=1e-12, atol=1e-14)
        if not hasattr(family, "complete"):  # which takes sums of products over all rows
            assert all(map(same_bytes, alone, (part[this] for part in together)))
            assert same_bytes(*seen)


def test_a_step_is_a_pure_function(family, rng):
    tasks = family.draw(rng, ROWS)
    state = travelled(family, tasks, 15, rng)
    action = some_actions(family, ROWS, rng)
    kept = state.copy(), action.copy(), tasks.copy()
    first = family.advance(state, action, tasks)
    family.advance(first[0], -action, tasks)
    again = family.advance(state, action, tasks)
    assert all(map(same_bytes, first, again))
    assert all(map(same_bytes, (state, action, tasks), kept))


def test_tasks_are_some_of_the_choices_each_as_likely_as_any_other(family, rng):
    if family.choices is None:
        tasks = family.draw(rng, 200)
        assert len(np.unique(tasks, axis=0)) == 200
        return
    found, counts = np.unique(family.draw(rng, 4000), axis=0, return_counts=True)
    np.testing.assert_array_equal(found, np.unique(family.choices, axis=0))
    mean = 4000 / len(family.choices)
    np.testing.assert_allclose(counts, mean, atol=5 * np.sqrt(mean))


def test_tasks_and_starts_come_from_the_generator_alone(family):
    def drawn(seed):
        rng = np.random.default_rng(seed)
        tasks = family.draw(rng, 64)
        return tasks, family.start(rng, tasks)

    assert all(map(same_bytes, drawn(3), drawn(3)))
    if family.choices is None or len(family.choices) > 1:
        assert not same_bytes(drawn(3)[0], drawn(4)[0])
    else:
        assert not same_bytes(drawn(3)[1], drawn(4)[1])


def test_places_are_of_what_the_reward_measures(family, rng):
    state = travelled(family, family.draw(rng, ROWS), 10, rng)
    seen = family.observe(state)[:, list(family.places.columns)]
    np.testing.assert_allclose(seen, place_of(family, state)[:, : seen.shape[1]], atol=1e-14)
    assert family.places.cell > 0


@pytest.mark.parametrize("count", [1, 2, 3, 16, 30, 31, 32])
def test_spread_indices_are_all_and_each_doubling_halves_the_gaps(count):
    order = spread(count)
    assert sorted(order) == list(range(count))
    size = 1 << (count - 1).bit_length()
    for first in (1, 2, 4, 8):
        if first <= count and size % first == 0:
            some = [index for index in order if index % (size // first) == 0]
            assert set(order[: len(some)]) == set(some)
