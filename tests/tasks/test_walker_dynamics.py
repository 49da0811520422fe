import numpy as np
import pytest

from remeta.tasks.sim import ASSETS, Sim
from remeta.tasks.walker_dynamics import UNCHANGED, WalkerDynamics, bare_walker
from tests.tasks.gymnasiums import environment
from tests.tasks.states import same_bytes, some_actions, travelled

ROWS = 6


@pytest.fixture(params=["fixed", "usual"])
def ends(request):
    return request.param


def gymnasiums_walker(task):
    """Their environment of this file and length of step, its arrays changed in place."""
    env = environment("Walker2d-v5", xml_file=str(ASSETS / "walker2d.xml"), frame_skip=5)
    env.model.body_mass[:] *= task[:8]
    env.model.body_inertia[:] *= task[8:32].reshape(8, 3)
    env.model.dof_damping[:] *= task[32:41]
    env.model.geom_friction[:] *= task[41:].reshape(8, 3)
    return env


def visited(family, rng):
    """States from the start to after a fall, with tasks, the unchanged one among them."""
    tasks = np.concatenate([family.draw(rng, ROWS - 1), UNCHANGED[None]])
    states = [travelled(family, tasks, steps, rng) for steps in (0, 10, 90)]
    return np.concatenate(states), np.tile(tasks, (3, 1))


def test_a_step_is_gymnasiums_of_the_changed_model(ends, rng):
    """But for the pay of the fallen: here it goes on, as in Gym's versions before the fourth."""
    family = WalkerDynamics(ends)
    state, tasks = visited(family, rng)
    action = some_actions(family, len(state), rng)
    after, reward, done = family.advance(state, action, tasks)
    fallen = np.zeros(len(state), bool)
    for row in range(len(state)):
        env = gymnasiums_walker(tasks[row])
        env.set_state(family.sim.qpos(state)[row], family.sim.qvel(state)[row])
        env.data.qacc_warmstart[:] = 0  # ours starts the solver cold
        obs, paid, fallen[row], _, told = env.step(action[row])
        np.testing.assert_array_equal(family.observe(after)[row], obs)
        np.testing.assert_allclose(reward[row], paid + fallen[row], atol=1e-10)
        np.testing.assert_allclose((after - state)[row, 1] / 0.01, told["x_velocity"], atol=1e-10)
    assert fallen.any() and not fallen.all()
    np.testing.assert_array_equal(done, fallen & (ends == "usual"))


def test_the_reward_is_its_formula(rng):
    family = WalkerDynamics()
    state, tasks = visited(family, rng)
    action = 1.5 * some_actions(family, len(state), rng)
    after, reward, _ = family.advance(state, action, tasks)
    effort = [sum(min(abs(a), 1) ** 2 for a in row) for row in action]
    speed = (family.sim.qpos(after) - family.sim.qpos(state))[:, 0] / 0.01
    np.testing.assert_allclose(reward, speed + 1 - 0.001 * np.array(effort), atol=1e-12)


def test_only_the_ends_differ_between_experts_and_imitators(rng):
    state, tasks = visited(WalkerDynamics(), rng)
    action = some_actions(WalkerDynamics(), len(state), rng)
    fixed, usual = (WalkerDynamics(e).advance(state, action, tasks) for e in ("fixed", "usual"))
    assert same_bytes(fixed[0], usual[0]) and same_bytes(fixed[1], usual[1])
    assert usual[2].any() and not fixed[2].any()


@pytest.mark.parametrize(("column", "least", "most"), [(2, 0.8, 2.0), (3, -1, 1)])
def test_the_usual_end_has_the_limits_of_the_table_and_includes_them(column, least, most, rng):
    values = np.array([-1.1, -1, -0.9, 0.5, 0.8, 0.81, 0.9, 1.0, 1.1, 1.9, 2.0, 2.1])

    class Frozen(Sim):
        def step(self, state, control, models=None):
            return state

    family = WalkerDynamics("usual", sim=Frozen(bare_walker(), 5))
    tasks = np.tile(UNCHANGED, (len(values), 1))
    state = np.repeat(family.start(rng, tasks[:1]), len(values), axis=0)
    state[:, column] = values
    done = family.advance(state, np.zeros((len(values), 6)), tasks)[2]
    np.testing.assert_array_equal(done, ~((least < values) & (values < most)))


def test_a_flying_walker_moves_by_the_mean_of_its_speeds_to_second_order(rng):
    """Halving the time step quarters the trapezoid's error; a wrong velocity would leave it."""
    tasks, push = WalkerDynamics().draw(rng, ROWS), rng.uniform(-1, 1, (ROWS, 6))

    def error(timestep):
        spec = bare_walker()
        spec.option.timestep = timestep
        family = WalkerDynamics(sim=Sim(spec, 1))
        state = family.start(np.random.default_rng(0), tasks)
        state[:, 2] = 5.0
        state[:, 4:10] = [-0.5, -0.5, 0.1, -0.8, -0.6, 0.2]  # no joint is near a limit
        state[:, 10:] = np.random.default_rng(1).normal(0, 1, (ROWS, 9))
        after, reward, _ = family.advance(state, push, tasks)
        speed = reward - 1 + 0.001 * np.square(push).sum(-1)
        return np.abs(speed - (state[:, 10] + after[:, 10]) / 2).max()

    np.testing.assert_allclose(error(0.002) / error(0.001), 4, rtol=0.1)


