from dataclasses import fields, replace

import numpy as np
import torch
from torch.testing import assert_close

from remeta.core.episodes import Episodes
from remeta.core.returns import (
    RIDGE,
    cubic_features,
    discounted_sums,
    generalised_advantage,
    linear_baseline,
    standardised,
    with_advantages,
)

TASKS, EPISODES, TIME = 3, 6, 8


def episodes(generator, lengths=None, dtype=torch.float64):
    """Rollouts whose reward depends on the state, so that a baseline has something to find."""

    def drawn(*shape):
        return torch.randn(shape, generator=generator, dtype=torch.float64)

    if lengths is None:
        lengths = torch.randint(1, TIME + 1, (TASKS, EPISODES, 1), generator=generator)
    obs = drawn(TASKS, EPISODES, TIME, 2) * 6  # beyond the clip at ten, too
    rollouts = Episodes(
        obs=obs,
        act=drawn(TASKS, EPISODES, TIME, 1),
        reward=obs.sum(-1) + drawn(TASKS, EPISODES, TIME),
        mask=(torch.arange(TIME) < lengths).double(),
        log_prob=drawn(TASKS, EPISODES, TIME),
    )
    return replace(
        rollouts, **{f.name: getattr(rollouts, f.name).to(dtype) for f in fields(rollouts)}
    )


def only(rollouts, task):
    return replace(
        rollouts, **{f.name: getattr(rollouts, f.name)[task : task + 1] for f in fields(rollouts)}
    )


def test_discounted_sums_look_forward(generator):
    reward, discount = torch.randn(2, 3, TIME, generator=generator, dtype=torch.float64), 0.9
    for t in range(TIME):
        expected = sum(discount ** (k - t) * reward[..., k] for k in range(t, TIME))
        assert_close(discounted_sums(reward, discount)[..., t], expected)


def test_the_baseline_is_the_ridge_regression_of_each_task_on_its_own_steps(generator):
    """Ridge regression is least squares with sqrt(ridge) times the identity below the data."""
    rollouts = episodes(generator)
    target = torch.randn(rollouts.reward.shape, generator=generator, dtype=torch.float64)
    fitted = linear_baseline(rollouts, target)
    for task in range(TASKS):
        o = np.clip(rollouts.obs[task].numpy(), -10, 10)
        tau = np.broadcast_to(np.arange(TIME)[:, None] / 100, (EPISODES, TIME, 1))
        phi = np.concatenate([o, o**2, tau, tau**2, tau**3, np.ones_like(tau)], -1)
        taken = rollouts.mask[task].numpy() == 1
        rows = np.vstack([phi[taken], np.sqrt(RIDGE) * np.eye(phi.shape[-1])])
        goals = np.concatenate([target[task].numpy()[taken], np.zeros(phi.shape[-1])])
        weights = np.linalg.lstsq(rows, goals, rcond=None)[0]
        mine = fitted[task].numpy()
        np.testing.assert_allclose(mine[taken], (phi @ weights)[taken], rtol=1e-6, atol=1e-8)


def test_no_task_learns_from_another(generator):
    rollouts = episodes(generator)
    together = with_advantages(rollouts, 0.99).advantage
    for task in range(TASKS):
        alone = with_advantages(only(rollouts, task), 0.99).advantage
        assert_close(together[task : task + 1], alone, rtol=1e-9, atol=1e-9)


def test_nothing_after_the_end_of_an_episode_moves_any_advantage(generator):
    rollouts = episodes(generator)
    over = rollouts.mask == 0
    assert over.any()
    plain = with_advantages(rollouts, 0.99).advantage
    for name in ("obs", "act", "reward", "log_prob"):
        value = getattr(rollouts, name)
        where = over[..., None] if value.ndim == over.ndim + 1 else over
        rubbish = torch.randn(value.shape, generator=generator, dtype=value.dtype) * 1e3
        spoilt = replace(rollouts, **{name: torch.where(where, rubbish, value)})
        assert_close(with_advantages(spoilt, 0.99).advantage, plain, rtol=0, atol=0)


def test_a_step_after_the_end_has_no_advantage(generator):
    rollouts = episodes(generator)
    assert (with_advantages(rollouts, 0.99).advantage[rollouts.mask == 0] == 0).all()


