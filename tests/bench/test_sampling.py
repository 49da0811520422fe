import numpy as np
import torch
from torch.testing import assert_close

from remeta.bench.sampling import against_physics, physics, recorded, sampler


def test_the_recorded_physics_is_that_of_the_sampler(simulated):
    rollouts, asked = recorded(simulated)
    assert_close(sampler(simulated)().obs, rollouts.obs, rtol=0, atol=0)
    assert sum(len(state) for state, _ in asked) == rollouts.steps
    family = simulated.world.family
    for step, (state, _) in enumerate(asked):
        seen = torch.from_numpy(family.observe(family.complete(state))).float()
        assert_close(seen, rollouts.obs[:, :, step].flatten(0, 1), rtol=0, atol=0)


def test_physics_alone_takes_the_very_steps_that_sampling_took(simulated):
    _, asked = recorded(simulated)
    taken = []

    class Watched:
        def step(self, state, control):
            taken.append(simulated.world.family.sim.step(state, control))

    physics(Watched(), asked)
    for after, (state, _) in zip(taken, asked[1:], strict=False):
        np.testing.assert_array_equal(after, state)


def test_every_task_acts_with_weights_of_its_own(simulated):
    weights = simulated.own_weights()
    obs = torch.ones(simulated.sizes.tasks, 1, simulated.world.obs_size)
    mean, _ = simulated.policy.distribution(weights, obs)
    assert not torch.allclose(mean[0], mean[1])


def test_the_share_of_physics_is_judged(simulated):
    entry = against_physics(simulated, rounds=2, at_least=0.0)
    assert entry.ratio.median > 0 and entry.met
    assert entry.name == f"sampling_{simulated.world.family.name}"
