"""What a meta-iteration takes, gives, and reports."""

import pytest
import torch
from torch.testing import assert_close

from remeta.core.weights import flat
from remeta.methods.random import Params, Random
from tests.methods.points import EPISODES, WORLD, policy, practice
from tests.methods.samples import a_maml, an_imitation, an_mri

MANY = {"imitation_steps": 5, "task_chunk": 16}


def spent(make, batch=4):
    method, experience = make(policy()), practice(batch)
    for _ in range(2):
        report = method.meta_step(experience)
    assert all(torch.tensor(value).isfinite() for value in report.values())
    counts = experience.counts
    return counts.pre_episodes, counts.post_episodes, counts.env_steps, counts.updates


def test_every_method_pays_for_the_roll_outs_it_takes():
    some = 2 * 4 * EPISODES
    steps = some * WORLD.horizon
    assert spent(lambda net: an_mri(net, **MANY)) == (some, 0, steps, 10)
    assert spent(lambda net: a_maml(net)) == (some, some, 2 * steps, 2)
    assert spent(lambda net: an_imitation(net, **MANY)) == (0, 0, 0, 10)
    assert spent(lambda net: Random(Params(kind="random"), net)) == (0, 0, 0, 0)


def test_mri_without_inner_step_walks_the_path_of_imitation():
    """All tasks, all demonstrations: only the roll-outs, which nothing depends on, differ."""
    torch.manual_seed(0)
    mri = an_mri(policy(), inner_rate=0.0, **MANY)
    imitation = an_imitation(policy(), **MANY)
    ours, theirs = practice(), practice()
    for _ in range(3):
        mri.meta_step(ours)
        imitation.meta_step(theirs)
    walked = flat(imitation.weights) - flat(policy().start())
    assert (flat(mri.weights) - flat(imitation.weights)).norm() < 1e-3 * walked.norm()


def test_chunks_bound_memory_and_not_results():
    def weights(chunk):
        method = an_mri(policy(), imitation_steps=5, task_chunk=chunk)
        method.meta_step(practice())
        return method.weights

    assert_close(weights(16), weights(5), rtol=1e-3, atol=1e-5)


def test_importance_weights_are_one_at_the_first_step_and_not_at_later_ones():
    """The trials of a meta-iteration stay while theta moves away from what collected them."""
    method, experience = an_mri(policy(), outer_rate=0.01, **MANY), practice()
    ratios = []
    inner = method.try_out

    def watched(weights, drew, trial):
        log_prob = method.policy.log_prob(drew, trial.obs, trial.act)
        ratios.append((log_prob - trial.log_prob).abs().max)
        return inner(weights, drew, trial)

    method.try_out = watched
    method.meta_step(experience)
    assert len(ratios) == 5


@pytest.mark.parametrize("outer", ["trust_region", "gradient"])
def test_maml_reports_the_returns_of_both_halves(outer):
    method, experience = a_maml(policy(), outer=outer), practice()
    seen = []
    for half in ("before", "after"):
        original = getattr(experience, half)

        def watched(*arguments, original=original):
            seen.append(original(*arguments))
            return seen[-1]

        setattr(experience, half, watched)
    report = method.meta_step(experience)
    means = [float((e.reward.sum(-1)).mean()) for e in seen]
    assert_close([report["return_before"], report["return_after"]], means, rtol=1e-5, atol=1e-5)


def test_a_random_start_stays_as_it_is():
    net = policy()
    method = Random(Params(kind="random"), net)
    method.meta_step(practice())
    assert_close(method.weights, net.start(), rtol=0, atol=0)
