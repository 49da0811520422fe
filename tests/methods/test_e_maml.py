import pytest
import torch
from torch.func import grad
from torch.testing import assert_close

from remeta.core.batching import mean_gradient
from remeta.core.returns import with_post_reward
from tests.core.differences import assert_gradient
from tests.methods.halves import parts_of, sample
from tests.methods.points import policy, practice
from tests.methods.samples import TASKS, a_maml, an_e_maml, drawn, near, of_task
from tests.methods.test_mame import episodes


def with_earnings(generator, **changes):
    """E-MAML at some weights, its rollouts, and rewards after adaptation."""
    maml, before, after = sample(generator)
    method = an_e_maml(maml.policy, **changes)
    method.weights = maml.weights
    rewards = episodes(after, 3 * drawn(generator, *after.mask.shape) + 1)
    return maml, method, before, with_post_reward(before, rewards), after, rewards


@pytest.mark.parametrize("outer", ["trust_region", "gradient"])
def test_without_its_term_it_is_maml(outer):
    ours, theirs = (
        an_e_maml(policy(), exploration=0.0, outer=outer, outer_rate=0.01),
        a_maml(policy(), outer=outer, outer_rate=0.01),
    )
    experience = practice(), practice()
    for _ in range(2):
        reports = [m.meta_step(e) for m, e in zip((ours, theirs), experience, strict=True)]
    assert_close(ours.weights, theirs.weights, rtol=0, atol=0)
    assert reports[0].items() >= reports[1].items()
    assert_close(
        ours.weights["log_std"] != policy().initial_weights()["log_std"], torch.tensor([True, True])
    )


def test_a_task_earned_the_mean_of_its_rewards_standardised_over_all_tasks(generator):
    *_, post_reward, after, rollouts = with_earnings(generator)
    steps = [rollouts.reward[task][rollouts.mask[task] == 1] for task in range(TASKS)]
    every = torch.cat(steps)
    unit = [(rewards - every.mean()) / every.std(correction=0) for rewards in steps]
    for task in range(TASKS):
        assert_close(post_reward.post_reward[task], unit[task].mean().expand_as(after.mask[task]))
    assert len(set(post_reward.post_reward[:, 0, 0].tolist())) == TASKS


def test_its_term_makes_likely_what_was_tried_before_a_task_that_earned_much(generator):
    maml, method, before, post_reward, after, _ = with_earnings(generator, exploration=0.7)
    theta = near(method.weights, generator, 0.05)

    def expected(theta):
        total = 0.0
        for task in range(TASKS):
            support = of_task(before, task)
            tried = method.policy.log_prob(theta, support.obs, support.act)
            likely = (tried * support.mask).sum() / support.mask.sum()
            credit = 0.7 * post_reward.post_reward[task, 0, 0] * likely
            total = total + maml.ascent.loss(theta, support, of_task(after, task)) - credit
        return total / TASKS

    gradient, loss = mean_gradient(method.ascent.loss, theta, (post_reward, after), 2)
    assert_close(loss, expected(theta))
    assert_close(gradient, grad(expected)(theta))
    assert_gradient(expected, theta, gradient, generator)
    assert (loss - mean_gradient(maml.ascent.loss, theta, (before, after), 2)[1]).abs() > 1e-3


def test_the_line_search_sees_the_term(generator):
    _, method, _, post_reward, after, _ = with_earnings(generator, exploration=0.7)
    parts = parts_of(method, post_reward, after)
    old = [method.ascent.distributions(method.weights, *part) for part in parts]
    theta = near(method.weights, generator, 0.05)
    loss, _ = method.ascent.loss_and_divergence(theta, parts, old)
    assert_close(loss, mean_gradient(method.ascent.loss, theta, (post_reward, after), 2)[1])


def test_gradients_are_cut_and_adams_epsilon_counts():
    """After one step of Adam a weight has moved by rate g / (|g| + epsilon)."""
    how = {"outer": "gradient", "outer_rate": 0.01, "exploration": 0.0}
    method = an_e_maml(policy(), **how, max_norm=1e-3, epsilon=1e-4)
    gradient, _ = an_e_maml(policy(), **how).meta_gradient(practice())
    report = method.meta_step(practice())
    size = torch.cat([g.flatten() for g in gradient.values()]).norm()
    start = policy().initial_weights()
    for name, g in gradient.items():
        g = g * 1e-3 / size
        expected = start[name] - 0.01 * g / (g.abs() + 1e-4)
        assert_close(method.weights[name], expected, rtol=1e-3, atol=1e-6)
    assert_close(report["slope_log_std"], float(gradient["log_std"].norm()), rtol=1e-3, atol=1e-6)
    assert report["inner_loss_after"] < report["inner_loss_before"]
