"""PEARL: what beliefs come from, what encoder and critics learn from, and where episodes go."""

import copy

import numpy as np
import pytest
import torch
from torch.distributions import Normal, kl_divergence
from torch.testing import assert_close

from remeta.experience.adaptation import Schedule
from remeta.experience.practice import Practice
from remeta.experience.world import World
from remeta.learners.inferring import in_drawn_contexts
from remeta.tasks.point_arc import PointArc
from tests.experience.countdown import LASTING, TASKS, Countdown
from tests.methods.rivals import FEW, INFERRER, TRAIN, WORLD, a_practice, made, stepped


def met_by(method):
    """Transitions of two visited tasks, and what is believed after them."""
    indices = np.flatnonzero(method.met.filled)[:2]
    met = method.met.draw(np.random.default_rng(0), indices, 7)
    return met, method.inferrer.believe(met)


def test_a_belief_is_the_product_of_what_each_transition_says():
    _, method = stepped("pearl", a_practice(), 1, **FEW["pearl"])
    met, (mean, log_std) = met_by(method)
    for task in range(2):
        total, centre = torch.zeros(3), torch.zeros(3)
        for step in range(7):
            read = torch.cat([met[name][task, step] for name in ("obs", "act", "reward")])
            says, raw = method.inferrer.encoder.net(read).chunk(2)
            precision = 1 / torch.nn.functional.softplus(raw)
            total, centre = total + precision, centre + precision * says
        assert_close(mean[task], centre / total, rtol=1e-4, atol=1e-5)
        assert_close(log_std[task].exp(), total.rsqrt(), rtol=1e-4, atol=1e-5)


def test_tests_believe_what_training_would_of_the_same_transitions(rng):
    experience = a_practice()
    _, method = stepped("pearl", experience, 1, **FEW["pearl"])
    adaptation = method.adaptation(Schedule(1, 2))
    memory = adaptation.begin(method.weights, (len(TRAIN), 2), rng)
    actor = adaptation.actor(memory, rng)
    rollouts = experience.rollouts(actor, np.arange(len(TRAIN)), episodes=2)
    memory, spent = adaptation.learn(memory, rollouts, actor)
    flat = {"obs": rollouts.obs, "act": rollouts.act, "reward": rollouts.reward.unsqueeze(-1)}
    believed = method.inferrer.believe({n: part.flatten(0, 1) for n, part in flat.items()})
    for ours, theirs in zip(memory.belief, believed, strict=True):
        assert_close(ours.flatten(0, 1), theirs.detach())
    assert (spent.env_steps == WORLD.horizon).all() and (rollouts.act.abs() < 1).all()


@pytest.mark.parametrize("of", [2, 3])
def test_the_divergence_is_summed_over_the_tasks_of_an_update_or_over_as_many_as_asked_for(of):
    experience = a_practice()
    changes = {"inferrer": INFERRER | {"divergence": 0.7, "of": of}}
    _, method = stepped("pearl", experience, 1, **FEW["pearl"], **changes)
    _, belief = met_by(method)
    law = Normal(belief[0], belief[1].exp())
    far = kl_divergence(law, Normal(0.0, 1.0)).sum()  # of two tasks
    parameters = list(method.inferrer.encoder.parameters())
    expected = torch.autograd.grad(0.7 * of / 2 * far, parameters, retain_graph=True)
    context = method.inferrer.draw(belief)
    told = method.inferrer.follow(belief, context, torch.zeros_like(context))
    assert_close(told, far.detach() / 2)
    for parameter, gradient in zip(parameters, expected, strict=True):
        assert_close(parameter.grad, gradient, rtol=1e-4, atol=1e-6)


