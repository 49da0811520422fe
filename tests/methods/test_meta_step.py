"""What a meta-iteration takes, gives, and reports."""

import pytest
import torch
from torch.testing import assert_close

from remeta.core.returns import with_advantages
from remeta.core.weights import flat
from remeta.methods.random import Params, Random
from tests.methods.points import EPISODES, WORLD, policy, practice
from tests.methods.samples import a_maml, an_imitation, an_mri, of_task

MANY = {"imitation_steps": 5, "task_chunk": 16}


def spent(make, batch=4):
    method, experience = make(policy()), practice(batch)
    for _ in range(2):
        report = method.meta_step(experience)
    assert all(torch.tensor(value).isfinite() for value in report.values())
    counts = experience.counts
    return counts.pre_episodes, counts.post_episodes, counts.env_steps, counts.updates


def test_every_method_pays_for_the_rollouts_it_takes():
    some = 2 * 4 * EPISODES
    steps = some * WORLD.horizon
    assert spent(lambda net: an_mri(net, **MANY)) == (some, 0, steps, 10)
    assert spent(lambda net: a_maml(net)) == (some, some, 2 * steps, 2)
    assert spent(lambda net: an_imitation(net, **MANY)) == (0, 0, 0, 10)
    assert spent(lambda net: Random(Params(kind="random"), net)) == (0, 0, 0, 0)


def test_mri_without_inner_step_walks_the_path_of_imitation():
    """All tasks, all demonstrations: only the rollouts, which nothing depends on, differ."""
    mri = an_mri(policy(), inner_rate=0.0, **MANY)
    imitation = an_imitation(policy(), **MANY)
    ours, theirs = practice(), practice()
    for _ in range(3):
        mri.meta_step(ours)
        imitation.meta_step(theirs)
    walked = flat(imitation.weights) - flat(policy().initial_weights())
    assert (flat(mri.weights) - flat(imitation.weights)).norm() < 1e-3 * walked.norm()


def test_chunks_bound_memory_and_not_results():
    def weights(chunk):
        method = an_mri(policy(), imitation_steps=5, task_chunk=chunk)
        method.meta_step(practice())
        return method.weights

    assert_close(weights(16), weights(5), rtol=1e-3, atol=1e-5)


def watched(experience, name):
    """What a method was given, call by call."""
    given, original = [], getattr(experience, name)

    def watching(*arguments, **how):
        given.append(original(*arguments, **how))
        return given[-1]

    setattr(experience, name, watching)
    return given


@pytest.mark.parametrize("correction", ["per_step", "trajectory", "none"])
def test_an_iteration_of_mri_is_adam_on_the_rollouts_it_began_with(correction):
    """They stay while theta moves away from what collected them, task by task."""
    method = an_mri(policy(), correction=correction, outer_rate=0.01, **MANY)
    experience = practice(batch=3)
    rolled, demonstrations = watched(experience, "rollouts"), watched(experience, "pairs")
    theirs = {name: value.clone().requires_grad_() for name, value in method.weights.items()}
    adam = torch.optim.Adam(theirs.values(), lr=0.01)
    method.meta_step(experience)
    (rollouts,) = rolled
    support = with_advantages(rollouts, 0.99)
    for demos in demonstrations:
        adam.zero_grad()
        for task in range(3):
            data = of_task(support, task), of_task(demos, task)
            (method.outer_loss(theirs, *data) / 3).backward()
        adam.step()
    walked = flat(theirs) - flat(policy().initial_weights())
    assert len(demonstrations) == 5 and walked.norm() > 0.1
    assert (flat(method.weights) - flat(theirs)).norm() < 1e-3 * walked.norm()


@pytest.mark.parametrize("outer", ["trust_region", "gradient"])
def test_maml_reports_the_returns_of_both_halves(outer):
    method, experience = a_maml(policy(), outer=outer), practice()
    seen = watched(experience, "rollouts")
    report = method.meta_step(experience)
    means = [float(rollouts.reward.sum(-1).mean()) for rollouts in seen]
    assert_close([report["return_before"], report["return_after"]], means, rtol=1e-5, atol=1e-5)


def test_a_random_start_stays_as_it_is():
    net = policy()
    method = Random(Params(kind="random"), net)
    method.meta_step(practice())
    assert_close(method.weights, net.initial_weights(), rtol=0, atol=0)
