"""MAESN: the step of the Gaussians, the outer loss through it, and whose divergence counts."""

from dataclasses import replace

import numpy as np
import pytest
import torch
from torch.distributions import Normal
from torch.testing import assert_close

from remeta.core.adapt import gradient_step
from remeta.core.batching import chunks, mean_gradient
from remeta.core.returns import with_advantages
from remeta.experience.acting import Agent
from remeta.experience.adaptation import Schedule
from remeta.experience.latents import beside, draw_noise, surrogate
from remeta.nets.latent import GAUSSIAN
from tests.core.differences import assert_gradient, noise_like
from tests.methods.rivals import TRAIN, UNSEEN, a_practice, made


def sample(**changes):
    """A method in double precision, rollouts of both halves of an iteration, the tasks of these."""
    experience = a_practice(batch=3)
    method = made("maesn", experience, **changes)
    drawn = []
    draw = experience.draw_tasks
    experience.draw_tasks = lambda: (drawn.append(draw()), drawn[-1])[1]
    support, query, _ = method.sample(experience)
    method.policy.double()
    method.weights = {name: value.double() for name, value in method.weights.items()}
    parts = {name: getattr(support, name).double() for name in vars(support)}
    seen = {name: getattr(query, name).double() for name in vars(query)}
    return method, replace(support, **parts), replace(query, **seen), drawn[0]


def near(weights, generator, size=0.05):
    noise = noise_like(weights, generator)
    return {name: value + size * noise[name] for name, value in weights.items()}


def test_the_surrogate_is_that_of_one_draw_per_episode_and_its_gradient_its_slope(generator):
    _, support, _, _ = sample()
    drawn = replace(support, **{name: part[0] for name, part in vars(support).items()})
    at = {name: torch.randn(2, generator=generator).double() for name in GAUSSIAN}
    law = Normal(at["latent_mean"], at["latent_log_std"].exp())
    gains = [
        law.log_prob(z).sum() * gain
        for z, gain in zip(drawn.act[:, 0], drawn.advantage[:, 0], strict=True)
    ]
    assert_close(surrogate(at, at, drawn), -torch.stack(gains).mean())
    moved = gradient_step(surrogate, at, drawn, 1.0, GAUSSIAN)
    slope = {name: at[name] - moved[name] for name in GAUSSIAN}
    assert_gradient(lambda own: surrogate(own, own, drawn), at, slope, generator)


def test_what_is_drawn_is_credited_with_the_first_advantage_of_its_episode_and_no_other(rng):
    experience = a_practice(batch=3)
    method = made("maesn", experience)
    kept, collect = [], experience.rollouts
    experience.rollouts = lambda *a, **k: (kept.append((a[0], collect(*a, **k))), kept[-1][1])[1]
    support, query, _ = method.sample(experience)
    (before, first), (after, second) = kept
    assert isinstance(before, Agent) and isinstance(after, Agent)
    advantage = with_advantages(first, 0.95).advantage
    assert_close(support.advantage[..., 0], advantage[..., 0])
    assert_close(query.advantage, with_advantages(second, 0.95).advantage)
    # the same noise at all times of an episode, and another in every one
    noise = query.obs[..., -2:]
    assert_close(noise, after.memory.unsqueeze(2).expand_as(noise))
    assert len(after.memory.flatten(0, 1).unique(dim=0)) == after.memory[..., 0].numel()


def test_an_inner_step_moves_the_gaussian_of_its_task_by_the_rates_and_nothing_else():
    method, support, _, indices = sample()
    method.weights["rate.latent_mean"] = torch.tensor([0.3, 0.0]).double()
    for place, task in enumerate(indices):
        one = replace(support, **{name: part[place] for name, part in vars(support).items()})
        start = {name: method.weights[f"task.{name}"][task] for name in GAUSSIAN}
        unit = gradient_step(surrogate, start, one, 1.0, GAUSSIAN)
        adapted = method.adapt_one(method.weights, one)
        for name, rate in (("latent_mean", [0.3, 0.0]), ("latent_log_std", [0.5, 0.5])):
            step = torch.tensor(rate).double() * (unit[name] - start[name])
            assert_close(adapted[name], start[name] + step)
        assert adapted.keys() == method.policy.initial_weights().keys()
        for name in adapted.keys() - {*GAUSSIAN}:
            assert_close(adapted[name], method.weights[name], rtol=0, atol=0)


def test_the_outer_gradient_goes_through_the_step_and_the_draws(generator):
    method, support, query, indices = sample()
    theta = near(method.weights, generator)
    gradient, _ = method.ascent.gradient(theta, support, query)

    def loss(theta):
        return mean_gradient(method.ascent.loss, theta, (support, query), 2)[1]

    assert_gradient(loss, theta, gradient, generator)
    assert gradient["rate.latent_mean"].abs().min() > 0
    unmet = np.setdiff1d(np.arange(len(TRAIN)), indices)
    assert not gradient["task.latent_mean"][unmet].any()
    assert gradient["task.latent_mean"][indices].abs().min() > 0