def test_the_encoder_follows_the_critics_loss_and_the_divergence_and_nothing_else():
    experience = a_practice()
    _, method = stepped("pearl", experience, 1, **FEW["pearl"])
    twin = copy.deepcopy(method)
    experience.rng = np.random.default_rng(5)
    method._update(experience)
    experience.rng = np.random.default_rng(5)
    indices = experience.rng.integers(len(TRAIN), size=8)
    met, batch = (
        replay.draw(experience.rng, indices, count)
        for replay, count in ((twin.met, 16), (twin.replay, 32))
    )
    mean, log_std = twin.inferrer.believe(met)
    context = mean + log_std.exp() * torch.randn(mean.shape, generator=twin.inferrer.generator)
    beside = context.unsqueeze(1).expand(-1, 32, -1)
    seen, after = (torch.cat([batch[n], beside], -1).flatten(0, 1) for n in ("obs", "next_obs"))
    alpha = twin.sac.temperature.log.exp()
    target = twin.sac._target({n: b.flatten(0, 1) for n, b in batch.items()}, after, alpha).detach()
    values = twin.sac.critic(seen, batch["act"].flatten(0, 1))
    loss = sum((value - target).square().mean() for value in values)
    far = kl_divergence(Normal(mean, log_std.exp()), Normal(0.0, 1.0)).sum()
    parameters = list(twin.inferrer.encoder.parameters())
    for parameter, gradient in zip(
        method.inferrer.encoder.parameters(),
        torch.autograd.grad(loss + 0.01 * far, parameters),
        strict=True,
    ):
        assert_close(parameter.grad, gradient, rtol=1e-3, atol=1e-5)


def test_a_visit_empties_what_its_tasks_were_inferred_from_and_fills_it_anew():
    experience, horizon = a_practice(), WORLD.horizon
    visited = []
    draw = experience.draw_tasks
    experience.draw_tasks = lambda: (visited.append(draw()), visited[-1])[1]
    method = made("pearl", experience, **FEW["pearl"])
    for _ in range(2):
        method.meta_step(experience)
    first, last = visited
    met, kept = np.full(len(TRAIN), 4), np.full(len(TRAIN), 4)  # episodes, from the beginning
    for indices in (first, last):
        met[indices] = 2 + 1  # prior and posterior
        kept[indices] += 2 + 1 + 1  # and extra
    np.testing.assert_array_equal(method.met.filled, met * horizon)
    np.testing.assert_array_equal(method.replay.filled, kept * horizon)
    assert experience.counts.env_steps == kept.sum() * horizon
    assert (experience.counts.pre_episodes, experience.counts.post_episodes) == (
        4 * len(TRAIN) + 2 * 8,
        2 * 8,
    )


@pytest.mark.parametrize("paid", ["world", "distance"])
def test_critics_may_be_paid_by_distance_where_contexts_know_what_the_world_paid(paid):
    world = World(PointArc("sparse"), 20)
    experience = a_practice(world)
    _, method = stepped("pearl", experience, 1, **FEW["pearl"], paid=paid)
    for task, goal in enumerate(torch.from_numpy(TRAIN).float()):
        columns = {name: part[task, :, 0] for name, part in method.replay.columns.items()}
        taken = method.replay.filled[task]
        gap = (columns["next_obs"] - goal).norm(dim=-1)[:taken]
        sparse = torch.where(gap <= 0.2, 1 - gap, 0.0)
        expected = sparse if paid == "world" else -gap
        assert_close(columns["reward"][:taken, 0], expected, rtol=1e-4, atol=1e-5)
        known = method.met.columns["reward"][task, : method.met.filled[task], 0, 0]
        assert ((known == 0) | (known >= 0.8)).all()


def counting(episodes=2):
    """A world whose tasks end their episodes early, all but one."""
    rng = np.random.default_rng(3)
    return Practice(World(Countdown(), 7), TASKS, None, 4, episodes, rng)


def test_what_ended_early_is_done_and_what_lasted_to_the_horizon_is_not():
    experience = counting()
    method = made("pearl", experience, **FEW["pearl"])
    method.meta_step(experience)
    for task, lasting in enumerate(LASTING.tolist()):
        taken = method.replay.filled[task]
        columns = {name: part[task, :taken, 0] for name, part in method.replay.columns.items()}
        age = columns["obs"][:, 1]
        ends = (age == lasting - 1) & (lasting < 7)
        assert_close(columns["done"][:, 0], ends.float())
        assert_close(columns["next_obs"][:, 1], age + 1)


