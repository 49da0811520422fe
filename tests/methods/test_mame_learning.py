"""MAME on tasks it has not seen, and what a meta-iteration of it takes and gives."""

import numpy as np
import pytest
import torch
from torch.testing import assert_close

from remeta import methods
from remeta.core.noise import WHOLE, gradient_noise
from remeta.core.weights import by_module, flat, module_weights, stacked
from remeta.experience.collect import collect
from remeta.experience.gradients import by_policy_gradient
from tests.evidence import assert_better
from tests.methods.explored import a_mame
from tests.methods.points import (
    EPISODES,
    RATE,
    SCHEDULE,
    SHAPE,
    UNSEEN,
    WORLD,
    policy,
    practice,
    returns,
)
from tests.methods.samples import a_maml, a_promp, an_e_maml
from tests.methods.test_meta_step import watched

FAST = {
    "embedding": 8,
    "inner_rate": RATE,
    "outer_rate": 0.01,
    "explore_rate": 0.01,
    "embedding_rate": 0.01,
    "target_scale": 10.0,
    "task_chunk": 16,
}
RUNS = {
    "paper": {},
    "code": {"explore": "to_go"},
    "rewards": {"inner": "rewards", "target_scale": 1.0},
    "dice": {"explore": "dice"},
    "e_maml": {"explore": "e_maml"},
    "policy_gradient": {"inner": "policy_gradient"},
}


def point(**changes):
    return a_mame(SHAPE, **FAST | changes)


def trained(iterations=40, **changes):
    method, experience = point(**changes), practice()
    for _ in range(iterations):
        method.meta_step(experience)
    return method


@pytest.mark.parametrize("run", RUNS)
def test_a_meta_learned_start_adapts_better_than_a_random_one(run, rng):
    method, fresh = trained(**RUNS[run]), point(**RUNS[run])
    after = (returns(m.policy, m.weights, m.adaptation)[1] for m in (method, fresh))
    assert_better(*after, rng)


def test_what_was_explored_of_a_task_serves_this_task_and_no_other(rng):
    """The same adapted embeddings, each on its own task and on the next."""
    method = trained()
    how, weights = method.inner, stacked(method.weights, len(UNSEEN))
    rollouts = collect(WORLD, UNSEEN, how.actor(weights, 0), EPISODES, np.random.default_rng(4))
    adapted = how.update(weights, rollouts, RATE)
    swapped = adapted | {"embedding": adapted["embedding"].roll(1, 0)}
    own, other = (
        collect(WORLD, UNSEEN, how.actor(w, 1), EPISODES, np.random.default_rng(5))
        for w in (adapted, swapped)
    )
    assert_better(own.mean_return().numpy(), other.mean_return().numpy(), rng)


def test_at_a_rate_of_zero_mu_explores_as_at_the_start():
    method, fresh = trained(2, explore_rate=0.0), point()
    moved = {name for name in fresh.weights if (method.weights[name] != fresh.weights[name]).any()}
    assert {name.partition(".")[0] for name in moved} == {"embedding", "exploit", "predict"}


def test_at_test_mu_acts_first_and_only_the_embedding_adapts():
    method = trained(2)
    how, weights = method.inner, stacked(method.weights, len(UNSEEN))
    obs = torch.randn(len(UNSEEN), EPISODES, 2, generator=torch.Generator().manual_seed(0))
    explore = how.actor(weights, 0)(obs)[0]
    assert_close(explore, method.policy.explore_distribution(method.weights, obs)[0])
    rollouts = collect(WORLD, UNSEEN, how.actor(weights, 0), EPISODES, np.random.default_rng(4))
    adapted = how.update(weights, rollouts, RATE)
    expected = method.adapted(method.weights, how.exploration_batch(rollouts))
    assert_close(adapted["embedding"], expected["embedding"], rtol=1e-4, atol=1e-5)
    for name in set(weights) - {"embedding"}:
        assert_close(adapted[name], weights[name], rtol=0, atol=0)
    exploit = how.actor(adapted, 1)(obs)[0]
    assert_close(exploit, method.policy.distribution(expected, obs)[0], rtol=1e-4, atol=1e-4)
    assert (exploit - explore).abs().max() > 0.01


