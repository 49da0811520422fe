import copy

import pytest
import torch
from torch.distributions import Normal, TanhTransform, TransformedDistribution
from torch.testing import assert_close

from tests.learners.samples import (
    ACT,
    CONTEXT,
    OBS,
    ROWS,
    TASKS,
    a_sac,
    transitions,
    weights_of,
)


def act_of(net, obs, noise, least=-5.0):
    """An action and its log-probability, from first principles."""
    mean, log_std = net.net(obs).chunk(2, -1)
    log_std = log_std.clamp(least, 2)
    act = torch.tanh(mean + log_std.exp() * noise)
    law = TransformedDistribution(Normal(mean, log_std.exp()), TanhTransform())
    return act, law.log_prob(act).sum(-1), mean, log_std


def value_of(critic, which, obs, act):
    """One of the twins, layer by layer."""
    x = torch.cat([obs, act], -1)
    for layer, (weight, bias) in enumerate(zip(critic.weights, critic.biases, strict=True)):
        x = x @ weight[which] + bias[which]
        x = torch.relu(x) if layer + 1 < len(critic.weights) else x
    return x.squeeze(-1)


def worst(critic, obs, act):
    return torch.minimum(*(value_of(critic, which, obs, act) for which in (0, 1)))


def plain_losses(ours, batch, alpha):
    """The three losses of a learner on rows, before it has moved; its noise is not used up."""
    noise = torch.Generator().set_state(ours.generator.get_state())
    one, two = (
        torch.randn(len(batch["obs"]), ACT, generator=noise, dtype=torch.float64) for _ in "ab"
    )
    p = ours.params
    act, log_prob, *_ = act_of(ours.actor, batch["next_obs"], one)
    ahead = worst(ours.slow_critic, batch["next_obs"], act) - alpha * log_prob
    lasting = 1 - batch["done"][:, 0]
    target = p.reward_scale * batch["reward"][:, 0] + p.discount * lasting * ahead
    errors = [
        (value_of(ours.critic, which, batch["obs"], batch["act"]) - target.detach()) ** 2
        for which in (0, 1)
    ]

    def actor_loss(critic):
        act, log_prob, mean, log_std = act_of(ours.actor, batch["obs"], two)
        size = (mean**2).mean() + (log_std**2).mean()
        loss = (alpha * log_prob - worst(critic, batch["obs"], act)).mean()
        return loss + p.regularisation * size, log_prob

    return (errors[0] + errors[1]).mean(), actor_loss


@pytest.mark.parametrize("changes", [{}, {"regularisation": 0.3}, {"target_entropy": None}])
def test_an_update_is_that_of_the_equations(changes, generator):
    """Losses, and what Adam makes of their gradients, in three updates in a row."""
    ours, theirs = a_sac(**changes), a_sac(**changes)
    nets = {name: getattr(theirs, name) for name in ("actor", "critic", "temperature")}
    adams = {name: torch.optim.Adam(net.parameters(), 0.01) for name, net in nets.items()}
    for _ in range(3):
        batch = transitions(generator, ROWS)
        alpha = theirs.temperature.log.exp().detach()
        error, actor_loss = plain_losses(theirs, batch, alpha)
        follow(adams["critic"], error)
        loss, log_prob = actor_loss(theirs.critic)
        follow(adams["actor"], loss)
        if theirs.params.target_entropy is not None:
            gap = log_prob.detach().mean() + theirs.params.target_entropy * ACT
            follow(adams["temperature"], -theirs.temperature.log * gap)
        with torch.no_grad():
            for slow, new in zip(
                theirs.slow_critic.parameters(), theirs.critic.parameters(), strict=True
            ):
                slow.mul_(0.9).add_(0.1 * new)
        metrics = ours.update(batch)
        theirs.generator.set_state(ours.generator.get_state())
        assert_close([metrics[n] for n in ("critic", "actor")], [error.detach(), loss.detach()])
        assert_close(metrics["temperature"], alpha)
    assert_close(weights_of(ours), weights_of(theirs))
    assert not torch.equal(ours.actor.net.layers[0].weight, a_sac().actor.net.layers[0].weight)


def follow(adam, loss):
    adam.zero_grad()
    loss.backward()
    adam.step()


def test_a_temperature_without_a_target_stays(generator):
    ours = a_sac(target_entropy=None)
    metrics = [ours.update(transitions(generator, ROWS)) for _ in range(3)]
    assert_close([one["temperature"] for one in metrics], [torch.tensor(0.3).double()] * 3)


