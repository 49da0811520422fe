"""MAME's gradients, held against its equations spelt out."""

import pytest
import torch
from torch.func import grad
from torch.testing import assert_close

from remeta.core.batching import mean_gradient, mean_gradient_and_own
from remeta.core.dice import dice_weight
from remeta.core.episodes import Episodes
from remeta.core.objectives import ratio_surrogate
from remeta.core.returns import discounted_sums
from remeta.core.weights import flat, prefixed, within
from remeta.methods.mame import exploration_reward
from tests.core.differences import assert_slope
from tests.methods.explored import INNER, adapted_by_hand, gain, inner_loss, sample, step_loss
from tests.methods.samples import EPISODES, TASKS, near, of_task

SMOOTH = [kind for kind in INNER if kind != "weighted_policy_gradient"]  # nothing is detached


def ones(trials):
    return torch.ones_like(trials.mask)


def rewards(method, trials, tests):
    _, by_weight, _ = mean_gradient_and_own(
        method.surrogate, method.weights, ones(trials), (trials, tests), 2
    )
    return exploration_reward(by_weight)


def explore_slope(method, trials, advantage):
    return mean_gradient(
        method.explore_loss, within(method.weights, "explore"), (trials, advantage), 2
    )[0]


@pytest.mark.parametrize("inner", INNER)
def test_only_the_embedding_adapts_and_every_tasks_by_its_own_inner_loss(generator, inner):
    method, trials, _ = sample(generator, inner=inner)
    adapted = method.adapted(method.weights, trials)
    for task in range(TASKS):
        expected = adapted_by_hand(method, of_task(trials, task))
        assert_close(adapted["embedding"][task], expected["embedding"])
        assert (adapted["embedding"][task] - method.weights["embedding"]).norm() > 1e-3
    rest = {n: v for n, v in adapted.items() if n != "embedding"}
    assert_close(rest, {n: method.weights[n] for n in rest}, rtol=0, atol=0)


@pytest.mark.parametrize("inner", SMOOTH)
def test_the_surrogate_has_the_slope_of_its_differences_in_every_weight(generator, inner):
    method, trials, tests = sample(generator, inner=inner)
    one, test = of_task(trials, 1), of_task(tests, 1)
    theta = near(method.weights, generator, 0.05)  # off the old policy, where ratios are not one

    def loss(weights):
        return method.surrogate(weights, ones(one), one, test)

    slope = grad(loss)(theta)
    assert_slope(loss, theta, slope, generator)
    modules = ["exploit", "embedding"] + ["predict"] * (inner in ("returns", "rewards"))
    for module in modules:
        assert flat(within(slope, module) or {"": slope["embedding"]}).norm() > 1e-6
    assert flat(within(slope, "explore")).norm() == 0


@pytest.mark.parametrize("inner", SMOOTH)
def test_the_surrogate_has_the_slope_of_its_differences_in_the_weights_of_steps(generator, inner):
    method, trials, tests = sample(generator, inner=inner)
    one, test = of_task(trials, 1), of_task(tests, 1)

    def loss(weights):
        return method.surrogate(method.weights, weights["W"], one, test)

    weight = {"W": ones(one)}
    assert_slope(loss, weight, grad(loss)(weight), generator)


def test_the_surrogate_is_what_the_adapted_policies_lose(generator):
    method, trials, tests = sample(generator)
    method.weights = near(method.weights, generator, 0.05)
    for task in range(TASKS):
        one, test = of_task(trials, task), of_task(tests, task)
        loss = method.surrogate(method.weights, ones(one), one, test)
        assert_close(loss, -gain(method, adapted_by_hand(method, one), test))
        assert abs(loss) > 1e-3


@pytest.mark.parametrize("inner", INNER)
def test_a_steps_reward_is_minus_alpha_times_how_it_moves_z_along_js_gradient(generator, inner):
    """Equation 2 with its minus, h_t step by step; as printed it is the negative."""
    method, trials, tests = sample(generator, inner=inner)
    found, alpha = rewards(method, trials, tests), method.params.inner_rate
    assert found.abs().max() > 1e-4
    for task in range(TASKS):
        one, test = of_task(trials, task), of_task(tests, task)
        adapted = adapted_by_hand(method, one)
        g = grad(lambda z, a=adapted, t=test: gain(method, a | {"embedding": z}, t))
        g = g(adapted["embedding"])
        for episode, length in enumerate(one.mask.sum(-1).int().tolist()):
            for t in range(length):

                def loss(z, at=(one, episode, t)):
                    return step_loss(method, method.weights | {"embedding": z}, *at)

                h = grad(loss)(method.weights["embedding"]) / length
                assert_close(found[task, episode, t], -alpha * (g @ h))
            assert (found[task, episode, length:] == 0).all()