def test_the_divergence_is_that_of_the_gaussians_before_the_step(generator):
    (ours, support, query, indices), (theirs, *_) = sample(divergence=0.7), sample(divergence=0.0)
    theta = near(ours.weights, generator, 0.3)
    (one, loss), (two, without) = (
        method.ascent.gradient(theta, support, query) for method in (ours, theirs)
    )
    mean, log_std = (theta[f"task.{name}"][indices] for name in GAUSSIAN)
    far = 0.5 * (mean**2 + (2 * log_std).exp() - 1 - 2 * log_std).sum(-1)
    assert_close(loss - without, 0.7 * far.mean())
    expected = {name: torch.zeros_like(value) for name, value in theta.items()}
    expected["task.latent_mean"][indices] = 0.7 * mean / len(indices)
    expected["task.latent_log_std"][indices] = 0.7 * ((2 * log_std).exp() - 1) / len(indices)
    found = {name: one[name] - two[name] for name in one}
    assert_close(found, expected, rtol=1e-8, atol=1e-10)


def test_the_line_search_sees_the_divergence_and_no_change_where_nothing_moved(generator):
    method, support, query, _ = sample(divergence=0.7)
    parts = list(chunks((support, query), 2))
    old = [method.ascent.distributions(method.weights, *part) for part in parts]
    theta = near(method.weights, generator)
    for at in (method.weights, theta):
        loss, divergence = method.ascent.loss_and_divergence(at, parts, old)
        assert_close(loss, method.ascent.gradient(at, support, query)[1])
        assert (divergence > 0) == (at is theta)


@pytest.mark.parametrize("factor", [1.0, 0.5])
def test_tests_begin_at_the_prior_and_move_it_at_the_learned_rates(factor, rng):
    experience = a_practice(batch=12)
    method = made("maesn", experience)
    method.meta_step(experience)
    adaptation = method.adaptation(Schedule(1, 6, discount=0.95, rates=[factor]))
    memory = adaptation.begin(method.weights, (len(UNSEEN), 6), rng)
    actor = adaptation.actor(memory, rng)
    assert memory.weights.keys() == method.policy.initial_weights().keys()
    assert not any(memory.weights[name].any() for name in GAUSSIAN)
    everyone = np.arange(len(TRAIN))
    rollouts = experience.rollouts(actor, everyone)
    after, spent = adaptation.learn(memory, rollouts, actor)
    advantage = with_advantages(rollouts, 0.95).advantage[..., 0]
    z = actor.memory  # of the prior: the noise itself
    slopes = {"latent_mean": z, "latent_log_std": z**2 - 1}
    for name, slope in slopes.items():
        climb = (advantage.unsqueeze(-1) * slope).mean(1)
        assert_close(after.weights[name], factor * method.weights[f"rate.{name}"] * climb)
    assert (spent.episodes == 6).all() and after.steps == 1
    assert draw_noise(after.weights, 5, rng).shape == (len(UNSEEN), 5, 2)


def test_before_a_step_every_action_of_both_halves_is_as_likely_as_it_was():
    experience, kept = a_practice(batch=3), []
    method, collect = made("maesn", experience), experience.rollouts
    experience.rollouts = lambda *a, **k: (kept.append((a, collect(*a, **k))), kept[-1][1])[1]
    support, query, _ = method.sample(experience)
    ((before, indices), first), ((after, _), _) = kept
    assert not torch.equal(before.memory, after.memory)
    seen = beside(first, before.memory)
    for place, task in enumerate(indices):
        one = replace(support, **{name: part[place] for name, part in vars(support).items()})
        own = {name: method.weights[f"task.{name}"][task] for name in GAUSSIAN}
        adapted = method.adapt_one(method.weights, one)
        for weights, half in ((adapted | own, seen), (adapted, query)):
            told = method.policy.log_prob(weights, half.obs[place], half.act[place])
            assert_close(told, half.log_prob[place], rtol=1e-4, atol=1e-4)


def test_a_second_step_is_by_draws_of_the_moved_gaussian_at_a_rate_of_its_own(rng):
    experience, everyone = a_practice(batch=12), np.arange(len(TRAIN))
    method = made("maesn", experience)
    how = method.adaptation(Schedule(2, 6, discount=0.95, rates=[1.0, 0.25]))
    memory = how.begin(method.weights, (len(TRAIN), 6), rng)
    for factor in (1.0, 0.25):
        was = [memory.weights[name] for name in GAUSSIAN]
        actor = how.actor(memory, rng)
        rollouts, noise = experience.rollouts(actor, everyone), actor.memory
        memory, _ = how.learn(memory, rollouts, actor)
        gain = with_advantages(rollouts, 0.95).advantage[..., :1]
        slopes = noise / was[1].exp().unsqueeze(1), noise**2 - 1
        for name, old, slope in zip(GAUSSIAN, was, slopes, strict=True):
            moved = old + factor * 0.5 * (gain * slope).mean(1)
            assert_close(memory.weights[name], moved, rtol=1e-4, atol=1e-5)


def test_the_means_of_training_tasks_begin_apart():
    drawn = made("maesn", a_practice()).weights["task.latent_mean"]
    assert 0.5 < drawn.std() < 1.6