def test_rows_on_a_posterior_act_on_what_was_met_in_their_own_task(monkeypatch):
    """A belief that names its task; what critics are paid has no say in it."""
    experience, told, acting = counting(), [], []
    method = made("pearl", experience, **FEW["pearl"], paid="distance")
    method.meta_step(experience)
    collect = experience.stretches

    def names(met):
        told.append(met["reward"])
        mean = met["obs"][:, :1, 0].expand(-1, 3)
        return mean, torch.full_like(mean, -20.0)

    def noting(agent, *rest, **more):
        acting.append(agent.memory)
        return collect(agent, *rest, **more)

    monkeypatch.setattr(method.inferrer, "believe", names)
    monkeypatch.setattr(experience, "stretches", noting)
    indices = np.array([2, 0, 3])
    for known in (False, True):
        method._explore(experience, indices, 4, known=known)
    prior, posterior = acting
    whose = torch.from_numpy(indices).float()[:, None, None]
    assert_close(posterior, whose.expand(3, 4, 3), rtol=0, atol=1e-5)
    assert 0.5 < prior.std() < 1.5 and len(prior.unique()) == prior.numel()
    assert len(told) == 1 and (told[0] > 0).all()  # the world pays > 0, distance < 0


@pytest.mark.parametrize("mode", [True, False])
def test_tests_take_the_mode_if_they_are_told_to(mode, rng):
    experience, everyone = a_practice(), np.arange(len(TRAIN))
    method = made("pearl", experience, inferrer=INFERRER | {"mode": mode})
    how = method.adaptation(Schedule(1, 2))
    actor = how.actor(how.begin(method.weights, (len(TRAIN), 2), rng), rng)
    one, two = (experience.rollouts(actor, everyone, episodes=2).act for _ in "ab")
    assert bool((one - two).abs().max() < 1e-6) == mode


def test_the_prior_is_kept_for_as_many_episodes_as_agreed(rng):
    experience, everyone = a_practice(), np.arange(len(TRAIN))
    method = made("pearl", experience, adapting=2)
    how = method.adaptation(Schedule(2, 3))
    memory = how.begin(method.weights, (len(TRAIN), 3), rng)
    for met in (1, 2):
        actor = how.actor(memory, rng)
        rollouts = experience.rollouts(actor, everyone, episodes=3)
        memory, _ = how.learn(memory, rollouts, actor)
        assert any(bool(part.any()) for part in memory.belief) == (met == 2)


def test_steps_that_nobody_took_tell_nothing(rng):
    experience = counting()
    method = made("pearl", experience)
    how = method.adaptation(Schedule(1, 2))
    memory = how.begin(method.weights, (4, 2), rng)
    actor = how.actor(memory, rng)
    rollouts = experience.rollouts(actor, np.arange(4), episodes=2)
    memory, _ = how.learn(memory, rollouts, actor)
    parts = {"obs": rollouts.obs, "act": rollouts.act, "reward": rollouts.reward.unsqueeze(-1)}
    for task, lasting in enumerate(LASTING.tolist()):
        for row in range(2):
            met = {name: part[task, row, None, :lasting] for name, part in parts.items()}
            believed = method.inferrer.believe(met)
            for ours, theirs in zip(memory.belief, believed, strict=True):
                assert_close(ours[task, row], theirs[0].detach(), rtol=1e-4, atol=1e-5)


def test_a_context_lasts_for_an_episode_and_no_longer():
    experience = counting(episodes=3)
    belief = torch.zeros(4, 3, 5), torch.zeros(4, 3, 5)
    seen = []

    def policy(inputs):
        seen.append(inputs[..., 3:])
        return torch.zeros(4, 3, 2), torch.zeros(4, 3, 2)

    actor = in_drawn_contexts(policy, belief, np.random.default_rng(0))
    rollouts = experience.stretches(actor, np.arange(4), 21)
    contexts = torch.stack(seen, 2)
    same = (contexts[:, :, 1:] == contexts[:, :, :-1]).all(-1)
    assert_close(same, rollouts.last[:, :, :-1] == 0)
    assert len(contexts.flatten(0, 2).unique(dim=0)) == int(rollouts.last[:, :, :-1].sum()) + 12
