"""Exploration's gradient on worlds so small that all their rollouts are listed.

What a policy explores moves an embedding, z = z0 - alpha grad L(z0), and some J(z) is climbed. The
truth is built from the sum over rollouts, without log-derivatives.
"""

import torch
from torch.func import grad, hessian
from torch.testing import assert_close

from remeta.core.dice import (
    dice,
    dice_weight,
    episode_mean,
    fitted_value,
    one_step_advantage,
    policy_gradient_loss,
    to_go_advantage,
)
from remeta.core.episodes import Episodes
from remeta.core.returns import discounted_sums
from remeta.core.weights import flat, unflattener
from tests.core.differences import assert_gradient
from tests.core.test_correction import start, world

STEPS, NUMBERS, RATE = 3, 4, 0.3
SHAPE = (4, 5)


def drawn(generator, *shape):
    return torch.randn(shape, generator=generator, dtype=torch.float64)


def lasting(generator):
    last = torch.randint(SHAPE[1], (SHAPE[0], 1), generator=generator)
    return (torch.arange(SHAPE[1]) <= last).double()


def test_a_weight_is_one_and_moves_with_all_actions_up_to_its_step(generator):
    log_prob, mask = drawn(generator, *SHAPE), lasting(generator)
    assert_close(dice_weight(log_prob, mask), torch.ones_like(mask))
    for t in range(SHAPE[1]):
        gradient = grad(lambda x, t=t: dice_weight(x, mask)[:, t].sum())(log_prob)
        assert_close(gradient, mask * (torch.arange(SHAPE[1]) <= t))


def test_every_derivative_of_a_sampled_cost_is_that_of_the_expected_one(generator):
    """First and second; the cost of a step moves with the weights, too."""
    tiny, theta = world(generator, STEPS, moves=True), start(generator)
    unflat, here = unflattener(theta), flat(theta)
    chance, mask = tiny.chance(theta), torch.ones(tiny.state.shape, dtype=torch.float64)

    def cost(weights):
        return tiny.log_prob(weights).sin() + tiny.reward[tiny.state, tiny.action]

    def expected(vector):
        return tiny.chance(unflat(vector)) @ cost(unflat(vector)).mean(-1)

    def sampled(vector):
        weights = unflat(vector)
        shares = cost(weights) * chance[:, None] * len(chance)
        return dice(tiny.log_prob(weights), shares, mask)

    assert_close(sampled(here), expected(here))
    assert_close(grad(sampled)(here), grad(expected)(here))
    assert_close(hessian(sampled)(here), hessian(expected)(here))


def problem(generator):
    """An inner loss l_t(z) for every step, and a J(z) for what it leads to."""
    tiny, theta = world(generator, STEPS, moves=True), start(generator)
    sight, z0, goal = (
        drawn(generator, 3, 2, NUMBERS),
        drawn(generator, NUMBERS),
        drawn(generator, 1),
    )

    def step_losses(z):
        return (sight[tiny.state, tiny.action] @ z - tiny.reward[tiny.state, tiny.action]).square()

    def gain(z):
        return (goal * z).sin().sum()

    return tiny, theta, z0, step_losses, gain


def rewards(z0, step_losses, gain, z):
    """r_t = -alpha <grad J(z'), grad l_t(z0)> / T, which the paper prints without its minus."""
    gradients = torch.func.jacrev(step_losses)(z0)
    return -RATE * gradients @ grad(gain)(z) / STEPS


def adapted(theta, tiny, z0, step_losses):
    def loss(z):
        return tiny.chance(theta) @ step_losses(z).mean(-1)

    return z0 - RATE * grad(loss)(z0)


def test_exploration_climbs_by_equation_3_with_a_minus_and_falls_by_it_as_printed(generator):
    """grad phi = E sum_t grad log mu sum_t'>=t r_t'; the truth is a central difference."""
    tiny, theta, z0, step_losses, gain = problem(generator)
    z = adapted(theta, tiny, z0, step_losses)
    reward = rewards(z0, step_losses, gain, z)
    mask = torch.ones_like(reward)
    chance = (tiny.chance(theta) * len(reward))[:, None]

    def climb(reward):
        to_go = discounted_sums(reward, 1.0) * chance
        return grad(lambda weights: -policy_gradient_loss(tiny.log_prob(weights), to_go, mask))(
            theta
        )

    def truth(weights):
        return gain(adapted(weights, tiny, z0, step_losses))

    assert_gradient(truth, theta, climb(reward), generator)
    printed = climb(-reward)
    assert_close(printed, {n: -v for n, v in climb(reward).items()})
    assert flat(printed) @ flat(grad(truth)(theta)) < -1e-6


def test_the_reward_of_a_step_is_the_derivative_by_its_weight(generator):
    tiny, theta, z0, step_losses, gain = problem(generator)
    weight = torch.ones(tiny.state.shape, dtype=torch.float64)

    def through(weight):
        def loss(z):
            return tiny.chance(theta) @ (weight * step_losses(z)).mean(-1)

        return gain(z0 - RATE * grad(loss)(z0))

    expected = rewards(z0, step_losses, gain, adapted(theta, tiny, z0, step_losses))
    assert_close(grad(through)(weight), expected * tiny.chance(theta)[:, None])


