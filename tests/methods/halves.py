"""Both halves of an iteration of MAML at a size at which it can be written out task by task."""

import torch
from torch.func import grad

from remeta.core.batching import chunks
from remeta.core.episodes import Batch
from remeta.core.gaussian import kl_divergence
from tests.methods.samples import TASKS, a_maml, drawn_batch, near, of_task, tiny_policy


def sample(generator, **changes):
    """A method at some weights, rollouts of those, and rollouts of what they adapt to."""
    net = tiny_policy()
    method = a_maml(net, **changes)
    method.weights = near(net.initial_weights(), generator)
    before = drawn_batch(net, method.weights, generator)
    query = drawn_batch(net, method.weights, generator)
    adapted = method.adapted(method.weights, before)
    own = [
        net.log_prob({n: v[task] for n, v in adapted.items()}, query.obs[task], query.act[task])
        for task in range(TASKS)
    ]
    after = Batch(query.obs, query.act, query.advantage, query.mask, torch.stack(own))
    return method, before, after


def adapted_by_hand(method, theta, support):
    """phi = theta + alpha mean_t[ A_t grad log pi ]."""
    net = method.policy
    taken = support.mask * support.advantage / support.mask.sum()
    climb = grad(lambda w: (taken * net.log_prob(w, support.obs, support.act)).sum())(theta)
    return {name: theta[name] + method.params.inner_rate * climb[name] for name in theta}


def mean_divergence(method, before, after):
    """mean_i KL(pi_phi_i(old start) || pi_phi_i(start)), task by task, from where it is now."""
    here = method.weights

    def far(start):
        total = 0.0
        for task in range(TASKS):
            support, query = of_task(before, task), of_task(after, task)
            old = method.policy.distribution(adapted_by_hand(method, here, support), query.obs)
            new = method.policy.distribution(adapted_by_hand(method, start, support), query.obs)
            total = total + (kl_divergence(*old, *new) * query.mask).sum() / query.mask.sum()
        return total / TASKS

    return far


def parts_of(method, before, after):
    return list(chunks((before, after), method.params.task_chunk))