def test_other_methods_adapt_by_trial_and_error():
    """Each by its own way, which differs from the other's on the same rollouts."""
    for method, update in (
        (
            a_maml(policy()),
            lambda w, found: by_policy_gradient(policy(), SCHEDULE).update(w, found, RATE),
        ),
        (point(), lambda w, found: point().inner.update(w, found, RATE)),
    ):
        weights = stacked(method.weights, len(UNSEEN))
        adaptation, rng = methods.adaptation_of(method, SCHEDULE), np.random.default_rng(4)
        memory = adaptation.begin(method.weights, (len(UNSEEN), EPISODES), rng)
        actor = adaptation.actor(memory, rng)
        rollouts = collect(WORLD, UNSEEN, actor, EPISODES, rng)
        after, _ = adaptation.learn(memory, rollouts, actor)
        assert_close(after.weights, update(weights, rollouts), rtol=0, atol=0)
        assert any((after.weights[name] != weights[name]).any() for name in weights)


def test_a_method_begins_with_the_nets_of_its_kind():
    for method, kind in ((point(), "ExploringPolicy"), (a_maml(policy()), "GaussianPolicy")):
        maker = torch.Generator().manual_seed(0)
        built = methods.build(method.params, SHAPE, practice, maker)
        assert type(built.policy).__name__ == kind
        assert_close(built.weights, method.weights, rtol=0, atol=0)


def test_an_iteration_is_adam_by_module_on_gradients_cut_by_module():
    rates = {"outer_rate": 0.01, "explore_rate": 0.003, "embedding_rate": 0.0}
    method, experience = point(**rates, max_norm=0.02), practice()
    theirs = {name: value.clone() for name, value in method.weights.items()}
    own = {"explore": 0.003, "embedding": 0.0}
    adam = torch.optim.Adam(
        [
            {"params": list(part.values()), "lr": own.get(module, 0.01)}
            for module, part in by_module(theirs).items()
        ]
    )
    original = method.meta_gradient

    def copied(experience):
        gradient, metrics = original(experience)
        for module, part in by_module(gradient).items():
            for name, value in part.items():
                theirs[name].grad = value.clone()
            if module != "embedding":
                assert metrics[f"slope_{module}"] > 0
            torch.nn.utils.clip_grad_norm_([theirs[name] for name in part], 0.02)
        adam.step()
        return gradient, metrics

    method.meta_gradient = copied
    start = dict(method.weights)
    for _ in range(3):
        method.meta_step(experience)
    assert_close(method.weights, theirs, rtol=1e-4, atol=1e-5)
    assert_close(method.weights["embedding"], start["embedding"], rtol=0, atol=0)
    for module in ("exploit", "explore", "predict"):
        assert (
            flat(module_weights(method.weights, module)) - flat(module_weights(start, module))
        ).norm() > 1e-3


def test_every_rollout_is_counted_and_both_halves_are_reported():
    method, experience = point(), practice(batch=4)
    seen = watched(experience, "rollouts")
    metrics, some = method.meta_step(experience), 4 * EPISODES
    counts = experience.counts
    assert (counts.pre_episodes, counts.post_episodes, counts.updates) == (some, some, 1)
    for half, rollouts in zip(("before", "after"), seen, strict=True):
        expected = float(rollouts.reward.sum(-1).mean())
        assert_close(metrics[f"return_{half}"], expected, rtol=1e-5, atol=1e-5)
    assert metrics["divergence_explore"] > 0 and metrics["shift"] > 0
    assert metrics["inner_loss_after"] < metrics["inner_loss_before"]


def test_targets_are_returns_or_rewards_in_their_unit():
    rollouts = practice().rollouts(policy().actor(policy().initial_weights()), np.arange(3))
    for changes, expected in (
        ({"inner": "rewards"}, rollouts.reward / 10),
        ({"discount": 1.0}, rollouts.reward.flip(-1).cumsum(-1).flip(-1) / 10),
        ({"discount": 1e-9}, rollouts.reward / 10),
    ):
        signal = point(**changes).inner.exploration_batch(rollouts).signal
        assert_close(signal, expected, rtol=1e-4, atol=1e-5)


@pytest.mark.parametrize(
    "make", [point, *(lambda m=m: m(policy()) for m in (a_maml, an_e_maml, a_promp))]
)
def test_looking_at_a_meta_gradient_moves_nothing_and_tells_its_noise(make):
    method = make()
    start, experience = dict(method.weights), practice(batch=4)
    gradients = [method.meta_gradient(experience)[0] for _ in range(3)]
    assert_close(method.weights, start, rtol=0, atol=0)
    assert method.moments.count == 0 and experience.counts.updates == 0
    sizes = gradient_noise(gradients)
    assert sizes[WHOLE]["deviation"] > 0 and sizes[WHOLE]["norm"] > 0
    assert all(list(gradient) == list(start) for gradient in gradients)