def exact_value(tiny, theta, to_go):
    """E[R_t | s_t], from all rollouts."""
    chance, value = tiny.chance(theta), torch.zeros_like(to_go)
    for t in range(STEPS):
        for state in range(3):
            there = tiny.state[:, t] == state
            value[there, t] = (chance * to_go[:, t])[there].sum() / chance[there].sum()
    return value


def of_each(tiny, theta, advantage):
    """sum_t grad log mu A_t of every rollout: [rollout, weight]."""
    unflat = unflattener(theta)
    jacobian = torch.func.jacrev(lambda v: tiny.log_prob(unflat(v)))(flat(theta))
    return torch.einsum("rt,rtw->rw", advantage, jacobian)


def test_the_low_variance_estimate_has_dices_mean_and_less_variance(generator):
    """Exactly in expectation, and within four standard errors on 4000 sampled rollouts."""
    tiny, theta = world(generator, STEPS, moves=True), start(generator)
    reward = tiny.reward[tiny.state, tiny.action] + 1.0  # Markov, so that V explains the future
    to_go = discounted_sums(reward, 1.0)
    value = exact_value(tiny, theta, to_go)
    low = of_each(tiny, theta, one_step_advantage(reward, value, torch.ones_like(reward)))
    plain = of_each(tiny, theta, to_go)
    chance = tiny.chance(theta)
    mean = chance @ plain
    assert mean.norm() > 0.1
    assert_close(chance @ low, mean)

    picked = torch.multinomial(chance, 4000, replacement=True, generator=generator)
    spreads = []
    for estimates in (low[picked], plain[picked]):
        error = estimates.std(0) / len(picked) ** 0.5
        assert ((estimates.mean(0) - mean).abs() < 4 * error + 1e-12).all()
        assert (error < 0.1 * mean.norm()).all()
        spreads.append(estimates.var(0).sum())
    assert spreads[0] < 0.7 * spreads[1]


def test_a_score_is_the_gain_of_whole_episodes(generator):
    log_prob, advantage, mask = (
        drawn(generator, *SHAPE),
        drawn(generator, *SHAPE),
        lasting(generator),
    )
    assert_close(
        grad(policy_gradient_loss)(log_prob, advantage, mask), -advantage * mask / SHAPE[0]
    )


def test_long_episodes_weigh_no_more_than_short_ones(generator):
    value, mask = drawn(generator, *SHAPE), lasting(generator)
    each = [row[keep == 1].mean() for row, keep in zip(value, mask, strict=True)]
    assert len({int(keep.sum()) for keep in mask}) > 1
    assert_close(episode_mean(value, mask), torch.stack(each).mean())


def test_a_step_is_worth_its_reward_and_what_it_changes_of_what_is_to_come(generator):
    reward, value, mask = drawn(generator, *SHAPE), drawn(generator, *SHAPE), lasting(generator)
    advantage = one_step_advantage(reward * mask, value, mask)
    for episode, length in enumerate(mask.sum(-1).int().tolist()):
        to_come = [*value[episode, 1:length], 0.0]
        for t in range(SHAPE[1]):
            expected = reward[episode, t] + to_come[t] - value[episode, t] if t < length else 0.0
            assert_close(float(advantage[episode, t]), float(expected))


def episodes(generator, tasks=2):
    shape = tasks, *SHAPE
    mask = torch.stack([lasting(generator) for _ in range(tasks)])
    obs, zeros = drawn(generator, *shape, 2), torch.zeros(shape, dtype=torch.float64)
    return Episodes(obs=obs, act=obs, reward=zeros, mask=mask, log_prob=zeros)


def test_the_fitted_value_is_that_of_undiscounted_rewards_to_go(generator):
    """Rewards of 1 per step leave the number of steps, which the features' clock explains."""
    rollouts = episodes(generator)
    ones = torch.ones_like(rollouts.mask)
    rollouts = Episodes(rollouts.obs, rollouts.act, rollouts.reward, ones, rollouts.log_prob)
    expected = torch.arange(SHAPE[1], 0, -1).double().expand_as(ones)
    assert_close(fitted_value(rollouts, ones), expected, rtol=0, atol=0.02)


def test_to_go_advantages_know_no_scale_and_are_standardised(generator):
    rollouts = episodes(generator)
    reward = drawn(generator, 2, *SHAPE) * rollouts.mask
    advantage = to_go_advantage(rollouts, reward)
    assert_close(to_go_advantage(rollouts, 1e-6 * reward), advantage)
    for one, mask in zip(advantage, rollouts.mask, strict=True):
        steps = one[mask == 1]
        assert_close(float(steps.mean()), 0.0, rtol=0, atol=1e-9)
        assert_close(float(steps.std(correction=0)), 1.0, rtol=1e-5, atol=0)
    assert (to_go_advantage(rollouts, torch.zeros_like(reward)) == 0).all()
    surplus = discounted_sums(reward, 1.0) - fitted_value(rollouts, reward)
    taken = rollouts.mask[0] == 1
    both = torch.stack([surplus[0][taken], advantage[0][taken]])
    assert_close(float(torch.corrcoef(both)[0, 1]), 1.0, rtol=1e-4, atol=0)