def test_twenty_eight_of_the_factors_count(rng):
    """Masses, inertias in the plane, dampings of hinges, sliding: nothing else moves a bit."""
    family = WalkerDynamics()
    tasks = np.ones((66, 65))
    tasks[np.arange(1, 66), np.arange(65)] = 3.0
    state, moved = np.repeat(family.start(rng, tasks[:1]), 66, axis=0), np.zeros(66, bool)
    for _ in range(40):
        action = np.repeat(some_actions(family, 1, rng), 66, axis=0)
        after = family.advance(state, action, tasks)[0]
        moved |= (after != after[0]).any(-1)
        state = np.repeat(after[:1], 66, axis=0)
    masses, inertias = range(1, 8), range(8 + 3 + 1, 32, 3)
    hinges, sliding = range(32 + 3, 41), range(41, 65, 3)
    count = {*masses, *inertias, *hinges, *sliding}
    found = set(np.flatnonzero(moved[1:]).tolist())
    assert found <= count and len(count) == 28
    assert count - found <= set(sliding)  # of what never touched the floor


def test_tasks_are_the_official_codes():
    given = WalkerDynamics().official_tasks
    assert {name: part.shape for name, part in given.items()} == {
        "train": (50, 65),
        "validation": (25, 65),
        "test": (25, 65),
    }
    expected = [0.646887, 0.61137, 1.004817, 0.459108, 1.323017, 1.048722, 0.55223, 0.336635]
    np.testing.assert_allclose(given["train"][0, :8], expected, atol=1e-6)
    expected = [1.508317, 3.086265, 2.736331, 0.644625, 1.69412, 1.804537, 0.548222, 1.028357]
    np.testing.assert_allclose(given["test"][0, :8], expected, atol=1e-6)
    np.testing.assert_allclose(given["test"][24, 41:44], [0.395322, 1.037457, 0.809015], atol=1e-6)


def test_factors_are_powers_of_uniform_exponents(rng):
    drawn = np.log(WalkerDynamics().draw(rng, 2000))
    bases = np.full(65, 1.5)
    bases[32:41] = 1.3
    exponents = drawn / np.log(bases)
    assert np.abs(exponents).max() <= 3
    np.testing.assert_allclose(exponents.std(0), np.sqrt(3), rtol=0.1)
    np.testing.assert_allclose(np.corrcoef(exponents.T), np.eye(65), atol=0.12)


def test_starts_are_upright_and_all_but_still(rng):
    family = WalkerDynamics()
    state = family.start(rng, family.draw(rng, 4000))
    upright = np.zeros(9)
    upright[1] = 1.25
    noise = np.concatenate([family.sim.qpos(state) - upright, family.sim.qvel(state)], axis=1)
    assert np.abs(noise).max() <= 0.005 + 1e-15
    np.testing.assert_allclose(noise.std(0), 0.005 / np.sqrt(3), rtol=0.1)


def test_the_model_is_gymnasiums_without_its_pictures():
    model, theirs = bare_walker().compile(), gymnasiums_walker(UNCHANGED).model
    names = [name for name in dir(model) if name.startswith(("body_", "jnt_", "dof_", "geom_"))]
    for name in (*names, "actuator_gear", "qpos0"):
        same = np.array_equal(getattr(model, name), getattr(theirs, name))
        assert same != (name == "geom_matid")
    assert model.nbuffer < theirs.nbuffer / 20
    assert sorted({*model.geom_friction[1:, 0]}) == [0.9, 1.9]


def test_the_unchanged_walker_is_the_only_one_of_its_kind(rng):
    family = WalkerDynamics(walkers="unchanged")
    np.testing.assert_array_equal(family.choices, UNCHANGED[None])
    np.testing.assert_array_equal(family.draw(rng, 3), np.tile(UNCHANGED, (3, 1)))
    assert WalkerDynamics().choices is None


def test_physics_that_explode_end_even_a_fixed_episode(ends, rng, monkeypatch, tmp_path):
    monkeypatch.chdir(tmp_path)  # where MuJoCo logs its warning
    family = WalkerDynamics(ends)
    tasks = family.draw(rng, 2)
    state = family.start(rng, tasks)
    state[0, 10:] = 1e200  # velocities
    _, reward, done = family.advance(state, np.zeros((2, 6)), tasks)
    assert done.tolist() == [True, False]
    assert reward[0] == 0 and np.isfinite(reward[1])
