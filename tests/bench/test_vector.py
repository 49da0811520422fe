import numpy as np

from remeta.bench.vector import against_gymnasium, step_all, vector_env


def test_every_environment_takes_every_step(simulated):
    family = simulated.world.family.name
    with vector_env("sync", family, count=3) as envs:
        step_all(envs, simulated.policy, horizon=4, resets=2, rng=np.random.default_rng(0))
        assert [env.age for env in envs.envs] == [4, 4, 4]


def test_rates_of_both_kinds_are_compared(simulated):
    entries = against_gymnasium(simulated, envs=2, resets=1, rounds=2, at_least={"sync": 3.0})
    assert [entry.unit for entry in entries] == ["steps/s"]
    assert entries[0].ours > 0 and entries[0].other > 0


def test_worker_processes_step_the_same_worlds(settings, rng):
    stepped = []
    for kind in ("sync", "async"):
        with vector_env(kind, "reacher", count=2) as envs:
            actions = np.full(envs.action_space.shape, 0.3)
            stepped.append(np.stack([envs.step(actions)[0] for _ in range(3)]))
    np.testing.assert_array_equal(*stepped)
