"""MAME's gradients, held against its equations spelt out."""

import pytest
import torch
from torch.func import grad
from torch.testing import assert_close

from remeta.core.batching import mean_and_task_gradients, mean_gradient
from remeta.core.dice import dice_weight
from remeta.core.episodes import Episodes
from remeta.core.objectives import ratio_surrogate
from remeta.core.returns import discounted_sums
from remeta.core.weights import flat, module_weights, prefixed
from remeta.methods.mame import exploration_reward
from tests.core.differences import assert_gradient
from tests.methods.explored import (
    INNER,
    adapted_by_hand,
    gain,
    inner_loss,
    sample,
    step_loss,
)
from tests.methods.samples import EPISODES, TASKS, near, of_task

SMOOTH = [kind for kind in INNER if kind != "weighted_policy_gradient"]  # nothing is detached


def ones(support):
    return torch.ones_like(support.mask)


def rewards(method, support, query):
    _, by_weight, _ = mean_and_task_gradients(
        method.outer_loss, method.weights, ones(support), (support, query), 2
    )
    return exploration_reward(by_weight)


def explore_gradient(method, support, advantage):
    return mean_gradient(
        method.explore_loss, module_weights(method.weights, "explore"), (support, advantage), 2
    )[0]


@pytest.mark.parametrize("inner", INNER)
def test_only_the_embedding_adapts_and_every_tasks_by_its_own_inner_loss(generator, inner):
    method, support, _ = sample(generator, inner=inner)
    adapted = method.adapted(method.weights, support)
    for task in range(TASKS):
        expected = adapted_by_hand(method, of_task(support, task))
        assert_close(adapted["embedding"][task], expected["embedding"])
        assert (adapted["embedding"][task] - method.weights["embedding"]).norm() > 1e-3
    rest = {n: v for n, v in adapted.items() if n != "embedding"}
    assert_close(rest, {n: method.weights[n] for n in rest}, rtol=0, atol=0)


@pytest.mark.parametrize("inner", SMOOTH)
def test_the_surrogate_has_the_gradient_of_its_differences_in_every_weight(generator, inner):
    method, support, query = sample(generator, inner=inner)
    one, other = of_task(support, 1), of_task(query, 1)
    theta = near(method.weights, generator, 0.05)  # off the old policy, where ratios are not one

    def loss(weights):
        return method.outer_loss(weights, ones(one), one, other)

    gradient = grad(loss)(theta)
    assert_gradient(loss, theta, gradient, generator)
    by_module = ["exploit", "embedding"] + ["predict"] * (inner in ("returns", "rewards"))
    for module in by_module:
        assert flat(module_weights(gradient, module) or {"": gradient["embedding"]}).norm() > 1e-6
    assert flat(module_weights(gradient, "explore")).norm() == 0


@pytest.mark.parametrize("inner", SMOOTH)
def test_the_surrogate_has_the_gradient_of_its_differences_in_step_weights(generator, inner):
    method, support, query = sample(generator, inner=inner)
    one, other = of_task(support, 1), of_task(query, 1)

    def loss(weights):
        return method.outer_loss(method.weights, weights["W"], one, other)

    weight = {"W": ones(one)}
    assert_gradient(loss, weight, grad(loss)(weight), generator)


def test_the_surrogate_is_what_the_adapted_policies_lose(generator):
    method, support, query = sample(generator)
    method.weights = near(method.weights, generator, 0.05)
    for task in range(TASKS):
        one, other = of_task(support, task), of_task(query, task)
        loss = method.outer_loss(method.weights, ones(one), one, other)
        assert_close(loss, -gain(method, adapted_by_hand(method, one), other))
        assert abs(loss) > 1e-3


@pytest.mark.parametrize("inner", INNER)
def test_a_steps_reward_is_minus_alpha_times_how_it_moves_z_along_js_gradient(generator, inner):
    """Equation 2 with its minus, h_t step by step; as printed it is the negative."""
    method, support, query = sample(generator, inner=inner)
    reward, alpha = rewards(method, support, query), method.params.inner_rate
    assert reward.abs().max() > 1e-4
    for task in range(TASKS):
        one, other = of_task(support, task), of_task(query, task)
        adapted = adapted_by_hand(method, one)
        g = grad(lambda z, a=adapted, t=other: gain(method, a | {"embedding": z}, t))
        g = g(adapted["embedding"])
        for episode, length in enumerate(one.mask.sum(-1).int().tolist()):
            for t in range(length):

                def loss(z, at=(one, episode, t)):
                    return step_loss(method, method.weights | {"embedding": z}, *at)

                h = grad(loss)(method.weights["embedding"]) / length
                assert_close(reward[task, episode, t], -alpha * (g @ h))
            assert (reward[task, episode, length:] == 0).all()


