"""MAME at a size at which it can be written out task by task."""

from dataclasses import replace

import torch
from torch.func import grad

from remeta.core.episodes import Batch
from remeta.experience.self_supervision import ExplorationBatch
from remeta.methods import mame
from remeta.nets.exploring import ExploringPolicy
from remeta.nets.policy import Shape
from tests.methods.samples import ACT, EPISODES, OBS, TASKS, TIME, drawn, near, of_task

INNER = ["returns", "rewards", "policy_gradient", "weighted_policy_gradient"]


def a_mame(shape: Shape | None = None, **changes) -> mame.MAME:
    values = {
        "kind": "mame",
        "embedding": 3,
        "inner_rate": 0.2,
        "outer_rate": 1e-3,
        "explore_rate": 1e-3,
        "embedding_rate": 1e-3,
        "inner": "returns",
        "explore": "one_step",
        "target_scale": 1.0,
        "epsilon": 1e-8,
        "max_norm": 1e6,
        "discount": 0.99,
        "task_chunk": 2,
    }
    params = mame.Params(**values | changes)
    shape = shape or Shape(OBS, ACT, (4, 3), -9.0, "tanh")
    return mame.MAME.build(params, shape, None, torch.Generator().manual_seed(0))


def rollouts(generator):
    obs, last = (
        drawn(generator, TASKS, EPISODES, TIME, OBS),
        torch.randint(TIME, (TASKS, EPISODES, 1), generator=generator),
    )
    return obs, (torch.arange(TIME) <= last).double()


def sample(generator, **changes):
    """A method in doubles at some weights, what mu met, and rollouts of what it led to."""
    method = a_mame(**changes)
    net: ExploringPolicy = method.policy.double()
    method.weights = near(net.initial_weights(), generator)
    obs, mask = rollouts(generator)
    mean, log_std = net.explore_distribution(method.weights, obs)
    act = mean + log_std.exp() * drawn(generator, *mean.shape)
    log_prob = log_density(net.explore_distribution, method.weights, obs, act)
    signal = drawn(generator, TASKS, EPISODES, TIME)
    support = ExplorationBatch(obs=obs, act=act, mask=mask, log_prob=log_prob, signal=signal)
    obs, mask = rollouts(generator)
    advantage = drawn(generator, TASKS, EPISODES, TIME)
    act = drawn(generator, TASKS, EPISODES, TIME, ACT)
    query = Batch(obs=obs, act=act, advantage=advantage, mask=mask, log_prob=advantage)
    own = [
        net.log_prob(adapted_by_hand(method, of_task(support, task)), obs[task], act[task])
        for task in range(TASKS)
    ]
    return method, support, replace(query, log_prob=torch.stack(own))


def log_density(outputs, weights, obs, act):
    mean, log_std = outputs(weights, obs)
    return torch.distributions.Normal(mean, log_std.exp()).log_prob(act).sum(-1)


def step_loss(method, weights, support, episode, t):
    """l_t of one step, spelt out."""
    net, kind = method.policy, method.params.inner
    obs, act, signal = (x[episode, t] for x in (support.obs, support.act, support.signal))
    if kind in ("returns", "rewards"):
        return (net.prediction(weights, obs, act) - signal) ** 2
    log_prob = log_density(net.distribution, weights, obs, act)
    if kind == "policy_gradient":
        return -log_prob * signal
    return -(log_prob - support.log_prob[episode, t]).exp().detach() * log_prob * signal


def inner_loss(method, weights, support):
    """(1/K) sum over episodes of (1/T) sum over their steps."""
    total = 0.0
    for episode, length in enumerate(support.mask.sum(-1).int().tolist()):
        losses = [step_loss(method, weights, support, episode, t) for t in range(length)]
        total = total + sum(losses) / length / EPISODES
    return total


def adapted_by_hand(method, support, start=None):
    start = start or method.weights
    gradient = grad(lambda z: inner_loss(method, start | {"embedding": z}, support))(
        start["embedding"]
    )
    return start | {"embedding": start["embedding"] - method.params.inner_rate * gradient}


def gain(method, adapted, query):
    """J of one task."""
    ratio = (method.policy.log_prob(adapted, query.obs, query.act) - query.log_prob).exp()
    return (ratio * query.advantage * query.mask).sum() / query.mask.sum()
