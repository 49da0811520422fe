"""Meta-DAgger: whom it asks, what it keeps of the answers, and what it learns from them."""

import copy

import numpy as np
import pytest
import torch
from torch.testing import assert_close

from remeta.tasks.point import REACH
from tests.methods.test_watchers import ASKING, FEW
from tests.methods.watchers import GOALS, a_practice, made, stepped


@pytest.mark.parametrize("name", ASKING)
def test_experts_are_asked_in_every_state_that_is_visited_and_their_answers_are_kept(name):
    """Behind the demonstrations, each with the state that it is about, whatever was done there."""
    experience = a_practice()
    method, steps = made(name, experience, rhythm=FEW["rhythm"] | {"warm_up": 0}), []
    label = method._label
    method._label = lambda practice, step: (steps.append(step), label(practice, step))
    for _ in range(3):
        method.meta_step(experience)
    counts, shown = experience.counts, int(experience.shown.mask.sum())
    assert counts.expert_queries == counts.env_steps == 3 * 6 * 4
    assert method.replay.filled.sum() == shown + counts.expert_queries
    known = int(shown / len(GOALS))
    for task, goal in enumerate(GOALS):
        filled = int(method.replay.filled[task])
        obs, act = (method.replay.columns[name][task, :filled, 0] for name in ("obs", "act"))
        assert_close(obs[:known], experience.shown.obs[task].flatten(0, 1))
        assert_close(act, ((torch.tensor(goal).float() - obs) / REACH).clamp(-1, 1))
        met = [row for s in steps for row in s["obs"][s["indices"] == task]]
        assert_close(obs[known:], torch.from_numpy(np.array(met, np.float32)).reshape(-1, 2))
    drawn = np.concatenate([step["act"] for step in steps])
    assert np.abs(drawn).max() > 0.5 if name == "meta_dagger-noisy" else np.abs(drawn).max() < 0.5


def test_without_steps_in_the_world_it_is_meta_bc_on_the_same_steps():
    """The gradient of an update is that of Meta-BC on what was drawn."""
    experience = a_practice()
    _, method = stepped("meta_dagger", experience, steps=1, **FEW)
    twin, seen = copy.deepcopy(method), []
    update = method.clone.update
    method.clone.update = lambda *given: (seen.append(given), update(*given))[1]
    method._update(experience)
    (demos, handed) = seen[0]
    mean, _ = twin.policy(torch.cat([demos["obs"], beside(handed, demos["obs"])], -1))
    loss = (torch.tanh(mean) - demos["act"]).square().mean()
    gradients = torch.autograd.grad(loss, list(twin.policy.parameters()), materialize_grads=True)
    for parameter, gradient in zip(method.policy.parameters(), gradients, strict=True):
        assert_close(parameter.grad, gradient, rtol=1e-4, atol=1e-7)


def beside(context, obs):
    return context.detach().unsqueeze(1).expand(*obs.shape[:-1], -1)