def test_scaling_rewards_is_scaling_what_is_earned(generator):
    batch = transitions(generator, ROWS)
    one, other = a_sac(reward_scale=3.0), a_sac(reward_scale=1.0)
    metrics = one.update(batch), other.update(batch | {"reward": 3 * batch["reward"]})
    assert_close(*metrics)


def test_rows_that_do_not_say_whether_they_end_never_do(generator):
    batch = transitions(generator, ROWS)
    lasting = batch | {"done": torch.zeros_like(batch["done"])}
    silent = {name: value for name, value in batch.items() if name != "done"}
    metrics = [a_sac().update(rows) for rows in (silent, lasting, batch)]
    assert_close(metrics[0], metrics[1])
    assert metrics[0]["critic"] != metrics[2]["critic"]


def test_many_tasks_are_one_batch_in_which_each_row_has_its_context_beside_it(generator):
    batch = transitions(generator, TASKS, ROWS)
    context = torch.randn(TASKS, CONTEXT, generator=generator, dtype=torch.float64)
    beside = context[:, None].expand(TASKS, ROWS, CONTEXT)
    rows = {name: value.reshape(TASKS * ROWS, -1) for name, value in batch.items()}
    for name in ("obs", "next_obs"):
        rows[name] = torch.cat([batch[name], beside], -1).reshape(TASKS * ROWS, -1)
    one, other = a_sac(CONTEXT), a_sac(CONTEXT)
    assert_close(one.update(batch, context), other.update(rows))
    assert_close(weights_of(one), weights_of(other))


def test_a_context_finds_the_gradient_of_the_critics_loss_and_of_no_other(generator):
    batch = transitions(generator, TASKS, ROWS)
    context = torch.randn(TASKS, CONTEXT, generator=generator, dtype=torch.float64)
    ours, frozen = a_sac(CONTEXT), a_sac(CONTEXT)
    leaf = context.clone().requires_grad_()
    ours.update(batch, leaf)

    def critics_loss(context):
        beside = context[:, None].expand(TASKS, ROWS, CONTEXT)
        obs = torch.cat([batch["obs"], beside], -1).reshape(TASKS * ROWS, -1)
        act = batch["act"].reshape(TASKS * ROWS, -1)
        return sum(
            ((value_of(frozen.critic, which, obs, act) - target) ** 2).mean() for which in (0, 1)
        )

    target = target_of(frozen, batch, context)
    assert_close(leaf.grad, torch.func.grad(critics_loss)(context))


def target_of(ours, batch, context):
    twin = copy.deepcopy(ours)
    rows = {name: value.flatten(0, 1) for name, value in batch.items()}
    ahead = torch.cat([batch["next_obs"], context[:, None].expand(TASKS, ROWS, CONTEXT)], -1)
    alpha = twin.temperature.log.exp().detach()
    return twin._target(rows, ahead.flatten(0, 1), alpha)


def test_every_net_gets_one_step_and_the_slow_critics_none_by_gradient(generator, monkeypatch):
    ours, steps = a_sac(), []
    honest = torch.optim.Adam.step

    def counting(self, *given):
        steps.append(self)
        return honest(self, *given)

    monkeypatch.setattr(torch.optim.Adam, "step", counting)
    ours.update(transitions(generator, ROWS))
    assert len(steps) == len(set(map(id, steps))) == 3
    assert all(value.grad is None for value in ours.slow_critic.parameters())
    assert all(value.requires_grad for value in ours.critic.parameters())


def test_it_goes_on_where_it_was_to_the_byte(generator):
    ours, fresh = a_sac(), a_sac(seed=9)
    batches = [transitions(generator, ROWS) for _ in range(5)]
    for batch in batches[:3]:
        ours.update(batch)
    fresh.restore(copy.deepcopy(ours.state()))
    metrics = [[one.update(batch) for batch in batches[3:]] for one in (ours, fresh)]
    assert_close(*metrics, rtol=0, atol=0)
    assert_close(weights_of(ours), weights_of(fresh), rtol=0, atol=0)


def test_what_it_does_without_exploring_is_the_middle_of_what_it_explores(generator):
    obs = torch.randn(1, OBS, generator=generator, dtype=torch.float64).expand(9999, OBS)
    ours = a_sac()
    act, _ = ours.sample(obs)
    assert_close(act.median(0).values, ours.mean_action(obs[0]), atol=0.05, rtol=0)