@pytest.mark.parametrize("inner", INNER)
def test_vanilla_dice_is_automatic_differentiation_through_the_inner_loss(generator, inner):
    """W in equation 1 as a function of mu's weights, and J differentiated down to them."""
    method, trials, tests = sample(generator, inner=inner, explore="dice")
    mu = within(method.weights, "explore")

    def climbed(mu):
        total = 0.0
        for task in range(TASKS):
            one, test = of_task(trials, task), of_task(tests, task)
            log_prob = method.policy.explore.log_prob(mu, one.obs, one.act)
            weight = dice_weight(log_prob, one.mask)
            total = total + method.surrogate(method.weights, weight, one, test) / TASKS
        return total

    expected = grad(climbed)(mu)
    assert flat(expected).norm() > 1e-5
    reward = rewards(method, trials, tests)
    assert_close(explore_slope(method, trials, reward), expected)
    plain, _, _ = sample(generator, inner=inner)  # and as a score of rewards to go
    plain.weights = method.weights
    assert_close(explore_slope(plain, trials, discounted_sums(reward, 1.0)), expected)


def test_vanilla_dice_has_the_slope_of_its_differences_where_mu_has_moved(generator):
    """At the weights that drew, exp(log mu - stop) is the ratio to those weights."""
    method, trials, tests = sample(generator)
    mu = within(method.weights, "explore")

    def ratio_form(mu):
        one, test = of_task(trials, 0), of_task(tests, 0)
        log_prob = method.policy.explore.log_prob(mu, one.obs, one.act)
        weight = ((log_prob - one.log_prob) * one.mask).cumsum(-1).exp()
        return method.surrogate(method.weights, weight, one, test)

    assert_slope(ratio_form, mu, grad(ratio_form)(mu), generator)
    dice = sample(generator, explore="dice")[0]
    dice.weights = method.weights
    one = of_task(rewards(method, trials, tests), 0)
    slope = grad(dice.explore_loss)(mu, of_task(trials, 0), one)
    assert_close(slope, grad(ratio_form)(mu))


def test_mu_follows_the_score_of_its_advantages(generator):
    method, trials, _ = sample(generator)
    advantage = near({"a": trials.mask}, generator)["a"]
    mu = within(method.weights, "explore")

    def spelt_out(mu):
        log_prob = method.policy.explore.log_prob(mu, trials.obs, trials.act)
        return -(log_prob * advantage * trials.mask).sum() / EPISODES / TASKS

    slope = explore_slope(method, trials, advantage)
    assert_close(slope, grad(spelt_out)(mu))
    assert_slope(spelt_out, mu, slope, generator)


def episodes(trials, reward):
    return Episodes(trials.obs, trials.act, reward, trials.mask, trials.log_prob)


def test_e_maml_scores_a_task_by_what_it_earned_compared_with_other_tasks(generator):
    method, trials, _ = sample(generator, explore="e_maml")
    after = episodes(trials, near({"r": trials.mask}, generator)["r"] * 3)
    advantage = method.advantage(after, torch.zeros_like(trials.mask), after)
    earned = torch.stack(
        [(r * m).sum() / EPISODES for r, m in zip(after.reward, after.mask, strict=True)]
    )
    unit = (earned - earned.mean()) / earned.std(correction=0)
    assert_close(advantage, unit[:, None, None].expand_as(advantage), rtol=1e-5, atol=1e-6)


@pytest.mark.parametrize("explore", ["one_step", "to_go", "dice"])
def test_with_a_frozen_embedding_nothing_adapts_and_mu_learns_nothing(generator, explore):
    method, trials, tests = sample(generator, inner_rate=0.0, explore=explore)
    adapted = method.adapted(method.weights, trials)
    for own in adapted["embedding"]:
        assert_close(own, method.weights["embedding"], rtol=0, atol=0)
    found = episodes(trials, trials.signal)
    advantage = method.advantage(found, rewards(method, trials, tests), found)
    slope, _, _ = mean_gradient_and_own(
        method.surrogate, method.weights, ones(trials), (trials, tests), 2
    )
    slope |= prefixed("explore", explore_slope(method, trials, advantage))
    for module in ("explore", "predict"):
        assert flat(within(slope, module)).norm() == 0

    def plain(weights):
        log_prob = method.policy.log_prob(weights, tests.obs, tests.act)
        data = zip(log_prob, tests.log_prob, tests.advantage, tests.mask, strict=True)
        return sum(ratio_surrogate(*one) for one in data) / TASKS

    assert_close(slope, grad(plain)(method.weights))


def test_the_inner_losses_told_are_those_of_every_fifth_step(generator):
    method, trials, _ = sample(generator)  # of at most five steps: the first of every episode
    told = method.watched(method.adapted(method.weights, trials), trials)
    before = after = 0.0
    for task in range(TASKS):
        one = of_task(trials, task)
        first = type(one)(*(getattr(one, name)[:, :1] for name in vars(one)))
        before += inner_loss(method, method.weights, first) / TASKS
        after += inner_loss(method, adapted_by_hand(method, one), first) / TASKS
    assert_close(told["inner_loss_before"], float(before))
    assert_close(told["inner_loss_after"], float(after))
    assert told["divergence_explore"] > 0