def test_advantages_are_sums_of_temporal_differences(generator):
    """G - b telescopes into the discounted sum of r + discount b' - b, b' = 0 at the end."""
    discount = 0.9
    rollouts = episodes(generator)
    sums = discounted_sums(rollouts.reward * rollouts.mask, discount)
    baseline = linear_baseline(rollouts, sums) * rollouts.mask
    after = torch.cat([baseline[..., 1:], torch.zeros_like(baseline[..., :1])], -1)
    surprise = rollouts.reward * rollouts.mask + discount * after - baseline
    expected = standardised(discounted_sums(surprise, discount), rollouts.mask)
    advantage = with_advantages(rollouts, discount).advantage
    assert_close(advantage, expected, rtol=1e-8, atol=1e-8)


def test_generalised_advantages_lie_between_a_surprise_and_what_is_left_to_come(generator):
    """At trace 0 and 1; halfway by a double loop."""
    reward, value = torch.randn(2, 3, TIME, generator=generator, dtype=torch.float64)
    ahead = torch.cat([value[:, 1:], torch.zeros(3, 1)], -1)
    surprise = reward + 0.9 * ahead - value
    assert_close(generalised_advantage(reward, value, 0.9, 0.0), surprise)
    whole = generalised_advantage(reward, value, 0.9, 1.0)
    assert_close(whole, discounted_sums(reward, 0.9) - value)
    for t in range(TIME):
        expected = sum((0.9 * 0.5) ** (s - t) * surprise[:, s] for s in range(t, TIME))
        assert_close(generalised_advantage(reward, value, 0.9, 0.5)[:, t], expected)


def test_advantages_of_a_task_have_mean_zero_and_unit_spread(generator):
    rollouts = episodes(generator)
    advantage = with_advantages(rollouts, 0.99).advantage
    for task in range(TASKS):
        taken = advantage[task][rollouts.mask[task] == 1].numpy()
        np.testing.assert_allclose(taken.mean(), 0, atol=1e-12)
        np.testing.assert_allclose(taken.std(), 1, rtol=1e-6)


def test_standardising_keeps_the_order_of_a_task_and_forgets_its_scale(generator):
    advantage = torch.randn(TASKS, EPISODES, TIME, generator=generator, dtype=torch.float64)
    mask = torch.ones_like(advantage)
    scaled = advantage * torch.tensor([1.0, 50.0, 0.02])[:, None, None] + 3
    plain = standardised(advantage, mask)
    assert_close(standardised(scaled, mask), plain, rtol=1e-5, atol=1e-6)
    assert_close(plain.flatten(-2).argsort(), advantage.flatten(-2).argsort())


def test_where_nothing_was_gained_there_is_nothing_to_learn(generator):
    rollouts = episodes(generator)
    silent = rollouts.reward.clone()
    silent[1] = 0.0
    advantage = with_advantages(replace(rollouts, reward=silent), 0.99).advantage
    assert (advantage[1] == 0).all()
    assert (advantage[0] != 0).any() and (advantage[2] != 0).any()


def test_rounding_noise_is_not_blown_up_to_an_advantage(generator):
    noise = torch.randn(TASKS, EPISODES, TIME, generator=generator, dtype=torch.float64)
    mask = torch.ones_like(noise)
    level = 5 + noise * torch.tensor([1e-12, 1e-3, 1e-9])[:, None, None]
    advantage = standardised(level, mask)
    assert (advantage[0] == 0).all() and (advantage[2] == 0).all()
    assert_close(advantage[1], standardised(noise, mask)[1], rtol=1e-4, atol=1e-4)


def test_cubic_features_are_powers_of_the_state_and_of_the_clock(generator):
    obs = torch.randn(4, TIME, 2, generator=generator, dtype=torch.float64)
    clock = (torch.arange(TIME) / TIME).expand(4, TIME)
    features = cubic_features(obs, clock)
    for row in range(4):
        for t in range(TIME):
            seen = [*obs[row, t].tolist(), t / TIME]
            powers = [value**k for k in (1, 2, 3) for value in seen]
            assert_close(features[row, t].tolist(), [*powers, 1.0])
