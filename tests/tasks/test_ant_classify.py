import numpy as np

from remeta.tasks.ant_classify import TARGETS, AntClassify, hyperplanes, outcome
from remeta.tasks.ant_reach import AntReach
from tests.tasks.states import physics, same_bytes, some_actions, travelled

ROWS = 6


def samples(state):
    return state[:, -8:-4], state[:, -4:]


def driven(family, tasks, rng, choose, steps=4):
    """Episodes of ants that are carried to where `choose` says; what they paid, and where to."""
    state = family.start(rng, tasks)
    labels = family.labels(state, tasks)
    goals = choose(labels)
    rewards, places = [], []
    for step in range(1, steps + 1):
        state[:, 1:3] = goals[:, min(step * goals.shape[1] // steps, goals.shape[1] - 1)]
        state, reward, _ = family.advance(state, np.zeros((len(state), 8)), tasks)
        rewards.append(reward)
        places.append(family.observe(state)[:, list(family.places.columns)])
    return np.stack(rewards, -1), np.stack(places, 1), labels


def test_an_oracle_is_always_right_and_never_idle(rng):
    family = AntClassify()
    told = driven(family, family.draw(rng, 200), rng, lambda labels: TARGETS[labels][:, None])
    reward, found = told[0], outcome(*told[1:])
    assert found.success.all() and not found.error.any() and not found.no_op.any()
    assert reward.any(-1).all()


def test_a_coin_is_right_half_the_time(rng):
    family, count = AntClassify(), 600
    told = driven(
        family, family.draw(rng, count), rng, lambda _: TARGETS[rng.integers(2, size=(count, 1))]
    )
    found = outcome(*told[1:])
    np.testing.assert_allclose(found.success.mean(), 0.5, atol=4 * 0.5 / np.sqrt(count))
    np.testing.assert_array_equal(found.error, ~found.success)
    assert not found.no_op.any()


def test_who_stays_is_idle_and_who_visits_both_is_right_and_wrong(rng):
    family = AntClassify()
    told = driven(family, family.draw(rng, 20), rng, lambda labels: np.zeros((20, 1, 2)))
    idle = outcome(*told[1:])
    assert idle.no_op.all() and not (idle.success | idle.error).any() and not told[0].any()
    told = driven(
        family,
        family.draw(rng, 20),
        rng,
        lambda labels: np.stack([TARGETS[1 - labels], TARGETS[labels]], 1),
    )
    both = outcome(*told[1:])
    assert both.success.all() and both.error.all() and not both.no_op.any()


def test_success_is_to_have_been_paid_whatever_the_batch(rng):
    """Ants that are thrown anywhere around the targets."""
    family, count = AntClassify(), 300
    told = driven(
        family, family.draw(rng, count), rng, lambda _: rng.uniform([-2, 0], [2, 2], (count, 2, 2))
    )
    found = outcome(*told[1:])
    np.testing.assert_array_equal(found.success, told[0].any(-1))
    assert 0 < found.success.mean() < 1 and found.no_op.any()
    batched = outcome(told[1][None], told[2][None])
    for name in ("success", "error", "no_op"):
        assert same_bytes(getattr(batched, name)[0], getattr(found, name))


def test_one_sample_lies_on_each_side_in_either_order(rng):
    family = AntClassify()
    tasks = family.draw(rng, 4000)
    state = family.start(rng, tasks)
    first, second = ((part * tasks).sum(-1) > 0 for part in samples(state))
    labels = family.labels(state, tasks)
    np.testing.assert_array_equal(first, labels == 1)
    np.testing.assert_array_equal(second, labels == 0)
    np.testing.assert_allclose(labels.mean(), 0.5, atol=4 * 0.5 / np.sqrt(4000))


def test_samples_are_those_of_drawing_until_they_are_on_their_side(rng):
    """Moments of what is positive, along and across the normal, against rejection."""
    family, normal = AntClassify(), hyperplanes(rng, 1)
    across = np.array([normal[0, 1], -normal[0, 0], 0, 0])
    tasks = np.repeat(normal, 20_000, axis=0)
    state = family.start(rng, tasks)
    first, second = samples(state)
    labels = family.labels(state, tasks)[:, None]
    drawn = rng.uniform(-1, 1, (40_000, 4))
    kept = drawn[drawn @ normal[0] >= 0]
    for ours, sign in ((np.where(labels, first, second), 1), (np.where(labels, second, first), -1)):
        assert np.abs(ours).max() <= 1
        for direction in (normal[0], across):
            one, other = sign * ours @ direction, kept @ direction
            for power in (1, 2, 3):
                a, b = one**power, other**power
                spread = np.sqrt(a.var() / len(a) + b.var() / len(b))
                assert abs(a.mean() - b.mean()) < 4.5 * spread


def test_an_observation_is_pose_targets_and_samples(rng):
    family = AntClassify()
    state = travelled(family, family.draw(rng, ROWS), 30, rng)
    qpos, qvel, seen = family.sim.qpos(state), family.sim.qvel(state), family.observe(state)
    assert seen.shape[-1] == family.obs_size == 41
    for row in range(ROWS):
        pose, pair = [*qpos[row], *qvel[row]], [*state[row, -8:-4], *state[row, -4:]]
        x, y = qpos[row, :2]
        marks = [1.41 - x, 1.41 - y, -1.41 - x, 1.41 - y]
        np.testing.assert_array_equal(seen[row], [*pose, *marks, *pair])


def test_the_samples_of_an_episode_stay(rng):
    family = AntClassify()
    tasks = family.draw(rng, ROWS)
    state = family.start(rng, tasks)
    after = family.advance(state, some_actions(family, ROWS, rng), tasks)[0]
    assert same_bytes(state[:, -8:], after[:, -8:])


def test_the_robot_is_that_of_the_goals_and_so_is_what_its_expert_sees(rng):
    """The script walks by the inputs of `ant_reach`, which finds them in these rows."""
    family, reach = AntClassify(), AntReach()
    tasks = family.draw(rng, ROWS)
    state = travelled(family, tasks, 20, rng)
    action = some_actions(family, ROWS, rng)
    after = family.advance(state, action, tasks)[0]
    bare = reach.advance(physics(reach, state), action, np.zeros((ROWS, 2)))[0]
    assert same_bytes(physics(family, after), bare)
    assert same_bytes(reach.observe(after), reach.observe(bare))
    np.testing.assert_array_equal(reach.observe(state)[:, :29], family.observe(state)[:, :29])


def test_the_script_walks_to_the_target_of_the_label_on_what_its_expert_sees(rng):
    family, reach, episodes = AntClassify(), AntReach(), 3
    tasks = family.draw(rng, ROWS)
    rows = np.repeat(tasks, episodes, axis=0)
    state = travelled(family, rows, 20, rng)
    seen = family.observe(state).reshape(ROWS, episodes, -1)
    told = family.script(seen, tasks).reshape(len(rows), -1)
    assert same_bytes(told[:, :32], reach.observe(physics(family, state)))
    np.testing.assert_array_equal(told[:, 32:], TARGETS[family.labels(state, rows)])


def test_what_is_measured_of_episodes_is_their_outcome(rng):
    """Of places that are seen, from the first observation to the last."""
    family, episodes, steps = AntClassify(), 5, 4
    tasks = family.draw(rng, ROWS)
    rows = np.repeat(tasks, episodes, axis=0)
    state, seen = family.start(rng, rows), []
    for _ in range(steps):
        state[:, 1:3] = rng.uniform([-2, 0], [2, 2], (len(rows), 2))
        seen.append(family.observe(state))
    obs = np.stack(seen, 1).reshape(ROWS, episodes, steps, -1)
    found = family.measured(obs, obs, obs, obs, tasks)
    places = np.stack([one[:, :2] for one in seen], 1)
    expected = outcome(places, family.labels(state, rows))
    for name in ("success", "no_op"):
        np.testing.assert_array_equal(found[name].ravel(), getattr(expected, name))
        assert 0 < found[name].mean() < 1


def test_the_reward_is_one_near_the_target_of_the_label_and_nowhere_else(rng):
    family = AntClassify()
    tasks = family.draw(rng, 60)
    state = family.start(rng, tasks)
    state[:, 1:3] = rng.uniform([-2, 0.5], [2, 2], (60, 2))
    after, reward, done = family.advance(state, some_actions(family, 60, rng), tasks)
    for row in range(60):
        first = sum(a * b for a, b in zip(state[row, -8:-4], tasks[row], strict=True))
        target = (-1.41, 1.41) if first >= 0 else (1.41, 1.41)
        assert reward[row] == (np.hypot(*(after[row, 1:3] - target)) < 0.5)
    assert 0 < reward.mean() < 1 and not done.any()


def test_tasks_are_the_official_codes():
    given = AntClassify().official_tasks
    assert {name: len(part) for name, part in given.items()} == {
        "train": 64,
        "validation": 128,
        "test": 32,
    }
    for name, row, expected in (
        ("train", 0, [0.274226, -0.409763, 0.697604, 0.519848]),
        ("test", 0, [0.547092, -0.150824, -0.773211, -0.282996]),
        ("test", 31, [0.554874, 0.057593, -0.258097, 0.788786]),
    ):
        np.testing.assert_allclose(given[name][row], expected, atol=1e-6)


def test_hyperplanes_point_anywhere(rng):
    normals = hyperplanes(rng, 4000)
    np.testing.assert_allclose(np.linalg.norm(normals, axis=-1), 1)
    np.testing.assert_allclose(normals.mean(0), 0, atol=4 / np.sqrt(4 * 4000))
    np.testing.assert_allclose(normals.T @ normals / 4000, np.eye(4) / 4, atol=0.02)


def test_physics_that_explode_end_the_episode_and_pay_nothing(rng, monkeypatch, tmp_path):
    monkeypatch.chdir(tmp_path)  # where MuJoCo logs its warning
    family = AntClassify()
    tasks = family.draw(rng, 2)
    state = family.start(rng, tasks)
    state[:, 1:3] = TARGETS[family.labels(state, tasks)]
    state[0, 16:30] = 1e200  # velocities
    _, reward, done = family.advance(state, np.zeros((2, 8)), tasks)
    assert done.tolist() == [True, False]
    assert reward.tolist() == [0, 1]
