"""One model per row: each row's physics are its own, whatever it is stepped with."""

from copy import copy

import mujoco
import numpy as np
import pytest

from remeta.tasks.sim import FULL, Sim
from remeta.tasks.variants import Variants
from remeta.tasks.walker_dynamics import BASES, UNCHANGED, VARIED, bare_walker
from tests.tasks.states import same_bytes

ROWS, FRAMES = 6, 5


@pytest.fixture
def sim():
    return Sim(bare_walker(), FRAMES)


@pytest.fixture
def tasks(rng):
    return BASES ** rng.uniform(-3, 3, (ROWS, 65))


def rolled(sim, tasks, rows, steps=60):
    """States of some rows of the same roll-outs; the walkers fall, each in its own way."""
    rng, variants = np.random.default_rng(0), Variants(sim.model, VARIED)
    state = sim.states(sim.model.qpos0, rng.normal(0, 0.3, (ROWS, sim.nv)))[rows]
    path = []
    for _ in range(steps):
        control = rng.uniform(-1, 1, (ROWS, sim.nu))[rows]
        state = sim.step(state, control, variants.of(tasks[rows]))
        path.append(state)
    return np.stack(path)


def scaled_by_hand(model, task):
    model = copy(model)
    model.body_mass[:] *= task[:8]
    model.body_inertia[:] *= task[8:32].reshape(8, 3)
    model.dof_damping[:] *= task[32:41]
    model.geom_friction[:] *= task[41:].reshape(8, 3)
    return model


def test_a_step_is_mujocos_own_of_each_rows_model(sim, tasks, rng):
    state = rolled(sim, tasks, np.arange(ROWS))[-1]
    control = rng.uniform(-1, 1, (ROWS, sim.nu))
    after = sim.step(state, control, Variants(sim.model, VARIED).of(tasks))
    assert not same_bytes(after, sim.step(state, control))
    for row in range(ROWS):
        model = scaled_by_hand(sim.model, tasks[row])
        data = mujoco.MjData(model)
        mujoco.mj_setState(model, data, state[row], FULL)
        data.ctrl[:] = control[row]
        for _ in range(FRAMES):
            mujoco.mj_step(model, data)
        expected = np.empty(sim.state_size)
        mujoco.mj_getState(model, data, expected, FULL)
        assert same_bytes(after[row], expected)


def test_rows_do_not_know_of_each_others_models(sim, tasks):
    together = rolled(sim, tasks, np.arange(ROWS))
    for row in range(ROWS):
        assert same_bytes(rolled(sim, tasks, [row])[:, 0], together[:, row])
    some = [4, 1, 3]
    assert same_bytes(rolled(sim, tasks, some), together[:, some])


def test_any_number_of_threads_gives_the_same_bytes(monkeypatch, tasks):
    paths = []
    for threads in ("1", "2", "3"):
        monkeypatch.setenv("REMETA_THREADS", threads)
        paths.append(rolled(Sim(bare_walker(), FRAMES), tasks, np.arange(ROWS)))
    assert same_bytes(paths[0], paths[1]) and same_bytes(paths[0], paths[2])


def test_factors_of_one_are_the_model_itself(sim, rng):
    state = sim.states(sim.model.qpos0, rng.normal(0, 0.3, (ROWS, sim.nv)))
    control = rng.uniform(-1, 1, (ROWS, sim.nu))
    ones = np.tile(UNCHANGED, (ROWS, 1))
    varied = sim.step(state, control, Variants(sim.model, VARIED).of(ones))
    assert same_bytes(varied, sim.step(state, control))


def test_a_variant_differs_in_the_named_arrays_and_nowhere_else(sim, tasks):
    variant, expected = Variants(sim.model, VARIED).of(tasks[:1])[0], sim.model
    numbers = [name for name in dir(expected) if not name.startswith("_")]
    numbers = [name for name in numbers if isinstance(getattr(expected, name), np.ndarray)]
    changed = [
        name
        for name in numbers
        if not np.array_equal(getattr(variant, name), getattr(expected, name))
    ]
    assert sorted(changed) == sorted(VARIED) and len(numbers) > 100
    by_hand = scaled_by_hand(expected, tasks[0])
    for name in VARIED:
        np.testing.assert_array_equal(getattr(variant, name), getattr(by_hand, name))


def test_a_model_is_built_once_for_each_task(sim, tasks, monkeypatch):
    variants, built = Variants(sim.model, VARIED), []
    monkeypatch.setattr("remeta.tasks.variants.copy", lambda model: built.append(1) or copy(model))
    rows = [0, 1, 0, 2, 2, 1]
    models = variants.of(tasks[rows])
    assert len(built) == 3
    assert [models.index(model) for model in models] == [0, 1, 0, 3, 3, 1]
    again = variants.of(tasks[:3].copy())
    assert len(built) == 3 and all(
        a is models[row] for a, row in zip(again, (0, 1, 3), strict=True)
    )


def test_models_beyond_those_kept_are_built_anew_and_are_the_same(sim, tasks, monkeypatch):
    usual = rolled(sim, tasks, np.arange(ROWS), steps=5)
    monkeypatch.setattr("remeta.tasks.variants.KEPT", 2)
    assert same_bytes(rolled(sim, tasks, np.arange(ROWS), steps=5), usual)


def test_as_many_models_as_rows_or_none(sim, tasks):
    state = sim.states(sim.model.qpos0, np.zeros((ROWS, sim.nv)))
    with pytest.raises(ValueError, match="length 3"):
        sim.step(state, np.zeros((ROWS, sim.nu)), Variants(sim.model, VARIED).of(tasks[:3]))