@pytest.mark.parametrize("inner", INNER)
def test_vanilla_dice_is_automatic_differentiation_through_the_inner_loss(generator, inner):
    """W in equation 1 as a function of mu's weights, and J differentiated down to them."""
    method, support, query = sample(generator, inner=inner, explore="dice")
    mu = module_weights(method.weights, "explore")

    def climbed(mu):
        total = 0.0
        for task in range(TASKS):
            one, other = of_task(support, task), of_task(query, task)
            log_prob = method.policy.explore.log_prob(mu, one.obs, one.act)
            weight = dice_weight(log_prob, one.mask)
            total = total + method.outer_loss(method.weights, weight, one, other) / TASKS
        return total

    expected = grad(climbed)(mu)
    assert flat(expected).norm() > 1e-5
    reward = rewards(method, support, query)
    assert_close(explore_gradient(method, support, reward), expected)
    plain, _, _ = sample(generator, inner=inner)  # and as a score of rewards to go
    plain.weights = method.weights
    assert_close(explore_gradient(plain, support, discounted_sums(reward, 1.0)), expected)


def test_vanilla_dice_has_the_gradient_of_its_differences_where_mu_has_moved(generator):
    """At the weights that drew, exp(log mu - stop) is the ratio to those weights."""
    method, support, query = sample(generator)
    mu = module_weights(method.weights, "explore")

    def ratio_form(mu):
        one, other = of_task(support, 0), of_task(query, 0)
        log_prob = method.policy.explore.log_prob(mu, one.obs, one.act)
        weight = ((log_prob - one.log_prob) * one.mask).cumsum(-1).exp()
        return method.outer_loss(method.weights, weight, one, other)

    assert_gradient(ratio_form, mu, grad(ratio_form)(mu), generator)
    dice = sample(generator, explore="dice")[0]
    dice.weights = method.weights
    one = of_task(rewards(method, support, query), 0)
    gradient = grad(dice.explore_loss)(mu, of_task(support, 0), one)
    assert_close(gradient, grad(ratio_form)(mu))


def test_mu_follows_the_score_of_its_advantages(generator):
    method, support, _ = sample(generator)
    advantage = near({"a": support.mask}, generator)["a"]
    mu = module_weights(method.weights, "explore")

    def spelt_out(mu):
        log_prob = method.policy.explore.log_prob(mu, support.obs, support.act)
        return -(log_prob * advantage * support.mask).sum() / EPISODES / TASKS

    gradient = explore_gradient(method, support, advantage)
    assert_close(gradient, grad(spelt_out)(mu))
    assert_gradient(spelt_out, mu, gradient, generator)


def episodes(support, reward):
    return Episodes(support.obs, support.act, reward, support.mask, support.log_prob)


def test_e_maml_scores_a_task_by_what_it_earned_compared_with_other_tasks(generator):
    method, support, _ = sample(generator, explore="e_maml")
    after = episodes(support, near({"r": support.mask}, generator)["r"] * 3)
    advantage = method.advantage(after, torch.zeros_like(support.mask), after)
    post_reward = torch.stack(
        [(r * m).sum() / EPISODES for r, m in zip(after.reward, after.mask, strict=True)]
    )
    unit = (post_reward - post_reward.mean()) / post_reward.std(correction=0)
    assert_close(advantage, unit[:, None, None].expand_as(advantage), rtol=1e-5, atol=1e-6)


@pytest.mark.parametrize("explore", ["one_step", "to_go", "dice"])
def test_with_a_frozen_embedding_nothing_adapts_and_mu_learns_nothing(generator, explore):
    method, support, query = sample(generator, inner_rate=0.0, explore=explore)
    adapted = method.adapted(method.weights, support)
    for own in adapted["embedding"]:
        assert_close(own, method.weights["embedding"], rtol=0, atol=0)
    rollouts = episodes(support, support.signal)
    advantage = method.advantage(rollouts, rewards(method, support, query), rollouts)
    gradient, _, _ = mean_and_task_gradients(
        method.outer_loss, method.weights, ones(support), (support, query), 2
    )
    gradient |= prefixed("explore", explore_gradient(method, support, advantage))
    for module in ("explore", "predict"):
        assert flat(module_weights(gradient, module)).norm() == 0

    def plain(weights):
        log_prob = method.policy.log_prob(weights, query.obs, query.act)
        data = zip(log_prob, query.log_prob, query.advantage, query.mask, strict=True)
        return sum(ratio_surrogate(*one) for one in data) / TASKS

    assert_close(gradient, grad(plain)(method.weights))


def test_the_inner_losses_told_are_those_of_every_fifth_step(generator):
    method, support, _ = sample(generator)  # of at most five steps: the first of every episode
    metrics = method.diagnostics(method.adapted(method.weights, support), support)
    before = after = 0.0
    for task in range(TASKS):
        one = of_task(support, task)
        first = type(one)(*(getattr(one, name)[:, :1] for name in vars(one)))
        before += inner_loss(method, method.weights, first) / TASKS
        after += inner_loss(method, adapted_by_hand(method, one), first) / TASKS
    assert_close(metrics["inner_loss_before"], float(before))
    assert_close(metrics["inner_loss_after"], float(after))
    assert metrics["divergence_explore"] > 0
