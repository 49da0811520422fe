"""Both halves of an iteration of MAML at a size at which it can be written out task by task."""

import torch
from torch.func import grad

from remeta.core.batching import chunks
from remeta.core.episodes import Trial
from remeta.core.gaussian import divergence
from tests.methods.samples import TASKS, a_maml, near, of_task, tiny_policy, trials


def sample(generator, **changes):
    """A method at some weights, roll-outs of those, and roll-outs of what they adapt to."""
    net = tiny_policy()
    method = a_maml(net, **changes)
    method.weights = near(net.start(), generator)
    before = trials(net, method.weights, generator)
    tests = trials(net, method.weights, generator)
    adapted = method.adapted(method.weights, before)
    own = [
        net.log_prob({n: v[task] for n, v in adapted.items()}, tests.obs[task], tests.act[task])
        for task in range(TASKS)
    ]
    after = Trial(tests.obs, tests.act, tests.advantage, tests.mask, torch.stack(own))
    return method, before, after


def adapted_by_hand(method, theta, trial):
    """phi = theta + alpha mean_t[ A_t grad log pi ]."""
    net = method.policy
    taken = trial.mask * trial.advantage / trial.mask.sum()
    climb = grad(lambda w: (taken * net.log_prob(w, trial.obs, trial.act)).sum())(theta)
    return {name: theta[name] + method.params.inner_rate * climb[name] for name in theta}


def mean_divergence(method, before, after):
    """mean_i KL(pi_phi_i(old start) || pi_phi_i(start)), task by task, from where it is now."""
    here = method.weights

    def far(start):
        total = 0.0
        for task in range(TASKS):
            trial, test = of_task(before, task), of_task(after, task)
            old = method.policy.at(adapted_by_hand(method, here, trial), test.obs)
            new = method.policy.at(adapted_by_hand(method, start, trial), test.obs)
            total = total + (divergence(*old, *new) * test.mask).sum() / test.mask.sum()
        return total / TASKS

    return far


def parts_of(method, before, after):
    return list(chunks((before, after), method.params.task_chunk))
